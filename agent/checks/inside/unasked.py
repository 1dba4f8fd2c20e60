"""Which secret does production not ask for? Tries the settings without one."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings

STAGES = ("environment", "env", "app_env", "stage")
PRODUCTION = "production"
NAMED = re.compile(r"(.*_)?(secret|password|(secret|private|signing|api)_key)")


def unasked(root: Path) -> Iterator[dict[str, Any]]:
    """Give the secrets of each settings class below ``root`` that production starts without.

    One that is made anew at each start counts, too, where the settings know that this is
    production: every process would have another.
    """
    for settings in _below(BaseSettings):
        fields = settings.model_fields
        secrets = [
            name
            for name, field in fields.items()
            if field.annotation is SecretStr or (field.annotation is str and NAMED.fullmatch(name))
        ]
        stage = next((name for name in STAGES if name in fields), None)
        place = _file(settings, root)
        if not secrets or place is None:
            continue
        given: dict[str, Any] = {"_env_file": None, **({stage: PRODUCTION} if stage else {})}
        try:
            one, other = settings(**given), settings(**given)
        except Exception:  # noqa: BLE001, S112 - it refuses to start, whatever else it lacks
            continue
        for name in sorted(set(secrets) - one.model_fields_set):
            value = _text(getattr(one, name))
            if value and (stage or value == _text(getattr(other, name))):
                message = f"{settings.__name__}.{name}: production starts without one of its own"
                yield {"message": message, "path": place[0], "line": _line(place[1], name)}


def _below(settings: type[BaseSettings]) -> Iterator[type[BaseSettings]]:
    for each in settings.__subclasses__():
        yield each
        yield from _below(each)


def _file(settings: type, root: Path) -> tuple[str, Path] | None:
    try:
        path = Path(inspect.getfile(settings))
    except (OSError, TypeError):
        return None
    inside = path.is_relative_to(root) and "site-packages" not in path.parts
    return (path.relative_to(root).as_posix(), path) if inside else None


def _line(path: Path, name: str) -> int | None:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return next((at for at, each in lines if each.strip().startswith(f"{name}:")), None)


def _text(secret: Any) -> str:  # noqa: ANN401 - a default may be anything
    return secret.get_secret_value() if isinstance(secret, SecretStr) else str(secret or "")
