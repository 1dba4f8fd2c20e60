"""Database models; importing this package registers every table."""

from app.models.base import Base
from app.models.class_record import ClassRecord
from app.models.ding_dan import DingDan
from app.models.news import News
from app.models.person import Person
from app.models.query_record import QueryRecord
from app.models.session_record import SessionRecord
from app.models.settings_record import SettingsRecord

__all__ = [
    "Base",
    "ClassRecord",
    "DingDan",
    "News",
    "Person",
    "QueryRecord",
    "SessionRecord",
    "SettingsRecord",
]
