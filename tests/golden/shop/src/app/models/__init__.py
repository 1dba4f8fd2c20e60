"""Database models; importing this package registers every table."""

from app.models.base import Base
from app.models.order import Order
from app.models.order_item import OrderItem
from app.models.product import Product
from app.models.user import User

__all__ = ["Base", "Order", "OrderItem", "Product", "User"]
