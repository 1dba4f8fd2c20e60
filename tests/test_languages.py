"""Is a text in another language told as that, and never one of our own?"""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.contract.languages import unread_language
from agent.documents import Source, SourceFormat
from agent.errors import ContractError, SourceError
from agent.planner.readers.spec_language import read
from agent.transports.cli_input import read as read_file

TEXTS = {
    "Prisma": 'datasource db {\n  provider = "x"\n}\nmodel User {\n  id Int @id\n}\n',
    "OpenAPI": "openapi: 3.1.0\ninfo:\n  title: X\npaths: {}\n",
    "DBML": "Table users {\n  id integer [primary key]\n}\nRef: posts.user_id > users.id\n",
    "JDL": "entity Author {\n  name String required\n}\n",
    "Mermaid": "erDiagram\n    CUSTOMER ||--o{ ORDER : places\n",
    "PlantUML": "@startuml\nclass A\n@enduml\n",
    "GraphQL": "type User {\n  id: ID!\n}\n",
    "Python": "from django.db import models\n\nclass User(models.Model):\n    pass\n",
    "prose": "I want a shop with users and orders, please.\nBuild it well.\n",
}
CASES = Path(__file__).parent / "cases"


def source(text: str) -> Source:
    return Source(format=SourceFormat.SPEC, content=text)


@pytest.mark.parametrize("language", TEXTS)
def test_another_language_is_one_fault_that_names_it(language: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(source(TEXTS[language]))
    (fault,) = refused.value.faults
    assert fault.message == f"this looks like {language}, which is not read yet"
    assert "BackendSpec as JSON" in (fault.expected or "")
    assert (fault.line, fault.column) == (1, 1)


def test_openapi_as_json_is_named_too(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text('{"openapi": "3.1.0", "paths": {}}', encoding="utf-8")
    with pytest.raises(ContractError, match="this looks like OpenAPI"):
        read_file(str(file), None, {})


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*.spec")))
def test_our_own_language_is_none_of_them(name: str) -> None:
    assert unread_language((CASES / name).read_text(encoding="utf-8")) is None


def test_a_slip_in_our_own_language_stays_a_slip() -> None:
    found = read(source("entity A\n  x: integer\nentiy B\nmodel C {\n  id: integer\n}\n"))
    assert [fault.line for fault in found.faults] == [3, 4]
