"""Which names are taken already? By Python, by the libraries, by the code that we emit.

A test parses emitted projects and fails when one of these is missing.
"""

from __future__ import annotations

import builtins


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Attributes of pydantic's BaseModel and of SQLAlchemy's DeclarativeBase, and what the class bodies
# of models and schemas call. A linter cannot tell `l` from `1`.
ATTRIBUTES = _words(
    "bool bytes cls construct copy dict dt fields float from_orm func int json l list",
    "literal_column mapped_column metadata mro object omitted parse_file parse_obj parse_raw",
    "property register registry relationship schema schema_json self set str text_enum tuple",
    "type_annotation_map update_forward_refs validate",
)
ATTRIBUTE_PREFIXES = ("model_", "__")
# What the classes of list queries have beside the parameters of a list.
QUERY_MEMBERS = _words("leave_keys limit offset page q skip sort_by sort_order")

# What the emitted modules import or define under a capital letter, and the builtin exceptions.
_EMITTED_CLASSES = _words(
    "AccountWork Argon2Hasher InvalidError PasswordHash Plain",
    "APIRouter AccessToken AfterValidator Annotated Any AppError AsyncClient",
    "AsyncConnection AsyncEngine AsyncIterator AsyncSession AuthService AuthServiceDep",
    "Awaitable Base Base64 BaseModel BaseRepository BaseSettings BeforeValidator",
    "BigInteger Body Boolean CORSMiddleware Callable CheckConstraint Claims ClassVar",
    "Clock Column ColumnElement ConfigDict ConflictError CredentialsDep CurrentUser Date",
    "DateTime Day Decimal DeclarativeBase Depends Detail Dialect Digits Double Duration",
    "Email EmailParam Enum ErrorResponse ExactRequest ExactRoute ExecutableOption Factory FastAPI",
    "Field Flag FlagParam Float ForbiddenError ForeignKey ForeignKeyConstraint GZipMiddleware",
    "Generic HTTPAuthorizationCredentials HTTPBearer Header Index Input Instant Int16 Int16Param",
    "Int32 Int32Param Int64 Int64Param Integer IntegrityError Interval JSON JSONResponse Json",
    "JsonList JsonValue LOGIN LargeBinary Listing Literal LoginRequest Lowercase ME Mapped",
    "Mapping MetaData Money NotBuiltError NotFoundError Number NumberParam Numeric",
    "OperationsService OperationsServiceDep Output PASSWORD Page PageQuery Partial Password Path",
    "PresentJson PrimaryKeyConstraint Queries Query REFRESH REGISTER ROLES RefreshRequest Request",
    "Response RoleCheck RootModel RowT Seconds SecretStr Segment Self Sequence Session SessionDep",
    "Settings SettingsDep Slug SmallInteger Steps StrEnum String Table Text Time TimestampMixin",
    "TokenPair TypeDecorator TypeVar UTCDateTime UUID UUIDMixin UnauthorizedError UniqueConstraint",
    "Url Use Uuid ValidationError Whole Written",
)
CLASSES = _EMITTED_CLASSES | {
    "I",
    "O",
    *(name for name in dir(builtins) if name[0].isupper()),
}

# Modules of the emitted packages that entities have theirs in.
MODULES = _words(
    "auth base common conftest deps enums health init listing main operations router",
    "shared types",
)

# Functions, arguments and local variables of the emitted code, beside those that hold rows.
_EMITTED_VARIABLES = _words(
    "confirm_password mine own_rows partial runpy sys told work",
    "actor admin_headers again api_router app as_json asc asyncio at_least at_most auth",
    "b64encode bearer body capsys cast changes check_owner check_roles check_step claims",
    "client condition connection contains count credentials current data db desc dt each equal",
    "errors factory few first found get_auth_service get_current_user get_session",
    "get_operations_service",
    "has_role hash_password hashed hasher headers id_ issue_token joinedload",
    "keep_an_administrator login made",
    "manage many me monkeypatch number numbers old operations other owner page page_of",
    "pair params parent password password_mark path payload pick pytest queries query",
    "read_token refresh register request require_roles response role router row rows run",
    "save scope second select self service session session_on settings statement stranger",
    "subject target telling_refusals texts token total unread url use user_headers user_of uuid4",
    "values verify_password where",
)
VARIABLES = _EMITTED_VARIABLES | {
    "l",
    *(name for name in dir(builtins) if name[0].islower()),
}

# Words of PostgreSQL's and MySQL's languages that a column can be called, though only in quotes.
SQL_WORDS = _words(
    "all analyse analyze and any array as asc asymmetric before between both by call case cast",
    "change check collate column condition constraint create cross cube current_date database",
    "default deferrable delayed delete desc describe distinct div do drop dual each else elseif",
    "empty end except exists exit explain false fetch first_value float for force foreign from",
    "fulltext function generated get grant group grouping groups having if ignore in index",
    "infile initially inner inout insert int integer intersect interval into is iterate join",
    "key keys kill lag last_value lateral lead leading leave left like limit linear lines load",
    "localtime lock long loop match mod natural not null numeric of offset on only optimize",
    "option or order out outer over partition placing precision primary procedure purge range",
    "rank read real recursive references release rename repeat replace require restrict return",
    "returning revoke right row row_number rows schema schemas select separator session_user",
    "set show signal some spatial specific sql ssl starting stored symmetric system table",
    "terminated then to trailing trigger true undo union unique unlock unsigned update usage",
    "use user using values variadic virtual when where while window with write xor zerofill",
)
