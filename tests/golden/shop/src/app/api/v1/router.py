"""Every endpoint of version 1."""

from fastapi import APIRouter

from app.api.v1.endpoints import auth, order_items, orders, products, users

api_router = APIRouter()
api_router.include_router(auth.router)
api_router.include_router(users.router)
api_router.include_router(products.router)
api_router.include_router(orders.router)
api_router.include_router(order_items.router)
