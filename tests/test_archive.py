"""Is an archive the same for the same files, and harmless whoever made it?"""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from agent.applying import archive


def test_it_is_the_same_for_the_same_files_and_gives_them_back() -> None:
    contents = {"b/c.py": b"1\n" * 500, "a": b"", "\u00fc": b"\xff\x00"}
    packed = archive.pack(contents)
    assert packed == archive.pack(dict(reversed(contents.items())))
    assert archive.unpack(packed) == contents
    assert len(packed) < 600


@pytest.mark.parametrize("packed", [None, b"", b"PK", b"PK\x03\x04" + bytes(40)])
def test_what_is_none_holds_nothing(packed: bytes | None) -> None:
    assert archive.unpack(packed) == {}


def test_what_is_broken_holds_nothing() -> None:
    packed = archive.pack({"a": b"12345" * 100})
    for at in range(len(packed)):
        broken = packed[:at] + bytes([packed[at] ^ 0xFF]) + packed[at + 1 :]
        assert set(archive.unpack(broken).values()) <= {b"12345" * 100}
        assert archive.unpack(packed[:at]) == {}


def test_what_is_larger_than_any_project_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as file:
        file.writestr("a", bytes(2**20))
    assert len(bomb.getvalue()) < 2000
    monkeypatch.setattr(archive, "LARGEST", 2**20 - 1)
    assert archive.unpack(bomb.getvalue()) == {}
    monkeypatch.setattr(archive, "LARGEST", 2**20)
    assert archive.unpack(bomb.getvalue()) == {"a": bytes(2**20)}
    monkeypatch.setattr(archive, "MOST_FILES", 0)
    assert archive.unpack(bomb.getvalue()) == {}
