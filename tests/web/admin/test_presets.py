"""Upload presets are made, listed, changed and deleted."""

from datetime import timedelta


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


async def test_the_newest_is_told_first_unless_another_order_is_asked_for(client, clock):
    for name in ("b", "a", "c"):
        await client.post("upload_presets", json={"name": name})
        clock.advance(timedelta(seconds=1))

    async def told(words: str) -> list[str]:
        names, cursor = [], ""
        while cursor is not None:
            answer = (await client.get(f"upload_presets?max_results=1&next_cursor={cursor}{words}")).json()
            names += [one["name"] for one in answer["presets"]]
            cursor = answer.get("next_cursor")
        return names

    assert await told("") == ["c", "a", "b"]
    assert await told("&direction=asc") == ["b", "a", "c"]
    assert await told("&order_by=name") == ["a", "b", "c"]
    assert await told("&order_by=name&direction=desc") == ["c", "b", "a"]
    for words in ("order_by=size", "next_cursor=WyJhIl0", "next_cursor=WyJhIiwiYiJd", "next_cursor=W1tdLDFd"):
        assert (await client.get(f"upload_presets?{words}")).status_code == 400, words


async def test_a_word_that_no_upload_could_follow_is_refused_and_leaves_nothing(client):
    await client.post("upload_presets", json={"name": "good", "overwrite": True})
    for words in ({"visual_search": "perhaps"}, {"overwrite": "x"}, {"context": "no pair"}):
        assert (await client.post("upload_presets", json={"name": "bad", **words})).status_code == 400, words
        assert (await client.put("upload_presets/good", json=words)).status_code == 400, words
    told = (await client.get("upload_presets")).json()["presets"]
    assert [(one["name"], one["settings"]) for one in told] == [("good", {"overwrite": True})]
