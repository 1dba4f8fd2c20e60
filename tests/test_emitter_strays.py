"""Which requests does no operation answer?"""

from __future__ import annotations

import pytest

from agent.documents import Source, SourceFormat
from agent.emitter.testing.strays import Strays, strays
from agent.planner.readers.openapi import read

PROPER = Strays("/no-such-path", "delete", reach_documentation=True)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({"/links": "get", "/links/{code}": "delete"}, PROPER),
        ({"/{code}": "get"}, Strays("/no-such-path" * 2, "delete", reach_documentation=False)),
        ({"/{code}": "delete"}, Strays("/no-such-path" * 2, "put", reach_documentation=False)),
        ({"/{a}/{b}": "delete"}, Strays("/no-such-path" * 3, "delete", reach_documentation=True)),
        (
            {"/{code}": "delete put patch post"},
            Strays("/no-such-path" * 2, None, reach_documentation=False),
        ),
    ],
)
def test_no_operation_has_them(paths: dict[str, str], expected: Strays) -> None:
    lines = [
        f"  {path}: {{{', '.join(f'{each}: {{responses: {{}}}}' for each in methods.split())}}}"
        for path, methods in paths.items()
    ]
    text = "\n".join(["openapi: 3.1.0", "info: {title: Links, version: '1'}", "paths:", *lines])
    found = read(Source(format=SourceFormat.OPENAPI, content=text))
    assert strays(found.spec.operations) == expected
