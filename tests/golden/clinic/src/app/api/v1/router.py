"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import accounts, albums, auth, breeds, pets, prescriptions, visits

api_router = APIRouter()
api_router.include_router(auth.router)
api_router.include_router(accounts.router)
api_router.include_router(pets.router)
api_router.include_router(visits.router)
api_router.include_router(prescriptions.router)
api_router.include_router(albums.router)
api_router.include_router(breeds.router)
