"""What is in a piece of code? All nodes of a tree, which many rules look through."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=4096)
def nodes_of(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and all below it, as ``ast.walk`` does: a tree that is judged stays."""
    return tuple(ast.walk(node))
