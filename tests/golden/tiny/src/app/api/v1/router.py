"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import notes

api_router = APIRouter()
api_router.include_router(notes.router)
