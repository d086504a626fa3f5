"""Named transformations are made, listed, changed and deleted."""

import pytest

from safelight.derived import files, named
from safelight.kernel.media import Access
from tests.api import BASE_URL, derived_of


async def test_a_named_transformation_lives_and_dies(client):
    made = await client.post("transformations", json={"name": "tiny", "transformation": "w_40,h_40,c_fill"})
    assert made.json() == {"message": "created"}
    again = await client.post("transformations", json={"name": "t_tiny", "transformation": "w_1"})
    assert again.status_code == 409
    for name in ("tiny", "t_tiny", "t_tiny/", "tiny/jpg"):
        told = (await client.get("transformations", params={"transformation": name})).json()
        assert told == {
            "name": "t_tiny",
            "allowed_for_strict": True,
            "used": False,
            "named": True,
            "info": [{"crop": "fill", "height": 40, "width": 40}],
            "derived": [],
        }
    words = {"transformation": "tiny", "allowed_for_strict": True, "unsafe_update": "w_50,e_grayscale"}
    assert (await client.put("transformations", json=words)).json() == {"message": "updated"}
    told = (await client.get("transformations/t_tiny")).json()
    assert (told["allowed_for_strict"], told["info"]) == (True, [{"effect": "grayscale", "width": 50}])
    gone = await client.request("DELETE", "transformations", json={"transformation": "tiny"})
    assert gone.json() == {"message": "deleted"}
    assert (await client.get("transformations?transformation=tiny")).status_code == 404


async def test_they_are_listed_newest_first_in_pages(api, client, clock):
    for name in ("one", "two"):
        await client.post("transformations", data={"name": name, "transformation": "w_1"})
    async with api.database.transaction() as session:
        await named.note_used(session, api.cloud.id, "h_9", clock.now())
    listed = (await client.get("transformations")).json()
    assert [line["name"] for line in listed["transformations"]] == ["h_9", "t_two", "t_one"]
    assert listed["transformations"][0] == {"name": "h_9", "allowed_for_strict": False, "used": True, "named": False}
    assert [one["name"] for one in (await client.get("transformations?named=true")).json()["transformations"]] == [
        "t_two",
        "t_one",
    ]
    first = (await client.get("transformations?max_results=2")).json()
    rest = (await client.get("transformations", params={"next_cursor": first["next_cursor"]})).json()
    assert [line["name"] for line in rest["transformations"]] == ["t_one"]
    assert "next_cursor" not in rest
    assert (await client.get("transformations?transformation=h_9")).json()["info"] == [{"height": 9}]


async def test_one_is_shown_with_what_was_made_by_it(api, client, clock):
    await client.post("transformations", data={"name": "tiny", "transformation": "w_1"})
    long = "/".join(["w_1"] * 100)
    async with api.database.transaction() as session:
        await named.note_used(session, api.cloud.id, long, clock.now())
    cat, dog = await api.add("cat"), await api.add("dog", access=Access.PRIVATE)
    old = await api.add("old")
    made = [(cat, "t_tiny"), (dog, "t_tiny"), (old, "t_tiny"), (cat, "w_1"), (cat, long), (cat, f"{long}/w_2")]
    async with api.database.transaction() as session:
        for number, (asset, text) in enumerate(made):
            await files.add(session, derived_of(asset, number, text))
    await api.add("old")  # What was made of its older version is about to go.
    first = (await client.get("transformations?transformation=tiny&max_results=2")).json()
    assert first["derived"][0] == {
        "public_id": "cat",
        "resource_type": "image",
        "type": "upload",
        "id": f"{0:032x}",
        "transformation": "t_tiny",
        "format": "jpg",
        "bytes": 99,
        "url": f"{BASE_URL}/demo/image/upload/t_tiny/v{cat.version}/cat.jpg",
        "secure_url": f"{BASE_URL}/demo/image/upload/t_tiny/v{cat.version}/cat.jpg".replace("http:", "https:"),
    }
    assert first["derived"][1]["url"].startswith(f"{BASE_URL}/demo/image/private/s--")
    words = {"transformation": "tiny", "next_cursor": first["next_cursor"]}
    rest = (await client.get("transformations", params=words)).json()
    assert (rest["derived"], "next_cursor" in rest) == ([], False)
    told = (await client.get("transformations", params={"transformation": long})).json()
    assert [one["id"] for one in told["derived"]] == [f"{4:032x}"]


async def test_one_may_stand_inside_another(client):
    assert (await client.post("transformations", json={"name": "inner", "transformation": "w_10"})).status_code == 200
    outer = {"name": "outer", "transformation": "t_inner/e_grayscale"}
    assert (await client.post("transformations", json=outer)).status_code == 200


@pytest.mark.parametrize("text", ["e_nothing", "w_wide", "t_unknown", "a" * 10_000])
async def test_what_could_not_be_rendered_gets_no_name(client, text):
    answer = await client.post("transformations", json={"name": "bad", "transformation": text})
    assert answer.status_code == 400
    assert "\n" not in answer.headers["X-Cld-Error"]
    assert (await client.get("transformations?transformation=bad")).status_code == 404
