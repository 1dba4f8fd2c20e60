"""What are models told? Versioned prompts from ``prompts/<name>/prompt.md``.

A file is Markdown with a frontmatter and one or two Jinja blocks. ``{% block system %}`` comes
first and stays the same from request to request, so that providers can cache it: it may use only
*facts*, text of our own. ``{% block user %}`` may use only *data*, what people and their documents
say: each value is rendered as a block between two tags whose number occurs in no value, so that no
data can end its block. What is said of such blocks stands in ``prompts/data.md``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from agent.errors import EmitError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jinja2 import Environment, Template

FILE = "prompt.md"
NUMBER_LENGTH = 8


class Frontmatter(BaseModel):
    """What a prompt says of itself; ``budget`` are the most tokens it takes beside its data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(gt=0)
    returns: str = Field(min_length=1)
    budget: int = Field(gt=0)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt ready to be sent; ``name`` is its ``id@version``."""

    name: str
    system: str
    user: str


@dataclass(frozen=True)
class Prompt:
    """One prompt: what it says of itself, and its two blocks."""

    about: Frontmatter
    template: Template

    @property
    def name(self) -> str:
        """Return the name under which results tell of it."""
        return f"{self.about.id}@{self.about.version}"


class Prompts:
    """All prompts, by name."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; nothing is read yet, and each prompt only once."""
        self._folder = folder
        self._loaded: dict[str, Prompt] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of all prompts."""
        return tuple(sorted(path.parent.name for path in self._folder.glob(f"*/{FILE}")))

    def digest(self, name: str) -> str:
        """Return the SHA-256 of all text that a prompt is made of, with what it includes."""
        from jinja2 import meta  # noqa: PLC0415 - heavy

        digest, left, seen = hashlib.sha256(), [f"{name}/{FILE}"], set[str]()
        while left:
            path = left.pop(0)
            if path not in seen:
                seen.add(path)
                source = self._folder.joinpath(path).read_text("utf-8")
                digest.update(source.encode())
                included = meta.find_referenced_templates(self._environment.parse(source))
                left += filter(None, included)
        return digest.hexdigest()

    def load(self, name: str) -> Prompt:
        """Read a prompt.

        Raises:
            EmitError: there is none of that name, or its frontmatter is wrong.

        """
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Prompt:
        import yaml  # noqa: PLC0415 - only who asks a model pays for it

        try:
            source = self._folder.joinpath(name, FILE).read_text("utf-8")
            _, front, _ = source.split("---\n", 2)
            about = Frontmatter.model_validate(yaml.safe_load(front))
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise EmitError(f"the prompt {name!r} cannot be read: {error}") from error
        if about.id != name:
            raise EmitError(f"the prompt {name!r} calls itself {about.id!r}")
        template = self._environment.get_template(f"{name}/{FILE}")
        return Prompt(about, template)

    def render(self, name: str, *, facts: Mapping[str, str] | None = None, **data: str) -> Rendered:
        """Render a prompt.

        Args:
            name: Which.
            facts: Text of our own for the system block.
            data: What people and documents say, for the user block.

        Raises:
            EmitError: there is no such prompt, or a value that it needs is missing.

        """
        import jinja2  # noqa: PLC0415 - heavy

        prompt = self.load(name)
        sendable = {key: text.encode(errors="replace").decode() for key, text in data.items()}
        number = _number(sendable)
        fenced = {key: _fenced(key, text, number) for key, text in sendable.items()}
        try:
            return Rendered(
                prompt.name,
                _block(prompt.template, "system", facts or {}),
                _block(prompt.template, "user", fenced),
            )
        except jinja2.UndefinedError as error:
            raise EmitError(f"the prompt {name!r}: {error}") from error

    @cached_property
    def _environment(self) -> Environment:
        import jinja2  # noqa: PLC0415 - heavy

        return jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._folder),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - not HTML; data is fenced, see above
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )


def _block(template: Template, name: str, values: Mapping[str, str]) -> str:
    """Render a block with nothing but these values; a prompt may lack it."""
    if name not in template.blocks:
        return ""
    return "".join(template.blocks[name](template.new_context(dict(values)))).strip()


def _number(data: Mapping[str, str]) -> str:
    """Return a number that no value contains; the same for the same data, so requests repeat."""
    text = "\0".join(data.values())
    number = hashlib.sha256(text.encode()).hexdigest()
    while number[:NUMBER_LENGTH] in text:
        number = hashlib.sha256(number.encode()).hexdigest()
    return number[:NUMBER_LENGTH]


def _fenced(name: str, text: str, number: str) -> str:
    tag = f"{name}-{number}"
    return f"<{tag}>\n{text}\n</{tag}>"
