"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import (
    departments,
    employees,
    passports,
    people,
    readings,
    skills,
    tenants,
)

api_router = APIRouter()
api_router.include_router(tenants.router)
api_router.include_router(departments.router)
api_router.include_router(employees.router)
api_router.include_router(passports.router)
api_router.include_router(skills.router)
api_router.include_router(people.router)
api_router.include_router(readings.router)
