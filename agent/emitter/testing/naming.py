"""How does a test make a row of any entity?"""

from __future__ import annotations

from agent.planner import names


def made(entity: str, arguments: str = "", variable: str = "") -> str:
    """Return the line that makes a row of any entity."""
    target = f"{variable} = " if variable else ""
    return f"{target}await factory.{names.variable_name(entity)}({arguments})"
