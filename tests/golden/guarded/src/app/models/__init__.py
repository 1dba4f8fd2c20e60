"""Database models; importing this package registers every table."""

from app.models.base import Base
from app.models.reading import Reading
from app.models.station import Station

__all__ = ["Base", "Reading", "Station"]
