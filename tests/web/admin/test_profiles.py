"""Streaming profiles through the Admin API."""

import json

import pytest

SMALL = json.dumps([{"transformation": "c_limit,w_320,h_240,br_192k"}])


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["data"]]


async def test_those_that_come_along_are_listed_and_shown(client):
    assert names(await client.get("streaming_profiles"))[:4] == ["4k", "full_hd", "hd", "sd"]
    shown = (await client.get("streaming_profiles/full_hd")).json()["data"]
    assert shown["predefined"] is True
    finest = shown["representations"][0]["transformation"]
    assert finest == [
        {"bit_rate": "8500k", "crop": "limit", "height": 1080, "video_codec": "h264:high:4.0", "width": 1920}
    ]
    assert len((await client.get("streaming_profiles/sd")).json()["data"]["representations"]) == 4


async def test_own_ones_are_made_changed_and_deleted(client):
    made = await client.post(
        "streaming_profiles", json={"name": "tiny", "display_name": "Tiny", "representations": SMALL}
    )
    assert made.status_code == 200, made.text
    assert made.json()["message"] == "created"
    assert made.json()["data"] == {
        "name": "tiny",
        "display_name": "Tiny",
        "predefined": False,
        "representations": [{"transformation": [{"crop": "limit", "width": 320, "height": 240, "bit_rate": "192k"}]}],
    }
    assert names(await client.get("streaming_profiles"))[-1] == "tiny"
    assert (await client.post("streaming_profiles", json={"name": "tiny", "representations": SMALL})).status_code == 409
    changed = await client.put("streaming_profiles/tiny", json={"display_name": "Smallest"})
    assert (changed.json()["message"], changed.json()["data"]["display_name"]) == ("updated", "Smallest")
    assert len(changed.json()["data"]["representations"]) == 1
    assert (await client.delete("streaming_profiles/tiny")).json() == {"message": "deleted"}
    assert (await client.get("streaming_profiles/tiny")).status_code == 404
    assert (await client.delete("streaming_profiles/tiny")).status_code == 404


async def test_one_that_came_along_is_changed_and_taken_back(client):
    changed = await client.put("streaming_profiles/hd", json={"representations": SMALL})
    assert len(changed.json()["data"]["representations"]) == 1
    assert changed.json()["data"]["predefined"] is True
    assert names(await client.get("streaming_profiles")).count("hd") == 1
    await client.delete("streaming_profiles/hd")
    assert len((await client.get("streaming_profiles/hd")).json()["data"]["representations"]) == 5


@pytest.mark.parametrize(
    "words",
    [
        {"representations": SMALL},
        {"name": "a b", "representations": SMALL},
        {"name": "none"},
        {"name": "none", "representations": "[]"},
        {"name": "none", "representations": "nonsense"},
        {"name": "none", "representations": "[" * 100_000},
        {"name": "none", "representations": '[{"transformation": 7}]'},
        {"name": "none", "representations": '[{"transformation": "w_none"}]'},
        {"name": "none", "representations": json.dumps(json.loads(SMALL) * 31)},
    ],
)
async def test_what_makes_no_sense_is_refused(client, words):
    assert (await client.post("streaming_profiles", json=words)).status_code == 400
