"""Which bytes are a text? The same for files of the command line and of a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.contract import text
from agent.contract.text import text_of
from agent.conversation.message import understand
from agent.documents import SourceFormat
from agent.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "CREATE TABLE [书] ([id] int NOT NULL PRIMARY KEY)\r\nGO\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_script_with_a_mark_is_read_in_a_chat(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.sql").write_bytes(f"\ufeff{SCRIPT}".encode(encoding))
    (source,) = understand("@x.sql", tmp_path).document.context.sources
    assert (source.format, source.content) == (SourceFormat.SQL, SCRIPT)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"a" * 101, "too-large", (None, None)),
        ("\ufeff书".encode("utf-16-le") * 25, "too-large", (None, None)),
        (b"a\n\xc3\xa9\xff", "encoding", (2, 2)),
        (b"\xff\xfea", "encoding", (1, 1)),
        ("a".encode("utf-16-le") + b"\xff", "encoding", (1, 3)),
    ],
)
def test_what_is_no_text_of_a_bounded_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, content: bytes, code: str, place: tuple[int | None, int | None]
) -> None:
    monkeypatch.setattr(text, "MAX_SIZE", 100)
    with pytest.raises(ContractError) as caught:
        text_of(content, "x.sql")
    (fault,) = caught.value.faults
    assert (fault.code, (fault.line, fault.column)) == (code, place)
    assert fault.message.startswith("x.sql is ")
