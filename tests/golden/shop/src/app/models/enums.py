"""Closed lists of values."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """One of pending, confirmed, shipped, delivered, cancelled."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
