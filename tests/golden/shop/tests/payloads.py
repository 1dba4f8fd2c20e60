"""Bodies for tests: each is valid, and a test names only what it is about."""

from itertools import count
from typing import Any

from tests.factories import PASSWORD

numbers = count(501)


def user_create(**values: Any) -> dict[str, Any]:
    """Return a user create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "email": f"email{number}@example.com",
        "full_name": f"full_name {number}",
        "password": PASSWORD,
    }
    return made | values


def user_roles(**values: Any) -> dict[str, Any]:
    """Return a user roles body."""
    made: dict[str, Any] = {
        "roles": ["user"],
    }
    return made | values


def user_active(**values: Any) -> dict[str, Any]:
    """Return a user active body."""
    made: dict[str, Any] = {
        "is_active": True,
    }
    return made | values


def user_replace(**values: Any) -> dict[str, Any]:
    """Return a user replace body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "email": f"email{number}@example.com",
        "full_name": f"full_name {number}",
    }
    return made | values


def user_update(**values: Any) -> dict[str, Any]:
    """Return a user update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "email": f"email{number}@example.com",
        "full_name": f"full_name {number}",
        "password": PASSWORD,
        "current_password": PASSWORD,
    }
    return made | values


def product_create(**values: Any) -> dict[str, Any]:
    """Return a product create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "sku": f"sku {number}",
        "name": f"name {number}",
        "price": "1.00",
        "stock": 1,
    }
    return made | values


def product_update(**values: Any) -> dict[str, Any]:
    """Return a product update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "sku": f"sku {number}",
        "name": f"name {number}",
        "price": "1.00",
        "stock": 1,
    }
    return made | values


def order_create(**values: Any) -> dict[str, Any]:
    """Return an order create body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "note": f"note {number}",
    }
    return made | values


def order_update(**values: Any) -> dict[str, Any]:
    """Return an order update body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "note": f"note {number}",
    }
    return made | values


def order_item_create(**values: Any) -> dict[str, Any]:
    """Return an order item create body."""
    made: dict[str, Any] = {
        "quantity": 1,
        "unit_price": "1.00",
    }
    return made | values


def order_item_update(**values: Any) -> dict[str, Any]:
    """Return an order item update body."""
    made: dict[str, Any] = {
        "quantity": 1,
        "unit_price": "1.00",
    }
    return made | values
