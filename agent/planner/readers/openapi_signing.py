"""What do the operations become by which people sign in? Those of a plan, under the given names."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.readers.openapi_attributes import KEY_LENGTH
from agent.planner.readers.openapi_left_out import of_rows
from agent.planner.readers.openapi_own_row import confirms_nothing, with_passwords
from agent.planner.readers.openapi_reach import (
    Reach,
    asks_for_more,
    is_for_few,
    is_of_who_asks,
    names_few,
    scopes_of,
)
from agent.planner.readers.openapi_rights import Rights
from agent.planner.readers.openapi_schemas import Part
from agent.planner.signing_in import FORM
from agent.types import (
    AttributeType,
    Auth,
    AuthMethod,
    Body,
    Meaning,
    Operation,
    OperationKind,
)

if TYPE_CHECKING:
    from agent.planner.readers.openapi_accounts import Accounts
    from agent.planner.readers.openapi_calls import Media
    from agent.planner.readers.openapi_credentials import Tokens
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Keeping, Kept
    from agent.planner.readers.openapi_operations import Operations
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_security import Security
    from agent.planner.readers.openapi_views import Views
    from agent.types import Entity

K, T = OperationKind, AttributeType
_MOST = 255
_MAY_BE_EMPTY, _NEVER_EMPTY = r"^[\s\S]{0,", r"^[\s\S]{1,"
_CHANGING = frozenset({K.UPDATE, K.REPLACE, K.DELETE, K.LINK, K.UNLINK})
_SIGNED_IN = ("authenticated",)


class Signing:
    """Who signs in, where a document says it plainly; else whoever has a key may do all."""

    def __init__(
        self, document: Document, security: Security, accounts: Accounts | None, keeping: Keeping
    ) -> None:
        """Give the people who sign in what an account needs."""
        self.document, self.security, self.keeping = document, security, keeping
        self.accounts = accounts
        self._made: list[OperationKind] = []
        kept = keeping.kept[accounts.user] if accounts else None
        self.rights = Rights(document, keeping.shapes, kept)
        if accounts is not None:
            self._settle(keeping.kept[accounts.user], accounts)

    def _settle(self, kept: Kept, accounts: Accounts) -> None:
        """Make the name a text that no two have, and the password a password of all."""
        name, secret = self._attribute(accounts.name), self._attribute(accounts.secret)
        given = kept.attributes[name]
        length = min(given.length or KEY_LENGTH, _MOST)
        text = {"type": T.STRING, "length": length, "unique": True, "nullable": False}
        kept.attributes[name] = given.model_copy(update={**text, "default": None})
        password = kept.attributes[secret]
        pattern = password.pattern
        if pattern is not None and pattern.startswith(_MAY_BE_EMPTY):
            pattern = _NEVER_EMPTY + pattern.removeprefix(_MAY_BE_EMPTY)
        hidden = {"type": T.PASSWORD, "nullable": False, "default": None, "pattern": pattern}
        kept.attributes[secret] = password.model_copy(update=hidden)

    def _attribute(self, wire: str) -> str:
        assert self.accounts is not None  # noqa: S101 - asked only where somebody signs in
        return self.keeping.kept[self.accounts.user].thing.members[wire].attribute

    # --- the plan ---

    @cached_property
    def auth(self) -> Auth:
        """Return how a request says who it is from."""
        if self.accounts is None:
            return self.security.auth
        kept = self.keeping.kept[self.accounts.user]
        taken = {*kept.attributes, *kept.relations}
        active = self.rights.active
        self._tell(kept, active)
        return Auth(
            method=AuthMethod.JWT,
            keys=self.security.places if self.security.places[0].scheme else (),
            user=kept.name,
            login=self._attribute(self.accounts.name),
            password=self._attribute(self.accounts.secret),
            roles_attribute=self.rights.roles or self._free("roles", taken),
            active=active or self._free("is_active", taken),
            open_registration=K.REGISTER in self._made,
        )

    @staticmethod
    def _free(name: str, taken: set[str]) -> str:
        return names.unique(f"account_{name}" if name in taken else name, taken)

    def _tell(self, kept: Kept, active: str | None) -> None:
        accounts = self.accounts
        assert accounts is not None  # noqa: S101 - as above
        login, member = accounts.login.call.label, f"{kept.name}.{accounts.name}"
        wire = next(w for w, m in accounts.credentials.means.items() if m is Meaning.LOGIN)
        sent = "" if wire == accounts.name else f", sent as '{wire}'"
        closed = f"; who is not {kept.name}.{active} is not let in" if active else ""
        self.document.assume(
            login,
            f"{login} signs in a {kept.name} by {member}{sent}, which is unique, and by a"
            f" password{closed}.",
        )
        self.document.assume(
            kept.name,
            f"Whoever is signed in may read and change their own {kept.name}; others, and lists of"
            " them, are admin's, where the document asks for a token and does not say whose.",
        )
        if accounts.tokens.untold:
            of_rows(self.document, accounts.login.call.pointer, accounts.tokens.untold)

    @cached_property
    def reach(self) -> Reach | None:
        """Return who may do what to rows, where people sign in."""
        if self.accounts is None:
            return None
        has_roles = self.rights.tell_people_apart
        return Reach(self.keeping.kept, self.accounts.user, have_roles=has_roles)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Return the entities, with who may do what to their rows."""
        if self.reach is not None:
            return self.reach.entities(self.document)
        every = (kept.entity() for kept in self.keeping.kept.values())
        return tuple(entity.model_copy(update={"crud": ()}) for entity in every)

    # --- operations ---

    def made(self, use: Use, making: Operations) -> Operation:
        """Return one operation, and who may call it."""
        accounts = self.accounts
        if accounts is None:
            permission = self.security.permission(use.call)
            return making.of(use).model_copy(update={"permission": permission})
        is_open = self.security.is_open(use.call)
        update: dict[str, Any] = {}
        if use is accounts.login or use is accounts.refresh:
            made = self._signing_in(use, making)
        else:
            is_own = any(use is each for each in accounts.own)
            self._close(use, is_of_self=is_own or is_open)
            made = making.of(use)
            update = self._of_account(use, made) | ({"permission": _SIGNED_IN} if is_own else {})
            if made.entity == self.auth_user and made.kind in {K.UPDATE, K.REPLACE}:
                with_passwords(use, made, making.views, self._attribute(accounts.secret))
            is_of_self = is_own or (is_open and made.kind is K.CREATE)
            update |= self.rights.guard(made, making.views, is_of_self=is_of_self)
        is_on_rows = made.kind is not K.CUSTOM and "kind" not in update
        if is_open and made.entity == self.auth_user and made.kind in _CHANGING:
            is_open = False  # whoever may change a password may be anybody
            text = "is not open, though the document asks for no token: it changes accounts."
            self.document.assume(made.name, f"{use.call.label} {text}")
        is_asked = is_on_rows and not is_open and "permission" not in update
        if is_asked and self._is_for_few(use, made):
            self.document.assume(
                made.name, f"{use.call.label} is admin's alone, as more than a token is asked for."
            )
            update["permission"] = (Auth().admin_role,)
        if is_open or not is_on_rows:
            update["permission"] = ("public",) if is_open else _SIGNED_IN
        self._made.append(update.get("kind", made.kind))
        return made.model_copy(update=update)

    @property
    def auth_user(self) -> str | None:
        """Return the entity of who signs in."""
        return self.keeping.kept[self.accounts.user].name if self.accounts else None

    def _is_for_few(self, use: Use, made: Operation) -> bool:
        """Tell whether not everybody may who is signed in, not even to their own rows."""
        if is_for_few(use.call):
            return True
        is_anybodys = self.reach is None or not self.reach.owns(made.entity or "")
        return any(map(names_few, scopes_of(use.call))) or (is_anybodys and asks_for_more(use.call))

    def _close(self, use: Use, *, is_of_self: bool) -> None:
        """Leave open what is about who asks where no row says whose it is.

        So is what would take a right, or a password, of which nothing says what it does.
        """
        accounts, reach = self.accounts, self.reach
        if accounts is None or reach is None or use.resource is None:
            return
        if use.resource != accounts.user:
            name = self.keeping.kept[use.resource].name
            if is_of_who_asks(use.call) and not reach.owns(name):
                use.kind, use.why = K.CUSTOM, f"nothing says which rows of {name} are whose"
            return
        said = self.rights.unclear(use) if is_of_self else None
        said = said or confirms_nothing(self.keeping.shapes, use)
        if said is not None:
            use.kind, use.why = K.CUSTOM, f"what '{said}' is to do is not known"

    def _of_account(self, use: Use, made: Operation) -> dict[str, Any]:
        """Return what makes an operation on rows one on the row of who registers, or asks."""
        accounts = self.accounts
        assert accounts is not None  # noqa: S101 - as above
        bodies = [body for body in (made.input, made.output) if body]
        is_plain = made.output is not None and not any(body.wrapper for body in bodies)
        if made.kind is K.CREATE and use is accounts.register and is_plain and self._shows(made):
            return {"kind": K.REGISTER}
        is_me = made.kind is K.READ and any(use is each for each in accounts.mes)
        return {"kind": K.ME} if is_me else {}

    def _shows(self, made: Operation) -> bool:
        """Tell whether an answer shows a row."""
        return made.output is not None and not made.silent

    def _signing_in(self, use: Use, making: Operations) -> Operation:
        """Return the operation that gives tokens for a password, or for a token."""
        accounts = self.accounts
        assert accounts is not None  # noqa: S101 - as above
        is_login = use is accounts.login
        gives = accounts.tokens if is_login else accounts.renewed
        assert gives is not None  # noqa: S101 - found together with the operation
        takes = accounts.credentials.means if is_login else gives.taken
        fields = making.told(use.call)
        about = names.pascal(fields["name"])
        return Operation(
            kind=K.LOGIN if is_login else K.REFRESH,
            entity=self.keeping.kept[accounts.user].name,
            input=_body(making.views, use.call.body, f"{about}Request", takes),
            output=_body(making.views, use.call.answer, f"{about}Response", gives.means, gives),
            takes=FORM if is_login and accounts.credentials.is_form else None,
            open=True,
            summary=use.call.summary,
            **fields,
        )


def _body(
    views: Views,
    media: Media | None,
    about: str,
    means: dict[str, Meaning],
    gives: Tokens | None = None,
) -> Body:
    """Return a body of which each part means, or says, what it does for signing in."""
    assert media is not None  # noqa: S101 - who signs in sends and gets one
    shape = views.shapes.of(Part(media.schema, media.pointer))
    name = views.free(shape, about, is_in=gives is None)
    assert name is not None  # noqa: S101 - tokens and passwords are no objects inside of objects
    says = gives.says if gives else {}
    fields = []
    for field in views.made[name].fields:
        update: dict[str, Any] = {}
        if field.name in means:
            kind = field.type if means[field.name] is Meaning.SECONDS else T.TEXT
            update = {"type": kind, "means": means[field.name], "required": True}
            update |= {"pattern": None, "length": None, "min_length": None, "nullable": False}
        elif field.name in says:
            is_mark = isinstance(says[field.name], bool)
            update = {"type": T.BOOLEAN if is_mark else T.STRING, "says": says[field.name]}
        fields.append(field.model_copy(update={**update, "never_null": False} if update else {}))
    views.made[name] = views.made[name].model_copy(update={"fields": tuple(fields)})
    return Body(schema_name=name)
