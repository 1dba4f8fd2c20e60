"""Database models; importing this package registers every table."""

from app.models.base import Base
from app.models.product import Product
from app.models.store import Store

__all__ = ["Base", "Product", "Store"]
