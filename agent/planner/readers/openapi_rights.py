"""What of an account does nobody say of themselves? Whether it is open, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner import names
from agent.planner.accounts import RIGHTS
from agent.planner.readers.openapi_paths import folded
from agent.some import some
from agent.types import Access, Attribute, AttributeType, Auth, OperationKind, SchemaField

if TYPE_CHECKING:
    from agent.planner.readers.openapi_document import Document
    from agent.planner.readers.openapi_entities import Kept
    from agent.planner.readers.openapi_members import Member, Thing
    from agent.planner.readers.openapi_resources import Use
    from agent.planner.readers.openapi_schemas import Shapes
    from agent.planner.readers.openapi_views import Views
    from agent.types import Operation

K, T = OperationKind, AttributeType
_RIGHTS = frozenset({*map(folded, RIGHTS), "accesslevel", "scopes"})
_HIGH = frozenset(
    {"admin", "administrator", "manager", "moderator", "operator", "owner", "root", "staff"}
    | {"superadmin", "superuser", "sysadmin"}
)
_TOP = _HIGH - {"manager", "operator", "owner", "staff"}
"""What of these is no work, and nobody's pet."""
_RANKS = frozenset(
    {"authorities", "authority", "permission", "permissions", "privilege", "privileges", "role"}
    | {"roles"}
)
_PROVEN = frozenset({"verified", "confirmed"})
_ACTIVE = frozenset({"active", "enabled", "isactive", "isenabled"})
_FREE = ("type", "enum", "array", "length", "min_length", "pattern", "nullable")


def open_accounts(shapes: Shapes, user: Thing) -> None:
    """Let new accounts be open, and have their role, where nobody says it."""
    for member in user.members.values():
        is_mark = _is_active(member.wire) and member.shape.kind == "boolean"
        if is_mark and member.default is None:
            member.default = True
        if _lists_roles(shapes, member):
            member.shown_always = False  # it is, as ``Rights`` sees to


def _is_active(name: str) -> bool:
    """Tell whether something is called like the mark of an account that is open."""
    return folded(name) in _ACTIVE


def _lists_roles(shapes: Shapes, member: Member) -> bool:
    """Tell whether a list can say what an account may do here."""
    inner = shapes.of(member.shape.items)
    is_list = member.shape.kind == "array" and inner.kind == "string" and not inner.nullable
    is_fitting = not inner.enum or {*inner.enum} == {*Auth().roles}
    return is_list and is_fitting and folded(member.wire) == "roles" and not member.needed


class Rights:
    """The attributes of who signs in that are theirs to see, and an administrator's to change."""

    def __init__(self, document: Document, shapes: Shapes, kept: Kept | None) -> None:
        """Find them, and give them values that new accounts have; none where nobody signs in."""
        self.document, self._shapes, self.kept = document, shapes, kept
        self.active: str | None = None
        self.roles: str | None = None
        self.names: set[str] = set()
        self.tell_people_apart = False
        self._unclear: set[str] = set()
        self._passed: set[str] = set()
        for member in kept.thing.members.values() if kept else ():
            attribute = kept.attributes.get(member.attribute) if kept else None
            if attribute is None:
                continue
            is_mark = attribute.type is T.BOOLEAN and _is_active(attribute.name)
            is_right = self._is_right(attribute)
            if is_mark:
                self.active = self.active or attribute.name
            if is_mark or is_right:
                self._settle(attribute)
            if is_right and _PROVEN.isdisjoint(names.ascii_words(attribute.name)):
                self.tell_people_apart = True
        ranks = {r for r in kept.relations if _RANKS & {*names.ascii_words(r)}} if kept else set()
        self.names |= ranks
        self.tell_people_apart |= bool(ranks)

    def _is_right(self, attribute: Attribute) -> bool:
        """Tell whether a value may be read as a right; a closed list says what it may be."""
        words = {*names.ascii_words(attribute.name)}
        values = {word for value in self._values(attribute) for word in names.ascii_words(value)}
        if folded(attribute.name) in _RIGHTS or words & _RANKS:
            return not values or bool(values & (_HIGH | {Auth().roles[0]}))
        if attribute.type in {T.BOOLEAN, T.DATETIME} and words & _PROVEN:
            return True
        is_flag = attribute.type is T.BOOLEAN and words & (_TOP | {"manager", "staff"})
        return bool(is_flag or values & _TOP)

    def _member(self, attribute: Attribute) -> Member:
        assert self.kept is not None  # noqa: S101 - asked only where somebody signs in
        members = self.kept.thing.members.values()
        return next(member for member in members if member.attribute == attribute.name)

    def _values(self, attribute: Attribute) -> tuple[str, ...]:
        member = self._member(attribute)
        inner = self._shapes.of(member.shape.items) if member.shape.items else member.shape
        return tuple(map(str, inner.enum))

    def _settle(self, attribute: Attribute) -> None:
        assert self.kept is not None  # noqa: S101 - as above
        update: dict[str, Any] = {"access": Access.READ_ONLY}
        if attribute.name == self.active:
            update["nullable"] = False
        elif attribute.array and _lists_roles(self._shapes, self._member(attribute)):
            self.roles = attribute.name
            update |= {"type": T.STRING, "enum": None, "length": 50, "nullable": False}
            update["default"] = [Auth().roles[0]]
        elif not attribute.nullable and attribute.default is None:
            update["default"] = self._least(attribute)
            if update["default"] is None:
                self._unclear.add(attribute.name)
        self.names.add(attribute.name)
        self.kept.attributes[attribute.name] = attribute.model_copy(update=update)

    def _least(self, attribute: Attribute) -> bool | str | list[str] | None:
        """Return what a new account has, where it has to have something."""
        role = Auth().roles[0]
        if attribute.array:
            return []
        if attribute.type is T.BOOLEAN:
            return False
        if attribute.type is T.ENUM:
            return next((v for v in self._values(attribute) if v.lower() == role), None)
        return role if attribute.type in {T.STRING, T.TEXT} else None

    # --- operations ---

    def unclear(self, use: Use) -> str | None:
        """Return what a new row says of a right that nothing else gives it."""
        wires = use.given.shape.properties if use.given else ()
        members = self.kept.thing.members if self.kept else {}
        said = [members[wire] for wire in wires if wire in members]
        for member in said:
            is_row = member.target is not None and not member.by_key
            if is_row and _RANKS & {*names.ascii_words(member.wire)}:
                return member.wire
            if use.kind is K.CREATE and member.attribute in self._unclear:
                return member.wire
        return None

    def guard(self, made: Operation, views: Views, *, is_of_self: bool) -> dict[str, Any]:
        """Keep rights out of what people say of themselves; who else sets them administers."""
        if self.kept is None or made.entity != self.kept.name:
            return {}
        label = f"{made.method.value} {made.path}"
        if made.kind in {K.LINK, K.UNLINK} and made.relation in self.names:
            what = f"{self.kept.name}.{made.relation}"
            self.document.assume(made.name, f"{label} is admin's alone, as it changes {what}.")
            return {"permission": (Auth().admin_role,)}
        if made.input is None:
            return {}
        schema = views.made[made.input.schema_name]
        said = [f for f in schema.fields if {f.attribute, f.relation} & self.names]
        if not said:
            if schema.name in self._passed and not is_of_self:
                text = "takes no rights, as its body is that of people who say it of themselves."
                self.document.assume(made.name, f"{label} {text}")
            return {}
        what = some([f"{self.kept.name}.{field.name}" for field in said])
        if is_of_self:
            text = f"Nobody says {what} of themselves: what is sent of it is checked, and passed"
            self.document.assume(made.name, f"{text} over.")
            fields = tuple(self._unbound(f) if f in said else f for f in schema.fields)
            views.made[schema.name] = schema.model_copy(update={"fields": fields})
            self._passed.add(schema.name)
        elif made.kind in {K.UPDATE, K.REPLACE}:
            self.document.assume(made.name, f"{label} is admin's alone, as it changes {what}.")
            self._ask_of_idle(made, label, said)
            return {"permission": (Auth().admin_role,)}
        return {}

    def _ask_of_idle(self, made: Operation, label: str, said: list[SchemaField]) -> None:
        """Ask what is meant by a right that is kept and shown, and is none here."""
        known = {self.active, self.roles}
        idle = [
            field.name
            for field in said
            if field.attribute not in known
            and _PROVEN.isdisjoint(names.ascii_words(field.attribute or field.name))
        ]
        if idle:
            self.document.ask(
                made.name,
                f"{label} sets {some(idle)}, which gives and takes no right: who is admin is said"
                " by the roles of an account, which `python -m app.manage grant` and `revoke`"
                " change. Is that enough?",
            )

    def _unbound(self, field: SchemaField) -> SchemaField:
        """Return a field that is checked as it was, and sets nothing."""
        assert self.kept is not None  # noqa: S101 - as above
        attribute = self.kept.attributes[field.attribute or ""]
        facts = {name: getattr(attribute, name) for name in _FREE}
        return SchemaField(
            name=field.name, required=field.required, never_null=field.never_null, **facts
        )
