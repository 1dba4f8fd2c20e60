"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import operations, products, stores

api_router = APIRouter()
api_router.include_router(stores.router)
api_router.include_router(products.router)
api_router.include_router(operations.router)
