"""Which values look secret? They are never shown, whatever format told of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.types import Access, Attribute, AttributeType, Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET = re.compile(
    r"(?:.*_)?(?:password|passwd|pwd|passphrase|pass_?hash|password_(?:hash|digest|salt)"
    r"|(?:hashed|encrypted)_password|salt|secret|api_?key|private_key|secret_key"
    r"|(?:access|refresh|reset|auth|session|remember|confirmation|verification)_token|token"
    r"|token_hash|otp_secret)"
)
_SECRET_TYPES = frozenset({AttributeType.STRING, AttributeType.TEXT, AttributeType.BINARY})
_PASSWORDS = ("password", "passwd", "pwd")
_PASSWORD_TYPES = frozenset({AttributeType.STRING, AttributeType.TEXT})
_LEAST = 8  # characters that every password has in an emitted project
_RULES = ("pattern", "default", "array", "unique", "index")


@dataclass(slots=True)
class Secrets:
    """The attributes that look secret (``User.token``), by what becomes of them."""

    hashed: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def guard(self, entity: str, fields: dict[str, Any]) -> None:
        """Keep an attribute that looks secret from being shown; one that a row needs can be sent.

        ``fields`` are those of an Attribute, its name in snake_case.
        """
        if fields["type"] not in _SECRET_TYPES or not _SECRET.fullmatch(fields["name"]):
            return
        needed = not fields.get("nullable", False) and "default" not in fields
        fields["access"] = Access.WRITE_ONLY if needed else Access.HIDDEN
        (self.sent if needed else self.hidden).append(f"{entity}.{fields['name']}")

    def hash(self, entity: Entity) -> Entity:
        """Return an entity whose guarded password, if it has one, is kept as a hash."""
        found = next((a for name in _PASSWORDS for a in entity.attributes if a.name == name), None)
        if found is None or not _can_be_hashed(found, entity):
            return entity
        about = f"{entity.name}.{found.name}"
        guarded = next((each for each in (self.sent, self.hidden) if about in each), None)
        if guarded is None:
            return entity
        guarded.remove(about)
        self.hashed.append(about)
        made = found.model_copy(
            update={"type": AttributeType.PASSWORD, "access": Access.READ_WRITE, "min_length": None}
        )
        attributes = tuple(made if a is found else a for a in entity.attributes)
        return entity.model_copy(update={"attributes": attributes})

    def told(self) -> Iterator[tuple[str, str]]:
        """Say what becomes of them: each text with the names that it is about."""
        sent = "clients send them, they are stored as they were sent, and never shown"
        for names, text in (
            (self.hashed, "These passwords are kept as argon2 hashes, and never shown"),
            (self.sent, f"These look secret: {sent}"),
            (self.hidden, "These look secret: clients can neither send nor see them"),
        ):
            if names:
                yield f"{text}: {', '.join(names)}.", ", ".join(names)


def _can_be_hashed(password: Attribute, entity: Entity) -> bool:
    """Tell whether nothing looks at what a password says: a rule, a key, or rows of others."""
    name = password.name
    looked_at = {
        *entity.primary_key,
        *(each for relation in entity.relations for each in relation.attributes),
        *(each for rule in entity.uniques for each in rule.attributes),
        *(each for rule in entity.indexes for each in rule.attributes),
    }
    return (
        password.type in _PASSWORD_TYPES
        and not any(getattr(password, rule) for rule in _RULES)
        and (password.min_length or 0) <= _LEAST
        and name not in looked_at
        and f"hashed_{name}" not in entity.member_names
        and not any(
            re.search(rf"\b{name}\b", str(rule), re.IGNORECASE)
            for rule in (*entity.checks, *(index.where for index in entity.indexes))
        )
    )
