"""What do blocks and options of JDL say of a project? Settings of a spec, and what is unused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.planner.names import is_project_name
from agent.planner.readers.grammars import offset_of, part, parts, tokens
from agent.planner.readers.models import not_a_target, usable_name
from agent.types import Auth, AuthMethod, Database

if TYPE_CHECKING:
    from agent.planner.readers.grammars import Branch
    from agent.planner.readers.models import Models

_DATABASES = {
    "postgresql": Database.POSTGRESQL,
    "mysql": Database.MYSQL,
    "mariadb": Database.MYSQL,
    "sqlite": Database.SQLITE,
}
_USED = frozenset({"baseName", "prodDatabaseType", "databaseType", "authenticationType"})


def settings_of(tree: Branch, models: Models) -> dict[str, Any]:
    """Return fields of the BackendSpec, and tell of what JDL says beside entities."""
    applications = list(parts(tree, "application"))
    settings: dict[str, Any] = {}
    if len(applications) > 1:
        text = (
            f"The JDL describes {len(applications)} applications: one backend has the entities"
            " of all of them, and is set up as the first."
        )
        models.assume(text, "applications")
    for application in applications:
        config = {
            key: found for each in parts(application, "config") for key, found in _config(each)
        }
        for key, (_, offset) in config.items():
            if key not in _USED:
                models.unused(f"the setting {key} is", offset)
        for key, found in _used(config, models).items():
            settings.setdefault(key, found)
        _options(application, models)
    for each in parts(tree, "deployment"):
        models.unused("a deployment is", offset_of(each))
    _options(tree, models)
    return settings


def _config(branch: Branch) -> list[tuple[str, tuple[str, int]]]:
    found = []
    for setting in parts(branch, "setting"):
        key, *values = tokens(setting)
        words = ", ".join(value.strip("\"'") for value in values)
        found.append((str(key), (words, offset_of(key))))
    return found


def _used(config: dict[str, tuple[str, int]], models: Models) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    name, _ = config.get("baseName", ("", 0))
    if name and is_project_name(name):
        settings["name"] = usable_name(name)[:60]
    database, at = config.get("prodDatabaseType", config.get("databaseType", ("", 0)))
    if database and database != "sql":
        settings["database"] = _DATABASES.get(database, Database.POSTGRESQL)
        if database not in _DATABASES:
            message = not_a_target(database, Database.POSTGRESQL)
            models.warn("database-changed", message, at)
    method, at = config.get("authenticationType", ("jwt", 0))
    if method != "jwt":
        message = f"authenticationType {method} is not supported: people sign in with jwt"
        models.warn("authentication-changed", message, at)
    settings["auth"] = Auth(method=AuthMethod.JWT, login="login")
    return settings


def _options(tree: Branch, models: Models) -> None:
    for option in parts(tree, "option", "use"):
        if option.data == "use":
            names = part(option, "names")
            words = [str(each) for each in tokens(names)] if names else []
        else:
            words = [str(tokens(option, "NAME")[0])]
        for word in words:
            if word != "readOnly":
                models.unused(f"{word} is", offset_of(option))
