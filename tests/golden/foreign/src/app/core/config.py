"""Settings, read from the environment and an optional .env file."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}


class Settings(BaseSettings):
    """Everything that differs between one environment and another."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,  # what is refused may be a secret, and errors are logged
    )

    project_name: str = "Market, the public API"
    version: str = "2024-06"
    environment: Literal["development", "staging", "production"] = "development"
    api_prefix: str = "/rest"
    database_url: str = "sqlite+aiosqlite:///./market.db"
    database_pool_size: int = 10
    max_body_bytes: int = 1_000_000
    cors_origins: list[str] = []
    docs_enabled: bool | None = None  # None: in development only

    @property
    def shows_docs(self) -> bool:
        """Tell whether the OpenAPI document and its pages are served."""
        if self.docs_enabled is None:
            return self.environment == "development"
        return self.docs_enabled

    @field_validator("database_url")
    @classmethod
    def use_async_driver(cls, url: str) -> str:
        """Accept a plain database URL and name the asynchronous driver in it."""
        scheme, separator, rest = url.partition("://")
        return f"{DRIVERS.get(scheme, scheme)}{separator}{rest}"

    @model_validator(mode="after")
    def require_real_values(self) -> Self:
        """Refuse development's defaults everywhere else."""
        if self.environment == "development":
            return self
        if "database_url" not in self.model_fields_set:
            raise ValueError("DATABASE_URL must be set outside development")
        return self


@lru_cache
def get_settings() -> Settings:
    """Return the settings, read once."""
    return Settings()
