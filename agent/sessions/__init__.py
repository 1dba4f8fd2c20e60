"""What is remembered of a chat? Sessions, each a file of the user's own, and who holds one."""

from agent.sessions.session import Applied, Message, Pending, Session, Spent
from agent.sessions.store import Held, Sessions

__all__ = ["Applied", "Held", "Message", "Pending", "Session", "Sessions", "Spent"]
