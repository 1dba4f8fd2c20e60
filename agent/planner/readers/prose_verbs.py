"""What does a verb say of its subject and its object? Its forms, and how many it allows."""

from __future__ import annotations

from functools import lru_cache

MAKES = frozenset(
    {"answer", "author", "create", "design", "draft", "generate", "give", "host", "issue", "lead",
     "leave", "log", "make", "manage", "open", "organise", "organize", "own", "place", "post",
     "produce", "publish", "raise", "record", "report", "run", "send", "start", "submit", "teach",
     "upload", "write"}
)  # fmt: skip
"""What one does with something that is then one's own: it has one such person."""
MEETS = frozenset(
    {"apply", "attend", "bookmark", "borrow", "book", "buy", "enrol", "enroll", "favorite",
     "favourite", "follow", "join", "like", "order", "participate", "play", "purchase", "rate",
     "register", "rent", "reserve", "review", "sign", "study", "subscribe", "take", "use", "visit",
     "vote", "watch"}
)  # fmt: skip
"""What many can do with the same thing."""
NOUN_TOO = frozenset(
    {"answer", "author", "bookmark", "book", "design", "draft", "favorite", "favourite", "host",
     "issue", "lead", "leave", "like", "log", "make", "order", "place", "play", "post", "purchase",
     "rate", "record", "rent", "report", "reserve", "review", "run", "sign", "start", "study",
     "use", "visit", "vote", "watch", "register", "open", "own"}
)  # fmt: skip
"""Verbs that are nouns (or adjectives) as well: only where their form fits the subject."""
NOUNS: dict[str, str] = {
    "apply": "Application", "assign": "Assignment", "attend": "Attendance",
    "bookmark": "Bookmark", "borrow": "Loan", "book": "Booking", "buy": "Purchase",
    "enrol": "Enrolment", "enroll": "Enrollment", "favorite": "Favorite", "favourite": "Favourite",
    "follow": "Follow", "join": "Membership", "like": "Like", "order": "Order",
    "participate": "Participation", "purchase": "Purchase", "rate": "Rating",
    "register": "Registration", "rent": "Rental", "reserve": "Reservation", "review": "Review",
    "sign": "Registration", "subscribe": "Subscription", "use": "Usage", "visit": "Visit",
    "vote": "Vote",
}  # fmt: skip
"""What is kept of what was done, where it has something of its own to keep."""
_PAST: dict[str, str] = {
    "buy": "bought", "freeze": "frozen", "give": "given", "hide": "hidden", "hold": "held",
    "lead": "led", "leave": "left", "make": "made", "pay": "paid", "run": "run", "sell": "sold",
    "send": "sent", "take": "taken", "teach": "taught", "withdraw": "withdrawn",
    "write": "written",
}  # fmt: skip
_PERSONS: dict[str, str] = {
    "assigned": "assignee", "authored": "author", "created": "creator", "led": "leader",
    "managed": "manager", "owned": "owner", "reported": "reporter", "reviewed": "reviewer",
    "written": "writer",
}  # fmt: skip
_DONE = frozenset({"held", "kept", "lost", "paid", "shown", "sold", "spent", "stored", "won"})
_VOWELS = "aeiou"


def third_person(verb: str) -> str:
    """Return the form after he, she, it."""
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"


def participle(verb: str) -> str:
    """Return the form after 'was'."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if verb == "enrol" else f"{verb}ed"


def person(past: str) -> str:
    """Name who did something: ``reported`` -> reporter; ``assigned`` -> assignee."""
    return _PERSONS.get(past, f"{past}_by")


def makers(verb: str) -> set[str]:
    """Name who does something: ``organize`` -> organizer."""
    stem = verb.removesuffix("e")
    return {f"{stem}er", f"{stem}or", person(participle(verb))}


@lru_cache(maxsize=1)
def _forms() -> tuple[dict[str, str], dict[str, str]]:
    known = MAKES | MEETS
    present = {form: verb for verb in known for form in (verb, third_person(verb))}
    return present, {participle(verb): verb for verb in known}


def lemma(word: str) -> str | None:
    """Return the verb of which a word is a present form, or None."""
    return _forms()[0].get(word)


def lemma_of_participle(word: str) -> str | None:
    """Return the verb of which a word is the participle, or None."""
    return _forms()[1].get(word)


def is_participle(word: str) -> bool:
    """Tell whether a word may be what was done to something."""
    return word.endswith("ed") or word in _forms()[1] or word in _DONE
