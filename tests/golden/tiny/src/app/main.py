"""The application: built by a factory, so that tests and servers start from the same place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from app.api import health
from app.api.body_limit import BodyLimit
from app.api.v1.router import api_router
from app.core.config import Settings, get_settings
from app.core.exceptions import add_exception_handlers
from app.core.logging import configure_logging
from app.db.session import get_engine

logger = structlog.get_logger()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Log the start and the end, and close the database's connections."""
    logger.info("application started", title=app.title, version=app.version)
    yield
    await get_engine().dispose()
    logger.info("application stopped")


def create_application(settings: Settings | None = None) -> FastAPI:
    """Build the application from settings (by default those of the environment)."""
    settings = settings or get_settings()
    configure_logging(json_lines=settings.environment != "development")
    prefix = settings.api_prefix
    app = FastAPI(
        title=settings.project_name,
        description="One table",
        version=settings.version,
        # without the document there are no pages either
        openapi_url=f"{prefix}/openapi.json" if settings.shows_docs else None,
        docs_url=f"{prefix}/docs",
        redoc_url=f"{prefix}/redoc",
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
        )
    add_exception_handlers(app)
    app.include_router(health.router)
    app.include_router(api_router, prefix=prefix)
    return app


app = create_application()
