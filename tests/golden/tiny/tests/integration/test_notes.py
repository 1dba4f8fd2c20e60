"""Tests of notes over HTTP."""

from httpx import AsyncClient

from tests.factories import Factory
from tests.payloads import note_create, note_update


async def test_list_notes(client: AsyncClient, factory: Factory) -> None:
    await factory.note()
    response = await client.get("/api/v1/notes")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == len(response.json()["items"])


async def test_list_notes_by_page(client: AsyncClient, factory: Factory) -> None:
    await factory.note()
    await factory.note()
    response = await client.get("/api/v1/notes?page=2&limit=1")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1
    assert response.json()["total"] == 2
    response = await client.get("/api/v1/notes?page=9&limit=1")
    assert response.json()["items"] == []
    assert response.json()["total"] == 2


async def test_list_notes_sorted(client: AsyncClient, factory: Factory) -> None:
    await factory.note()
    await factory.note()
    asc = await client.get("/api/v1/notes?sort_by=id&sort_order=asc")
    assert asc.status_code == 200, asc.text
    desc = await client.get("/api/v1/notes?sort_by=id&sort_order=desc")
    assert desc.status_code == 200, desc.text
    assert asc.json()["items"] == desc.json()["items"][::-1]


async def test_list_notes_filtered(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    await factory.note()
    response = await client.get(f"/api/v1/notes?id={note.id}")
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) == 1


async def test_list_notes_by_search(client: AsyncClient, factory: Factory) -> None:
    await factory.note()
    response = await client.get("/api/v1/notes?q=no%20such%20text")
    assert response.status_code == 200, response.text
    assert response.json()["items"] == []


async def test_list_notes_refuses_an_unknown_filter(client: AsyncClient) -> None:
    response = await client.get("/api/v1/notes?no_such_filter=1")
    assert response.status_code == 422, response.text


async def test_create_note(client: AsyncClient) -> None:
    body = note_create()
    response = await client.post("/api/v1/notes", json=body)
    assert response.status_code == 201, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_create_note_names_the_wrong_field(client: AsyncClient) -> None:
    body = note_create()
    body.pop("text", None)
    response = await client.post("/api/v1/notes", json=body)
    assert response.status_code == 422, response.text
    assert "text" in response.text


async def test_create_note_with_a_malformed_body(client: AsyncClient) -> None:
    as_json = {"Content-Type": "application/json"}
    response = await client.post("/api/v1/notes", content=b"{", headers=as_json)
    assert response.status_code == 400, response.text


async def test_read_note(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    response = await client.get(f"/api/v1/notes/{note.id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == str(note.id)


async def test_read_note_that_is_absent(client: AsyncClient) -> None:
    response = await client.get("/api/v1/notes/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text


async def test_replace_note(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    body = note_create()
    response = await client.put(f"/api/v1/notes/{note.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_replace_note_that_is_absent(client: AsyncClient) -> None:
    body = note_create()
    response = await client.put("/api/v1/notes/00000000-0000-4000-8000-000000000000", json=body)
    assert response.status_code == 404, response.text


async def test_replace_note_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    body = note_create()
    body.pop("text", None)
    response = await client.put(f"/api/v1/notes/{note.id}", json=body)
    assert response.status_code == 422, response.text
    assert "text" in response.text


async def test_update_note(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    body = note_update()
    response = await client.patch(f"/api/v1/notes/{note.id}", json=body)
    assert response.status_code == 200, response.text
    data = response.json()
    assert data["text"] == body["text"]


async def test_update_note_that_is_absent(client: AsyncClient) -> None:
    body = note_update()
    response = await client.patch("/api/v1/notes/00000000-0000-4000-8000-000000000000", json=body)
    assert response.status_code == 404, response.text


async def test_update_note_names_the_wrong_field(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    body = note_update()
    body["no_such_field"] = 1
    response = await client.patch(f"/api/v1/notes/{note.id}", json=body)
    assert response.status_code == 422, response.text
    assert "no_such_field" in response.text


async def test_delete_note(client: AsyncClient, factory: Factory) -> None:
    note = await factory.note()
    path = f"/api/v1/notes/{note.id}"
    response = await client.delete(path)
    assert response.status_code == 204, response.text
    response = await client.delete(path)
    assert response.status_code == 404, response.text


async def test_delete_note_that_is_absent(client: AsyncClient) -> None:
    response = await client.delete("/api/v1/notes/00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404, response.text
