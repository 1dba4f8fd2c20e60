"""Bodies for tests: each is valid, and a test names only what it is about."""

from itertools import count
from typing import Any

numbers = count(501)


def new_store(**values: Any) -> dict[str, Any]:
    """Return a new store body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "name": f"slug {number}",
        "displayName": f"title {number}",
    }
    return made | values


def product_input(**values: Any) -> dict[str, Any]:
    """Return a product input body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "articleNumber": f"sku {number}",
        "label": f"label {number}",
        "unitPrice": "1.00",
    }
    return made | values


def product_patch(**values: Any) -> dict[str, Any]:
    """Return a product patch body."""
    number = next(numbers)
    made: dict[str, Any] = {
        "label": f"label {number}",
        "unitPrice": "1.00",
    }
    return made | values
