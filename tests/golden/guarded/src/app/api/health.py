"""Probes: is the process alive, and can it reach its database?"""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.api.deps import SessionDep
from app.api.errors import errors
from app.core.config import get_settings
from app.core.exceptions import AppError

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The answer of both probes."""

    status: Literal["healthy"] = "healthy"
    version: str


class UnreadyError(AppError):
    """The database does not answer."""

    status = 503
    error = "unready"


@router.get("/health")
async def health() -> Health:
    """Tell that the process is alive."""
    return Health(version=get_settings().version)


@router.get("/ready", responses=errors(503))
async def ready(session: SessionDep) -> Health:
    """Tell that the database answers."""
    try:
        await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        raise UnreadyError("The database does not answer.") from error
    return Health(version=get_settings().version)
