"""What do we plan, and in which words? Every type of a BackendSpec.

A BackendSpec is the only thing a planner produces and the only thing templates read. It is wire
format, stored state and (later) a model's output, so the same classes give its JSON Schema.

Two forms of the same type:

* *given*: as a person, a reader or a model wrote it. Sparse; what is left out has a default or is
  filled in by ``agent.planner.resolve``.
* *resolved*: tables, keys, foreign key attributes, inverse names, schemas and operations all
  stand in it explicitly. Resolving a resolved spec changes nothing.

Wire names are camelCase. Unknown keys are refused.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints
from pydantic.alias_generators import to_camel

from agent.frozen import Frozen

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f\"`\\]+$"),
    Field(description="A name in any script; made a safe identifier when the spec is resolved."),
]
Way = Annotated[
    str,
    StringConstraints(min_length=1, max_length=600, pattern=r"^[^\x00-\x1f\x7f\"`\\]+$"),
    Field(description="Names with dots between them, from one row to the next."),
]
# Free words, on one line or several, without control characters.
Text = Annotated[
    str,
    StringConstraints(max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"),
]
# SQL over column names, as every target database reads it.
Expression = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=1000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
    ),
]
Number = int | float
ComponentName = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^[a-zA-Z0-9._-]+$")
]
MediaType = Annotated[
    str,
    StringConstraints(
        max_length=120, pattern=r"^[a-z0-9*][a-z0-9!#$&^_.+-]*/[a-z0-9*][a-z0-9!#$&^_.+*-]*$"
    ),
]

Permission = Annotated[
    tuple[Name, ...],
    Field(
        description=(
            "Who may: 'public', 'authenticated', 'owner' (the row's own user) or names of roles. "
            "Any one of them suffices."
        ),
    ),
]


class SpecModel(Frozen):
    """Base of every part of a spec: immutable, camelCase on the wire, closed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        serialize_by_alias=True,
    )


class AttributeType(StrEnum):
    """The scalar types an attribute can have, each with one meaning on every database."""

    STRING = "string"
    TEXT = "text"
    EMAIL = "email"
    URL = "url"
    PASSWORD = "password"  # noqa: S105 - the name of a type, not a secret
    INTEGER = "integer"
    SMALLINT = "smallint"
    BIGINT = "bigint"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"
    UUID = "uuid"
    JSON = "json"
    BINARY = "binary"
    ENUM = "enum"


class Access(StrEnum):
    """What a client may do with an attribute."""

    READ_WRITE = "read-write"
    READ_ONLY = "read-only"
    WRITE_ONLY = "write-only"
    HIDDEN = "hidden"


class Generator(StrEnum):
    """How a value arises when a client gives none."""

    IDENTITY = "identity"
    UUID = "uuid"
    NOW = "now"
    NOW_ON_UPDATE = "now-on-update"


class Transition(SpecModel):
    """One allowed step of a state machine; ``roles`` empty means whoever may update the row."""

    source: Name
    target: Name
    roles: tuple[Name, ...] = ()


class Attribute(SpecModel):
    """One value of an entity, stored in one column.

    ``length`` is in characters (bytes for binary), ``precision`` and ``scale`` in decimal digits.
    Bounds are inclusive unless named exclusive. ``default`` is a literal; a value that has to be
    made (a clock, a sequence) is ``generated``.
    """

    name: Name
    type: AttributeType
    column: Name | None = None
    enum: Name | None = None
    array: bool = False
    length: int | None = Field(default=None, ge=1, le=2**31 - 1)
    min_length: int | None = Field(default=None, ge=0, le=2**31 - 1)
    pattern: Annotated[str, StringConstraints(max_length=500)] | None = None
    precision: int | None = Field(default=None, ge=1, le=65)
    scale: int | None = Field(default=None, ge=0, le=30)
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    timezone: bool = True
    nullable: bool = False
    unique: bool = False
    index: bool = False
    default: JsonValue = None
    generated: Generator | None = None
    access: Access = Access.READ_WRITE
    transitions: tuple[Transition, ...] = ()
    comment: Text | None = None


class RelationKind(StrEnum):
    """Cardinality, seen from the entity that declares the relation."""

    MANY_TO_ONE = "many-to-one"
    ONE_TO_ONE = "one-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_MANY = "many-to-many"


class DeleteBehaviour(StrEnum):
    """What happens to a row when the row it refers to is deleted."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "set-null"
    NO_ACTION = "no-action"


class JoinTable(SpecModel):
    """The table behind a many-to-many relation that has no attributes of its own.

    ``local_columns`` refer to the declaring entity's key, ``target_columns`` to the target's, in
    the key's order.
    """

    table: Name
    db_schema: Name | None = None
    local_columns: tuple[Name, ...] = ()
    target_columns: tuple[Name, ...] = ()
    on_delete: DeleteBehaviour = DeleteBehaviour.CASCADE


class Relation(SpecModel):
    """A link to another entity (or to the same one).

    ``attributes`` are the foreign key's attributes here and ``references`` the attributes they
    point to, in the same order; both empty means: made from the target's primary key. A
    many-to-many relation has a ``through`` instead. ``inverse`` names the other direction on the
    target.
    """

    name: Name
    target: Name
    kind: RelationKind = RelationKind.MANY_TO_ONE
    inverse: Name | None = None
    nullable: bool = False
    on_delete: DeleteBehaviour = DeleteBehaviour.RESTRICT
    attributes: tuple[Name, ...] = ()
    references: tuple[Name, ...] = ()
    through: JoinTable | None = None
    constraint: Name | None = None
    comment: Text | None = None


class Unique(SpecModel):
    """A uniqueness rule over several attributes (relation names stand for their key)."""

    attributes: tuple[Name, ...] = Field(min_length=1)
    name: Name | None = None


class Index(SpecModel):
    """A database index over attributes (relation names stand for their key).

    ``where`` is a condition over column names, written as a check is: only rows for which it is
    true are in the index, and only they have to differ where it is ``unique``.
    """

    attributes: tuple[Name, ...] = Field(min_length=1)
    name: Name | None = None
    unique: bool = False
    where: Expression | None = None


class Check(SpecModel):
    """A row rule, as an SQL expression over column names that every target database reads."""

    expression: Expression
    name: Name | None = None


class AccessRules(SpecModel):
    """Who may do what with an entity's rows; a rule left out gets the project's default."""

    list: Permission | None = None
    read: Permission | None = None
    create: Permission | None = None
    update: Permission | None = None
    delete: Permission | None = None


class CrudAction(StrEnum):
    """The operations an entity gets when nothing else is said."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"


class Entity(SpecModel):
    """One kind of row.

    ``owner`` is a path of to-one relations to the user entity (``user``, ``order.user``) or
    ``self`` on the user entity itself. ``crud`` lists which standard operations it gets; ``None``
    means all of them, or none where the spec gives other than custom operations for the entity.
    """

    name: Name
    table: Name | None = None
    db_schema: Name | None = None
    plural: Name | None = None
    attributes: tuple[Attribute, ...] = ()
    primary_key: tuple[Name, ...] = ()
    relations: tuple[Relation, ...] = ()
    uniques: tuple[Unique, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    owner: Way | None = None
    access: AccessRules = AccessRules()
    crud: tuple[CrudAction, ...] | None = None
    comment: Text | None = None

    @property
    def member_names(self) -> tuple[str, ...]:
        """Return the names of all attributes and relations: they share one class body."""
        return (*(a.name for a in self.attributes), *(r.name for r in self.relations))


class EnumType(SpecModel):
    """A closed list of text values, in order."""

    name: Name
    values: tuple[Name, ...] = Field(min_length=1)
    comment: Text | None = None


class Meaning(StrEnum):
    """What a field of a body that signs in is, whatever its name."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - the name of a meaning, not a secret
    ACCESS_TOKEN = "access-token"  # noqa: S105 - the same
    REFRESH_TOKEN = "refresh-token"  # noqa: S105 - the same
    SECONDS = "seconds"


class SchemaField(SpecModel):
    """One field of a schema, by its name on the wire.

    Bound to an ``attribute`` of the schema's entity (one of JSON can have the shape of a
    ``schema_name``), or to a ``relation`` whose rows are shown in another ``schema_name``, or free
    (``type``, or ``schema_name`` alone) in custom operations.
    ``nullable`` and the rules count only for free fields; others take them from what they are bound
    to, or are
    ``never_null``: null is refused, and a field that is not ``required`` is left out in its place.
    A relation in a body that ``refers`` names rows that are there; else it makes new ones.
    A free field may say the same in every answer (``says``). In the bodies of ``login`` and
    ``refresh`` it ``means`` the name or the password of who signs in, a token, or for how many
    seconds the access token is good.
    """

    name: Name
    attribute: Name | None = None
    relation: Name | None = None
    schema_name: Name | None = Field(default=None, alias="schema")
    type: AttributeType | None = None
    enum: Name | None = None
    array: bool = False
    nullable: bool = False
    length: int | None = Field(default=None, ge=1, le=2**31 - 1)
    min_length: int | None = Field(default=None, ge=0, le=2**31 - 1)
    pattern: Annotated[str, StringConstraints(max_length=500)] | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    required: bool = True
    never_null: bool = False
    refers: bool = False
    says: bool | Text | None = None
    means: Meaning | None = None
    comment: Text | None = None


class Schema(SpecModel):
    """The shape of a body: what a client sends, or gets, under which names.

    Fields that an ``open`` one does not have are passed over, where others refuse them.
    ``component`` is its name in the OpenAPI document, where that is another.
    """

    name: Name
    entity: Name | None = None
    component: ComponentName | None = None
    open: bool = False
    fields: tuple[SchemaField, ...] = ()
    comment: Text | None = None


class HttpMethod(StrEnum):
    """The methods an operation can have."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class OperationKind(StrEnum):
    """What an operation does; ``custom`` is kept as words until somebody writes its body."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"
    TRANSITION = "transition"
    LINK = "link"
    UNLINK = "unlink"
    REGISTER = "register"
    LOGIN = "login"
    REFRESH = "refresh"
    ME = "me"
    CUSTOM = "custom"


class ParameterPlace(StrEnum):
    """Where a parameter stands in the request."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


class Match(StrEnum):
    """How a query parameter filters the attribute it is bound to."""

    EQUAL = "equal"
    CONTAINS = "contains"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class Parameter(SpecModel):
    """A value outside the body.

    ``binds`` is an attribute of the operation's entity, or a path to one over to-one relations
    (``store.slug``). A path parameter that binds nothing, or any parameter of a custom operation,
    has a ``type`` of its own.
    """

    name: Name
    place: ParameterPlace = ParameterPlace.QUERY
    binds: Way | None = None
    match: Match = Match.EQUAL
    type: AttributeType | None = None
    required: bool = False
    comment: Text | None = None


class Body(SpecModel):
    """A request or response body: rows of a schema, as they are or under one key (``wrapper``).

    A list that is ``bare`` goes without what the API puts around lists; one under a key of its own
    tells under ``total`` how many rows there are.
    """

    schema_name: Name = Field(alias="schema")
    wrapper: Name | None = None
    total: Name | None = None
    array: bool = False
    bare: bool = False


class RefusalKind(StrEnum):
    """Why a request is refused."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Operation(SpecModel):
    """One method on one path (relative to the API's base path), as a client sees it.

    ``sets`` gives attribute values a ``transition`` writes; ``relation`` names what ``link`` and
    ``unlink`` change. ``sort`` and ``search`` are the allow-lists of a ``list``.
    ``operation_id`` is its name in the OpenAPI document, where that is another. Parameters that an
    ``open`` one does not have are passed over, where others refuse them. ``silent`` answers have no
    body. ``refusals`` are statuses of its own, ``statuses`` further ones that a contract
    names. ``takes`` and ``gives`` are media types of bodies whose content is left open; a ``login``
    ``takes`` its ``input`` as a form, or as JSON.
    ``tags`` and ``deprecated`` stand in the OpenAPI document.
    """

    name: Name
    operation_id: Name | None = None
    tags: tuple[Name, ...] = ()
    deprecated: bool = False
    method: HttpMethod
    path: Annotated[
        str, StringConstraints(max_length=300, pattern=r"^/[^\x00-\x20\x7f-\xa0\"\\?#]*$")
    ]
    kind: OperationKind = OperationKind.CUSTOM
    entity: Name | None = None
    relation: Name | None = None
    parameters: tuple[Parameter, ...] = ()
    input: Body | None = None
    output: Body | None = None
    open: bool = False
    silent: bool = False
    takes: MediaType | None = None
    gives: MediaType | None = None
    status: int | None = Field(default=None, ge=200, le=299)
    refusals: dict[RefusalKind, Annotated[int, Field(ge=400, le=499)]] = Field(default_factory=dict)
    statuses: tuple[Annotated[int, Field(ge=100, le=599)], ...] = ()
    permission: Permission | None = None
    sets: dict[Name, JsonValue] = Field(default_factory=dict)
    sort: tuple[Name, ...] | None = None
    search: tuple[Name, ...] | None = None
    paginated: bool = True
    summary: Text | None = None
    rule: Text | None = None


class ListEnvelope(SpecModel):
    """Names of a list answer's parts; ``None`` leaves a part out, a dot nests (``meta.total``).

    ``items`` of ``None`` is a bare JSON array.
    """

    items: Name | None = "items"
    total: Name | None = "total"
    page: Name | None = "page"
    limit: Name | None = "limit"
    pages: Name | None = "pages"
    offset: Name | None = None


class ErrorEnvelope(SpecModel):
    """Names of an error answer's parts; ``None`` leaves a part out, a dot nests.

    ``detail`` and ``message`` are what is wrong as a text, ``fields`` is the list of the refused
    fields, each with what is wrong with it. ``component`` is the
    body's name in the OpenAPI document.
    """

    success: Name | None = "success"
    status: Name | None = None
    error: Name | None = "error"
    detail: Name | None = "detail"
    message: Name | None = None
    fields: Name | None = "fields"
    path: Name | None = None
    url: Name | None = None
    timestamp: Name | None = None
    component: ComponentName | None = None
    media_type: Literal["application/json", "application/problem+json"] = "application/json"


class Statuses(SpecModel):
    """HTTP status codes, for success where an operation names none, and for each refusal."""

    created: int = Field(default=201, ge=200, le=299)
    updated: int = Field(default=200, ge=200, le=299)
    deleted: int = Field(default=204, ge=200, le=299)
    malformed: int = Field(default=400, ge=400, le=499)
    unauthenticated: int = Field(default=401, ge=400, le=499)
    forbidden: int = Field(default=403, ge=400, le=499)
    not_found: int = Field(default=404, ge=400, le=499)
    conflict: int = Field(default=409, ge=400, le=499)
    invalid: int = Field(default=422, ge=400, le=499)


class Paging(SpecModel):
    """How a client walks through a list: query parameter names and bounds.

    With an ``offset_parameter`` it says how many rows to skip, and not which page; else pages count
    from ``first_page``. Without an ``order_parameter`` a '-' before what is sorted by turns the
    order round. Numbers beyond the bounds are refused, or become the nearest that is allowed
    (``clamps``).
    """

    page_parameter: Name = "page"
    first_page: int = Field(default=1, ge=0, le=1)
    offset_parameter: Name | None = None
    limit_parameter: Name = "limit"
    sort_parameter: Name = "sort_by"
    order_parameter: Name | None = "sort_order"
    search_parameter: Name = "q"
    default_limit: int = Field(default=20, ge=1, le=1000)
    max_limit: int = Field(default=100, ge=1, le=1000)
    clamps: Literal["none", "above", "below", "both"] = "none"


class Info(SpecModel):
    """What the API's own document calls it, where that is not the project's name or version."""

    title: Text | None = None
    version: Text | None = None


class Api(SpecModel):
    """Everything about the HTTP surface that is not one operation's own.

    Answers have ``decimals`` as text, or as numbers: those of more than 15 digits stay text.
    """

    base_path: Annotated[
        str, StringConstraints(pattern=r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$")
    ] = "/api/v1"
    field_case: Literal["snake", "camel"] = "snake"
    decimals: Literal["text", "number"] = "text"
    list_envelope: ListEnvelope = ListEnvelope()
    error_envelope: ErrorEnvelope = ErrorEnvelope()
    statuses: Statuses = Statuses()
    paging: Paging = Paging()
    info: Info = Info()


class AuthMethod(StrEnum):
    """How a client proves who it is."""

    NONE = "none"
    JWT = "jwt"
    KEYS = "keys"


Role = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_.:-]*$"),
    Field(description="The name of a role; it reaches tokens, code and command lines."),
]


class KeyPlace(SpecModel):
    """Where a request has its key: a header, a parameter or a cookie of a name, or HTTP's own.

    ``scheme`` is what the OpenAPI document calls it.
    """

    place: Literal["header", "query", "cookie", "bearer", "basic"]
    name: Annotated[
        str, StringConstraints(max_length=80, pattern=r"^[A-Za-z0-9_.!#$&'*+^|~-]+$")
    ] = "Authorization"
    scheme: ComponentName | None = None


class Auth(SpecModel):
    """Authentication: which entity signs in, with which attributes, into which roles.

    The first of ``roles`` is what a newly registered user gets; ``admin_role`` may do everything.
    With ``keys`` nobody signs in: whoever has a key that the settings know is authenticated. With
    ``jwt`` they say what the OpenAPI document calls the bearer's scheme, and nothing else.
    """

    method: AuthMethod = AuthMethod.NONE
    keys: tuple[KeyPlace, ...] = ()
    user: Name = "User"
    login: Name = "email"
    password: Name = "password"  # noqa: S105 - the name of an attribute, not a secret
    roles_attribute: Name = "roles"
    active: Name | None = "is_active"
    roles: tuple[Role, ...] = ("user", "admin")
    admin_role: Role = "admin"
    open_registration: bool = True


class Database(StrEnum):
    """The databases a generated project can target."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"


class KeyKind(StrEnum):
    """What kind of primary key an entity gets that declares none."""

    UUID = "uuid"
    INTEGER = "integer"


class BackendSpec(SpecModel):
    """A whole backend, as data: the plan that templates turn into a project.

    ``omitted`` is what a source has and the plan does not, each in a sentence for people.
    """

    name: Name = "backend"
    description: Text | None = None
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")] = "0.1.0"
    database: Database = Database.POSTGRESQL
    python: Literal["3.11", "3.12", "3.13", "3.14"] = "3.11"
    key: KeyKind = KeyKind.UUID
    timestamps: bool = True
    api: Api = Api()
    auth: Auth = Auth()
    enums: tuple[EnumType, ...] = ()
    entities: tuple[Entity, ...] = ()
    schemas: tuple[Schema, ...] = ()
    operations: tuple[Operation, ...] = ()
    omitted: tuple[Text, ...] = ()
