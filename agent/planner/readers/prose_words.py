"""Which words does the reader of prose know? Lists of them, by what they do in a sentence."""

from __future__ import annotations

ARTICLES = frozenset({"a", "an", "the", "this", "that", "these", "those"})
EACH = frozenset({"each", "every", "one", "any", "all", "most", "some"})
POSSESSIVES = frozenset({"my", "our", "your", "their", "its", "his", "her"})
ONE = frozenset({"one", "single", "exactly", "only"})
MANY = frozenset({"many", "several", "multiple", "various", "numerous", "different", "more"})
PRONOUNS = frozenset({"it", "they", "he", "she"})
THEM = frozenset({"her", "him", "it", "them", "themselves", "itself", "himself", "herself"})
"""What stands for something said before, and is the name of nothing."""
OTHERS = frozenset({"another", "other", "others", "else"})
US = frozenset({"we", "i", "you", "us", "me"})
SYSTEM = frozenset(
    {"api", "app", "application", "backend", "database", "platform", "program", "project", "server",
     "service", "site", "software", "system", "tool", "website"}
)  # fmt: skip
PREPOSITIONS = frozenset(
    {"about", "after", "as", "at", "before", "by", "during", "for", "from", "in", "into", "like",
     "of", "on", "onto", "over", "per", "since", "than", "through", "to", "under", "until", "with",
     "within", "without"}
)  # fmt: skip
BOUNDS = frozenset({"above", "against", "among", "below", "between", "over", "under", "within"})
"""What begins behind the name of a field, and is no part of it."""
CONJUNCTIONS = frozenset({"and", "or", "but", "while", "whereas", "&", "plus"})
RELATIVES = frozenset({"which", "that", "who", "whose", "where", "when"})
HAS = frozenset(
    {"has", "have", "had", "hav", "having", "contain", "contains", "include", "includes",
     "comprise", "comprises", "consist", "consists", "hold", "holds", "carries", "carry"}
)  # fmt: skip
IS = frozenset({"is", "are", "be", "was", "were"})
MODALS = frozenset({"can", "may", "could", "must", "should", "shall", "will", "might"})
NEGATED = frozenset(
    {"aren't", "can't", "cannot", "couldn't", "isn't", "mustn't", "shouldn't", "won't"}
)
BELONGS = frozenset({"belong", "belongs", "refer", "refers", "reference", "references"})
AUXILIARIES = HAS | IS | MODALS | NEGATED | BELONGS | {"do", "does", "not"}
BREAKS = ARTICLES | EACH | PREPOSITIONS | CONJUNCTIONS | RELATIVES | AUXILIARIES | PRONOUNS | US
"""Words that end a noun phrase, or stand before one."""
FILLERS = frozenset(
    {"additionally", "also", "anyway", "basically", "besides", "cheers", "could", "etc", "finally",
     "furthermore", "hello", "hey", "hi", "however", "just", "kindly", "maybe", "moreover", "ok",
     "okay", "please", "pls", "really", "simple", "simply", "small", "so", "thank", "thanks",
     "then",     "thus", "too", "very", "well", "would", "yes"}
)  # fmt: skip
ASKING = frozenset(
    {"add", "build", "built", "create", "design", "develop", "generate", "give", "gives", "have",
     "help", "implement", "keep", "like", "make", "manage", "manages", "managing", "need", "needs",
     "provide", "set", "support", "track", "use", "using", "want", "wants", "write"}
)  # fmt: skip
"""What is said to somebody who is to build something."""
WHOLES = SYSTEM | {
    "bank", "blog", "bookshop", "bookstore", "cinema", "clinic", "club", "company", "farm", "forum",
    "garage", "gym", "hospital", "hotel", "library", "market", "museum", "office", "restaurant",
    "school", "shop", "store", "studio", "university", "warehouse", "zoo",
}  # fmt: skip
"""What may be the whole that things are kept for, and no such thing itself."""
STORES = frozenset(
    {"has", "have", "gives", "handles", "handle", "keep", "keeps", "know", "logs",
     "manage", "manages", "need", "needs", "note", "record", "records", "save",
     "saves", "sell", "sells", "store", "stores", "track", "tracks", "want", "wants"}
)  # fmt: skip
"""What a system, or we, do with the things that are to be kept."""
SECTIONS = frozenset(
    {"access", "and", "are", "attributes", "data", "domain", "entities", "entity", "features",
     "fields", "following", "follows", "goal", "goals", "model", "models", "need", "needs",
     "objects", "our", "overview", "permissions", "relations", "relationships", "requirements",
     "resources", "rights", "roles", "rules", "stories", "tables", "the", "these", "we", "what"}
)  # fmt: skip
"""A heading of these words alone says nothing of its own."""
STOP = (
    BREAKS
    | POSSESSIVES
    | FILLERS
    | MANY
    | {"of", "own", "able", "allowed", "up", "out", "if", "its", "there"}
)
"""Words that do not count when it is asked how much of a text was read."""
OPTIONAL = frozenset({"optional", "optionally", "nullable"})
REQUIRED = frozenset({"required", "mandatory", "obligatory"})
UNIQUE = frozenset({"unique", "distinct"})
FLAGS = OPTIONAL | REQUIRED | UNIQUE
NEGATIONS = NEGATED | {
    "no",
    "not",
    "never",
    "none",
    "neither",
    "nor",
    "doesn't",
    "don't",
}
CONDITIONS = frozenset(
    {"although", "except", "excluded", "excluding", "if", "once", "provided", "though", "unless",
     "until", "when", "whenever"}
)  # fmt: skip
"""With one of these a statement holds only sometimes."""
RESERVATIONS = NEGATIONS | CONDITIONS | {"but", "nobody", "only"}
"""What takes back a part of what the same sentence says."""
KEEPING_OUT = NEGATED | {
    "access", "allowed", "alone", "anonymous", "authorised", "authorized", "confidential", "except",
    "forbidden", "hidden", "limited", "logged", "never", "no", "nobody", "not", "nothing", "only",
    "own", "permission", "permissions", "permitted", "private", "prohibited", "public", "read-only",
    "requires", "reserved", "restricted", "rights", "secret", "visible",
}  # fmt: skip
"""What may be said of who may not do something, in whatever sentence."""
DENIALS = NEGATIONS | {"nobody", "non"}
"""What begins the name of those who are not meant: "non-members"."""
NUMBERS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "both"}
)
SIGNING_IN = frozenset(
    {
        "register",
        "login",
        "log",
        "sign",
        "authenticate",
        "in",
        "up",
        "on",
        "and",
        "or",
        "themselves",
    }
)
ALONE = frozenset({"alone", "just", "only"})
"""What keeps others out."""
THEIRS = frozenset({"her", "his", "my", "their"})
EVERYBODY = frozenset({"anybody", "anyone", "everybody", "everyone", "public", "visitor", "guest"})
ANONYMOUS = frozenset({"anonymous", "guest", "unauthenticated", "unknown", "unregistered"})
PERSONS = frozenset({"people", "person", "user", "visitor"})
"""Who they are is not known: "anonymous users" are everybody."""
MAKERS = frozenset({"author", "creator", "owner", "poster", "submitter", "uploader", "writer"})
"""Whose a row is, where it is spoken of "the" one, or of "their own"."""
NOBODY = frozenset({"nobody"})
NOBODY_ELSE = "nobody_else"
ADMINS = frozenset({"admin", "administrator", "superuser"})
ACCOUNTS = ("user", "account", "member", "customer", "client", "subscriber")
"""Whoever these are, they sign in; the first that a text knows counts."""
SIGNED_IN = frozenset(
    {"signed-in", "logged-in", "registered", "authenticated", "signed", "logged", "in", "normal",
     "regular", "ordinary", "other", "new", "existing"}
)  # fmt: skip
EVERYTHING = frozenset({"everything", "anything", "all"})
PLURAL_FIRST = frozenset(
    {"accounts", "alias", "always", "analytics", "arts", "athletics", "atlas", "awards", "canvas",
     "clothes", "communications", "contents", "crafts", "customs", "damages", "diabetes", "drinks",
     "drugs", "earnings", "economics", "electronics", "ethics", "games", "goods", "graphics",
     "gymnastics", "headquarters", "human", "jobs", "kids", "ladies", "lens", "logistics", "lyrics",
     "mathematics", "maths", "means", "news", "operations", "parts", "physics", "points",
     "politics", "premises", "resources", "results", "rights", "robotics", "sales", "savings",
     "services", "sports", "statistics", "systems", "terms", "works"}
)  # fmt: skip
"""What looks like a plural and may yet stand before another noun: "a sales order"."""
UNITS = frozenset(
    {"century", "cent", "day", "dollar", "euro", "hour", "kilogram", "kilometer", "kilometre",
     "meter", "metre", "mile", "minute", "money", "month", "percent", "pound", "second", "thing",
     "time", "week", "weekend", "year"}
)  # fmt: skip
"""What is counted, and is no thing that is kept."""
SOMEBODY = frozenset(
    {"admin", "administrator", "anybody", "anyone", "everybody", "everyone", "everything", "nobody",
     "somebody", "someone", "something"}
)  # fmt: skip
"""Nouns that are no entity."""
AUTHORING = frozenset({"leave", "post", "publish", "submit", "upload", "write"})
ACTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("see", "view", "read", "browse", "access"), ("list", "read")),
    "list": ("list",),
    **dict.fromkeys(("create", "add", "insert", *AUTHORING), ("create",)),
    **dict.fromkeys(("edit", "update", "change", "modify"), ("update",)),
    **dict.fromkeys(("delete", "remove"), ("delete",)),
    **dict.fromkeys(("manage", "administer"), ("list", "read", "create", "update", "delete")),
}
"""What people may do with rows, in the words for it."""
SETTINGS: dict[str, tuple[str, str]] = {
    "postgresql": ("database", "postgresql"),
    "postgres": ("database", "postgresql"),
    "mysql": ("database", "mysql"),
    "mariadb": ("database", "mysql"),
    "sqlite": ("database", "sqlite"),
    "jwt": ("auth", "jwt"),
}
NO_AUTH = frozenset({"auth", "authentication", "login", "accounts", "sign-in"})
NAMED_TOOLS = frozenset(
    {"fastapi", "rest", "restful", "sqlalchemy", "pydantic", "python", "async", "http", "json",
     "crud", "online", "web"}
)  # fmt: skip
"""What is built anyway."""
UNSUPPORTED: dict[str, str] = {
    **dict.fromkeys(("django", "flask", "starlette", "express", "rails", "laravel", "spring",
                     "node", "nodejs", "java", "javascript", "typescript", "php", "golang", "rust"),
                    "fastapi"),
    **dict.fromkeys(("mongodb", "mongo", "mssql", "oracle", "cassandra", "dynamodb", "cosmosdb"),
                    "postgresql, mysql, sqlite"),
    **dict.fromkeys(("oauth", "oauth2", "saml", "keycloak", "ldap"), "jwt"),
    **dict.fromkeys(("graphql", "grpc", "websocket", "websockets"), "a REST API"),
    **dict.fromkeys(("react", "angular", "vue", "tailwind", "html", "css", "svelte"), "a backend"),
    **dict.fromkeys(("kafka", "rabbitmq", "redis", "celery"), "no messaging or cache yet"),
}  # fmt: skip
"""What can be asked for and is not built, and what is built in its place."""
