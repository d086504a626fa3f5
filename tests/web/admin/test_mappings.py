"""Upload mappings through the Admin API."""

import pytest


async def test_mappings_are_made_listed_changed_and_deleted(client):
    for folder in ("b", "a/deep", "c"):
        words = {"folder": folder, "template": f"https://old.example/{folder}/"}
        answer = await client.post("upload_mappings", json=words)
        assert answer.json() == {"message": "created", "folder": folder}
    first = (await client.get("upload_mappings?max_results=2")).json()
    assert [one["folder"] for one in first["mappings"]] == ["a/deep", "b"]
    rest = (await client.get("upload_mappings", params={"next_cursor": first["next_cursor"]})).json()
    assert rest == {"mappings": [{"folder": "c", "template": "https://old.example/c/"}]}
    changed = await client.put("upload_mappings", json={"folder": "a/deep", "template": "https://new.example/"})
    assert changed.json()["message"] == "updated"
    shown = await client.get("upload_mappings", params={"folder": "a/deep"})
    assert shown.json() == {"folder": "a/deep", "template": "https://new.example/"}
    assert (await client.request("DELETE", "upload_mappings", json={"folder": "b"})).json() == {"message": "deleted"}
    for method in ("GET", "DELETE"):
        assert (await client.request(method, "upload_mappings", params={"folder": "b"})).status_code == 404


async def test_a_folder_has_one_mapping(client):
    words = {"folder": "a", "template": "https://old.example/"}
    assert (await client.post("upload_mappings", json=words)).status_code == 200
    assert (await client.post("upload_mappings", json=words)).status_code == 409
    assert (await client.put("upload_mappings", json={**words, "folder": "nobody"})).status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        {"folder": "a"},
        {"template": "https://old.example/"},
        {"folder": "/a", "template": "https://old.example/"},
        {"folder": "a//b", "template": "https://old.example/"},
        {"folder": "a", "template": "file:///etc/"},
        {"folder": "a", "template": "old.example"},
        {"folder": "a" * 256, "template": "https://old.example/"},
        {"folder": "a", "template": "https://old.example/" + "x" * 3000},
    ],
)
async def test_what_makes_no_sense_is_refused(client, words):
    assert (await client.post("upload_mappings", json=words)).status_code == 400
