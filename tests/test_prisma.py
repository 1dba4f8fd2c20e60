"""Prisma schemas become a sparse spec that keeps the database's names and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.types import (
    AttributeType,
    Database,
    DeleteBehaviour,
    Generator,
    RelationKind,
)
from tests.described import (
    DIFFICULT,
    assumed,
    attribute,
    difficult,
    entity,
    place,
    reading,
    refused,
    relation,
    resolved,
    warned,
)

if TYPE_CHECKING:
    from agent.planner.reading import Reading

MYSQL = 'datasource db {\n provider = "mysql"\n}\n'


@pytest.fixture(scope="module", name="blog")
def _blog() -> Reading:
    return difficult("prisma", "blog.prisma")


def test_the_provider_gives_the_database_and_no_url_is_told(blog: Reading) -> None:
    assert blog.spec.database is Database.MYSQL
    assert "SECRET_URL" not in warned(blog) + assumed(blog)
    assert "line 8: the url of a datasource is not used" in warned(blog)


def test_tables_and_columns_keep_their_names(blog: Reading) -> None:
    user = entity(blog, "User")
    assert (user.table, user.comment) == ("app_users", "Who writes.\nAnd reads.")
    assert attribute(blog, "User.created_at").column == "created"
    assert attribute(blog, "User.updated_at").column == "updatedAt"
    assert entity(blog, "Post").table == "Post"


def test_native_types_and_defaults(blog: Reading) -> None:
    email = attribute(blog, "User.email")
    assert (email.type, email.length, email.comment) == (
        AttributeType.STRING,
        255,
        "where mail goes",
    )
    assert attribute(blog, "User.password").length == 191
    assert attribute(blog, "User.bio").default == 'a "quoted" } word'
    score = attribute(blog, "User.score")
    assert (score.precision, score.scale, score.default) == (5, 2, 1.5)
    level = attribute(blog, "User.level")
    assert (level.type, level.generated) == (AttributeType.BIGINT, Generator.IDENTITY)
    assert attribute(blog, "User.settings").default == {"a": [1]}
    assert attribute(blog, "User.raw").type is AttributeType.BINARY
    assert attribute(blog, "User.sku").generated is Generator.UUID


def test_clocks_and_keys_that_the_client_library_makes(blog: Reading) -> None:
    assert attribute(blog, "User.created_at").generated is Generator.NOW
    assert attribute(blog, "User.updated_at").generated is Generator.NOW_ON_UPDATE
    key = attribute(blog, "User.id")
    assert (key.type, key.generated, key.length) == (AttributeType.UUID, Generator.UUID, None)
    assert "users.id: cuid() becomes a uuid" in warned(blog)
    assert attribute(blog, "Post.writer_id").type is AttributeType.UUID


def test_lists_enums_and_their_names_in_the_database(blog: Reading) -> None:
    (role,) = blog.spec.enums
    assert role.values == ("user", "the-admin")
    assert attribute(blog, "User.role").default == "the-admin"
    roles = attribute(blog, "User.roles")
    assert (roles.array, roles.enum, roles.default) == (True, "Role", ["user"])
    assert attribute(blog, "User.tags").default == []


def test_secrets_are_not_shown(blog: Reading) -> None:
    assert attribute(blog, "User.password").type is AttributeType.PASSWORD
    said = [each.text for each in blog.assumptions if "argon2" in each.text]
    assert said == ["These passwords are kept as argon2 hashes, and never shown: User.password."]


def test_what_no_attribute_is_becomes_plainer_and_is_told(blog: Reading) -> None:
    told = warned(blog)
    assert attribute(blog, "User.place").type is AttributeType.TEXT
    assert "line 26: users.place has type geometry: kept as text" in told
    assert attribute(blog, "User.address").type is AttributeType.JSON
    assert "users.address has the composite type Address: kept as json" in told
    assert "the view Report is left out: only tables are built" in told
    assert "@@fulltext of users: a special index" in told
    assert "not an ordinary index (Gin)" in told
    assert "onUpdate: Restrict is not used" in told
    assert "line 39: how @@index sorts and cuts is not used" in told


def test_keywords_can_be_names_of_fields(blog: Reading) -> None:
    assert attribute(blog, "User.model").default is False
    assert attribute(blog, "User.enum").type is AttributeType.FLOAT


def test_keys_unique_rules_and_indexes_over_several_lines(blog: Reading) -> None:
    user, post = entity(blog, "User"), entity(blog, "Post")
    assert [(each.name, each.attributes) for each in user.indexes] == [
        ("ix_mail", ("email", "role"))
    ]
    assert [each.name for each in user.uniques] == ["uq_email"]
    assert post.primary_key == ("region", "no")
    assert [(each.name, each.attributes) for each in post.uniques] == [
        ("uq_titles", ("title", "writer_id"))
    ]


def test_two_fields_are_two_sides_of_one_relation(blog: Reading) -> None:
    writer, liker = relation(blog, "Post.writer"), relation(blog, "Post.liker")
    assert (writer.inverse, writer.nullable, writer.on_delete) == (
        "written",
        False,
        DeleteBehaviour.RESTRICT,
    )
    assert (liker.inverse, liker.nullable, liker.on_delete) == (
        "liked",
        True,
        DeleteBehaviour.SET_NULL,
    )
    assert relation(blog, "User.boss").inverse == "staff"
    assert not any(each.name in {"written", "liked"} for each in entity(blog, "User").relations)


def test_a_relation_over_a_key_is_one_to_one_and_over_two_columns_one_relation(
    blog: Reading,
) -> None:
    user = relation(blog, "Profile.user")
    assert (user.kind, user.inverse, user.constraint) == (
        RelationKind.ONE_TO_ONE,
        "profile",
        "fk_profile",
    )
    post = relation(blog, "Line.post")
    assert (post.attributes, post.references) == (("region", "no"), ("region", "no"))
    assert "onDelete SetDefault becomes restrict" in warned(blog)


def test_an_implicit_many_to_many_has_the_join_table_that_prisma_makes(blog: Reading) -> None:
    themes = relation(blog, "Label.themes")
    assert themes.through is not None
    assert (themes.kind, themes.inverse) == (RelationKind.MANY_TO_MANY, "labels")
    assert themes.through.table == "_LabelToTheme"
    assert (themes.through.local_columns, themes.through.target_columns) == (("A",), ("B",))
    posts = relation(blog, "Label.posts")
    assert posts.through is None, "Prisma's own table has room for keys of one column only"


def test_every_part_has_its_place(blog: Reading) -> None:
    lines = (DIFFICULT / "blog.prisma").read_text().splitlines()
    for path, words in (
        ("User", "users {"),
        ("User.created_at", "createdAt"),
        ("Post.writer", "writer "),
        ("Label.themes", "themes"),
    ):
        line, column = place(blog, path) or (0, 0)
        assert lines[line - 1][column - 1 :].startswith(words)


def test_it_all_can_be_resolved(blog: Reading) -> None:
    assert {each.name for each in resolved(blog).entities} >= {"User", "Post", "Line", "Theme"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("model A {\n  id Int @id\n  name Strin\n}", 3, "did you mean String?"),
        ("model A {\n  id Int @id\n}\nmodel A {\n  id Int @id\n}", 4, "on line 1 already"),
        ("model A {\n  id Int @id\n  id Int\n}", 3, "A.id is declared twice"),
        ("model A {\n  id Int @id\n  title Int\n  @@index([titel])\n}", 4, "did you mean title?"),
        ("model A {\n  id Int @id\n  b A @relation(fields: [x], references: [id])\n}", 3, "A.x"),
        (
            "model A {\n id Int @id\n x Int\n b A @relation(fields: [x, id], references: [id])\n}",
            4,
            "2 fields and 1 references",
        ),
        ("model A {\n  id Int @id\n", 1, "this bracket is never closed"),
        ("model A {\n  id Int @id @default(\n}", 3, "is unexpected here"),
        ("model A {\n  id\n}", 2, "the line ends too early"),
        ("model A {\n  @@map(\n'a'\n)\n  id Int @id\n}", 3, 'the character "\'" has no meaning'),
        ("enum E {\n  A\n}", 1, "declares no entity"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    fault = refused("prisma", text)[0]
    assert fault.line == line
    assert words in f"{fault.message} {fault.expected}"


@pytest.mark.parametrize(
    ("provider", "database"),
    [
        ("sqlserver", Database.POSTGRESQL),
        ("mongodb", Database.POSTGRESQL),
        ("sqlite", Database.SQLITE),
    ],
)
def test_other_providers_are_told(provider: str, database: Database) -> None:
    found = reading("prisma", MYSQL.replace("mysql", provider) + "model A {\n id String @id\n}")
    assert found.spec.database is database
    assert ("is not a target" in warned(found)) == (provider != "sqlite")


def test_object_ids_of_mongodb_become_uuids_where_they_are_made() -> None:
    text = (
        'model A {\n  id String @id @default(auto()) @map("_id") @db.ObjectId\n  bs B[]\n}\n'
        "model B {\n  id String @id @default(auto()) @db.ObjectId\n  aId String @db.ObjectId\n"
        "  a A @relation(fields: [aId], references: [id])\n}"
    )
    found = reading("prisma", text)
    assert attribute(found, "A.id").type is AttributeType.UUID
    assert attribute(found, "B.a_id").type is AttributeType.UUID


def test_names_of_keys_in_the_database_are_told() -> None:
    text = 'model A {\n  a Int @id(map: "pk_a")\n}\nmodel B {\n  a Int\n  @@id([a], map: "pk_b")\n}'
    assert "lines 2, 6: the database's name of a key is not used" in warned(reading("prisma", text))
