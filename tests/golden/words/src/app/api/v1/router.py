"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import (
    class_records,
    ding_dans,
    news,
    people,
    query_records,
    session_records,
    settings_records,
)

api_router = APIRouter()
api_router.include_router(class_records.router)
api_router.include_router(session_records.router)
api_router.include_router(query_records.router)
api_router.include_router(ding_dans.router)
api_router.include_router(settings_records.router)
api_router.include_router(people.router)
api_router.include_router(news.router)
