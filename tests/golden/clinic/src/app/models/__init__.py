"""Database models; importing this package registers every table."""

from app.models.account import Account
from app.models.album import Album
from app.models.base import Base
from app.models.breed import Breed
from app.models.pet import Pet
from app.models.prescription import Prescription
from app.models.visit import Visit

__all__ = ["Account", "Album", "Base", "Breed", "Pet", "Prescription", "Visit"]
