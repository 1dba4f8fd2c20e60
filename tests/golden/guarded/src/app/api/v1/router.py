"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import readings, stations

api_router = APIRouter()
api_router.include_router(stations.router)
api_router.include_router(readings.router)
