"""Upload presets are made, listed, changed and deleted."""


async def test_a_preset_lives_and_dies(client):
    words = {"name": "web", "unsigned": True, "tags": "a,b", "folder": "in", "context": "k=v"}
    assert (await client.post("upload_presets", json=words)).json() == {"message": "created", "name": "web"}
    assert (await client.post("upload_presets", json=words)).status_code == 409
    settings = {"tags": ["a", "b"], "folder": "in", "context": {"k": "v"}}
    shown = (await client.get("upload_presets/web")).json()
    assert (shown["name"], shown["unsigned"], shown["settings"]) == ("web", True, settings)
    answer = await client.put("upload_presets%2Fweb", data={"unsigned": "false", "folder": "out"})
    assert answer.json() == {"message": "updated"}
    shown = (await client.get("upload_presets/web")).json()
    assert (shown["unsigned"], shown["settings"]) == (False, {**settings, "folder": "out"})
    assert (await client.request("DELETE", "upload_presets/web")).json() == {"message": "deleted"}
    assert (await client.get("upload_presets/web")).status_code == 404


async def test_presets_without_a_name_get_one_and_are_listed(client):
    made = {(await client.post("upload_presets", json={"disallow_public_id": True})).json()["name"] for _ in range(3)}
    first = (await client.get("upload_presets?max_results=2")).json()
    rest = (await client.get("upload_presets", params={"next_cursor": first["next_cursor"]})).json()
    assert {one["name"] for one in (*first["presets"], *rest["presets"])} == made
    assert first["presets"][0]["settings"] == {"disallow_public_id": True}
    assert "next_cursor" not in rest
