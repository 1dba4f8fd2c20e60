"""Where does the parser of the spec language come from? Its tables are worked out once, and kept.

They lie beside the bytecode of this package, as what Python keeps of a module does: who may write
there may write the code as well.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

import lark

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser(grammar: Path, starts: Sequence[str]) -> lark.Lark:
    """Return the parser of a grammar's file that begins at any of these rules."""
    text = grammar.read_text(encoding="utf-8")
    made_of = f"{lark.__version__}\n{starts}\n{text}"
    kept = Path(cache_from_source(f"{grammar}.py"))
    with suppress(OSError):
        content = kept.read_bytes()
        tables = content[hashlib.sha256().digest_size :]
        if content == _marked(made_of, tables):
            return lark.Lark.load(io.BytesIO(tables))
    made = lark.Lark(
        text, parser="lalr", start=[*starts], propagate_positions=True, maybe_placeholders=True
    )
    if not sys.dont_write_bytecode:
        stream = io.BytesIO()
        made.save(stream)
        with suppress(OSError):  # then the next one works them out again
            _keep(kept, _marked(made_of, stream.getvalue()), grammar.stat().st_mode)
    return made


def _marked(made_of: str, tables: bytes) -> bytes:
    """Return tables behind a digest that tells what they were made of, and that they are whole."""
    return hashlib.sha256(made_of.encode() + b"\n" + tables).digest() + tables


def _keep(file: Path, content: bytes, mode: int) -> None:
    """Write in one step, as Python does: nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), mode & 0o777)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
