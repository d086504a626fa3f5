"""Fields of structured metadata through the Admin API."""

import json

import pytest

COLORS = {"values": [{"external_id": "r", "value": "Red"}, {"external_id": "g", "value": "Green"}]}


async def made(client, **words):
    answer = await client.post("metadata_fields", json={"external_id": "f", "label": "F", "type": "string", **words})
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["value"] for one in answer.json()["values"]]


async def test_a_field_is_made_shown_changed_and_deleted(client):
    assert await made(client, label="Title") == {
        "external_id": "f",
        "type": "string",
        "label": "Title",
        "mandatory": False,
        "default_value": None,
        "default_disabled": False,
        "validation": None,
        "restrictions": None,
        "position": 1,
    }
    changed = await client.put("metadata_fields/f", json={"label": "Name", "mandatory": True, "default_value": "x"})
    assert changed.json()["default_value"] == "x"
    assert (await client.get("metadata_fields/f")).json() == changed.json()
    assert (await client.get("metadata_fields")).json() == {"metadata_fields": [changed.json()]}
    emptied = await client.put("metadata_fields/f", json={"mandatory": False, "default_value": None})
    assert emptied.json()["default_value"] is None
    assert (await client.delete("metadata_fields/f")).json() == {"message": "ok"}
    assert (await client.get("metadata_fields/f")).status_code == 404
    taken = await client.post("metadata_fields", json={"external_id": "f", "label": "Name", "type": "string"})
    assert (taken.status_code, taken.json()["error"]["message"]) == (400, "external id f already exists")


async def test_a_label_belongs_to_one_field_until_it_is_gone(client):
    await made(client)
    words = {"external_id": "g", "label": "F", "type": "date"}
    assert "label F already exists" in (await client.post("metadata_fields", json=words)).text
    await client.delete("metadata_fields/f")
    assert (await client.post("metadata_fields", json=words)).status_code == 200


AND = {
    "type": "and",
    "rules": [{"type": "greater_than", "value": "2024-01-01"}, {"type": "less_than", "value": "2024-03-01"}],
}
UP_TO_FIVE = {"type": "less_than", "value": 5, "equals": True}
LETTERS = {"type": "strregex", "regex": "^[a-z]+$"}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ({"type": "integer", "default_value": 5, "validation": UP_TO_FIVE}, 5),
        ({"type": "integer", "default_value": "-7"}, -7),
        ({"type": "date", "default_value": "2024-02-29", "validation": AND}, "2024-02-29"),
        ({"type": "string", "default_value": "abc", "validation": LETTERS}, "abc"),
        ({"type": "string", "default_value": "ab", "validation": {"type": "strlen", "min": 2, "max": 3}}, "ab"),
        ({"type": "enum", "datasource": COLORS, "default_value": "r"}, "r"),
        ({"type": "set", "datasource": COLORS, "default_value": ["g", "r"]}, ["g", "r"]),
    ],
)
async def test_a_default_that_fits_is_kept(client, words, kept):
    assert (await made(client, **words))["default_value"] == kept


@pytest.mark.parametrize(
    "words",
    [
        {"type": "integer", "default_value": 10, "validation": UP_TO_FIVE},
        {"type": "integer", "default_value": "many"},
        {"type": "date", "default_value": "2024-03-01", "validation": AND},
        {"type": "date", "default_value": "20240201"},
        {"type": "string", "default_value": "ABC", "validation": LETTERS},
        {"type": "string", "default_value": "abcd", "validation": {"type": "strlen", "max": 3}},
        {"type": "enum", "datasource": COLORS, "default_value": "blue"},
        {"type": "set", "datasource": COLORS, "default_value": ["r", "blue"]},
        {"type": "string", "mandatory": True},
    ],
)
async def test_a_default_that_does_not_fit_is_refused(client, words):
    answer = await client.post("metadata_fields", json={"external_id": "f", "label": "F", **words})
    assert (answer.status_code, "default_value is invalid" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "words",
    [
        {"type": "none"},
        {"label": ""},
        {"label": "x" * 256},
        {"external_id": "a/b"},
        {"external_id": "x" * 256},
        {"validation": {"type": "less_than", "value": 3}},
        {"validation": {"type": "strregex", "regex": "("}},
        {"validation": {"type": "strregex"}},
        {"validation": {"type": "and", "rules": []}},
        {"validation": "[" * 50_000},
        {"validation": 7},
        {"datasource": COLORS},
        {"type": "enum", "datasource": {"values": 7}},
        {"type": "enum", "datasource": {"values": [{"external_id": {}, "value": "x"}]}},
        {"restrictions": "[1]"},
        {"allow_dynamic_list_values": True},
    ],
)
async def test_what_makes_no_field_is_refused(client, words):
    told = {"external_id": "f", "label": "F", "type": "string", **words}
    assert (await client.post("metadata_fields", json=told)).status_code == 400


async def test_a_pattern_that_would_take_for_ever_is_stopped(client):
    slow = {"type": "strregex", "regex": "(" * 40 + "a{1,200}" + "){1,9}" * 40 + "$"}
    words = {"external_id": "f", "label": "F", "type": "string", "validation": slow, "default_value": "a" * 300}
    assert (await client.post("metadata_fields", json=words)).status_code == 400
    assert (await client.get("metadata_fields")).json() == {"metadata_fields": []}


async def test_entries_change_go_come_back_and_are_sorted(client):
    await made(client, type="enum", datasource=COLORS)
    told = {"values": [{"external_id": "r", "value": "Ruby"}, {"external_id": "b", "value": "Blue"}]}
    assert values(await client.put("metadata_fields/f/datasource", json=told)) == ["Ruby", "Green", "Blue"]
    gone = await client.request("DELETE", "metadata_fields/f/datasource", json={"external_ids": ["r", "g"]})
    assert values(gone) == ["Blue"]
    assert values(await client.get("metadata_fields/f/datasource/search", params={"term": "u"})) == ["Blue"]
    back = await client.post("metadata_fields/f/datasource_restore", json={"external_ids": ["r"]})
    assert values(back) == ["Ruby", "Blue"]
    order = {"order_by": "value", "direction": "asc"}
    assert values(await client.post("metadata_fields/f/datasource/order", json=order)) == ["Blue", "Ruby"]
    order["direction"] = "desc"
    assert values(await client.post("metadata_fields/f/datasource/order", json=order)) == ["Ruby", "Blue"]
    assert (await client.post("metadata_fields/f/datasource/order", json={"order_by": "id"})).status_code == 400
    missing = {"external_ids": ["none"]}
    assert (await client.request("DELETE", "metadata_fields/f/datasource", json=missing)).status_code == 404


async def test_entries_are_found_in_one_list_and_in_all(client):
    await made(client, type="enum", datasource=COLORS)
    await made(client, external_id="g", label="G", type="set", datasource=COLORS)
    assert values(await client.get("metadata_fields/f/datasource/search", params={"term": "RE"})) == ["Red", "Green"]
    exact = {"term": "re", "exact_match": "true"}
    assert values(await client.get("metadata_fields/f/datasource/search", params=exact)) == []
    found = await client.post("metadata_fields/datasource/search", json={"term": "red"})
    assert [one["metadata_field_id"] for one in found.json()["values"]] == ["f", "g"]


async def test_fields_are_put_in_order(client):
    def ids(answer):
        assert answer.status_code == 200, answer.text
        return [one["external_id"] for one in answer.json()["metadata_fields"]]

    for name, label in (("a", "Z"), ("b", "y"), ("c", "X")):
        await made(client, external_id=name, label=label)
    assert ids(await client.put("metadata_fields/order", json={"order_by": "label"})) == ["c", "b", "a"]
    assert ids(await client.put("metadata_fields/b/reorder", json={"position": 3})) == ["c", "a", "b"]
    assert ids(await client.get("metadata_fields")) == ["c", "a", "b"]
    by_birth = {"order_by": "external_id", "direction": "desc"}
    assert ids(await client.put("metadata_fields/order", json=by_birth)) == ["c", "b", "a"]
    assert (await client.put("metadata_fields/order", json={"order_by": "shoe"})).status_code == 400
    assert (await client.put("metadata_fields/none/reorder", json={"position": 1})).status_code == 404


async def test_a_cloud_has_a_hundred_fields(client):
    for number in range(100):
        await made(client, external_id=f"f{number}", label=f"F {number}")
    words = {"external_id": "more", "label": "More", "type": "string"}
    assert "100 metadata fields" in (await client.post("metadata_fields", json=words)).text


async def test_a_default_is_given_to_what_is_there_and_a_field_takes_its_values_along(api, client):
    await api.add("cat")
    await made(client, type="integer", default_value=3)
    shown = (await client.get("resources/image/upload/cat")).json()
    assert shown["metadata"] == {"f": 3}
    assert json.loads((await client.get("resources/image", params={"metadata": "true"})).text)["resources"][0][
        "metadata"
    ] == {"f": 3}
    assert "metadata" not in (await client.get("resources/image", params={"metadata": "false"})).json()["resources"][0]
    await client.delete("metadata_fields/f")
    assert "metadata" not in (await client.get("resources/image/upload/cat")).json()


async def test_type_and_id_sent_along_with_a_change_are_passed_over(client):
    await client.post("metadata_fields", json={"external_id": "kept", "label": "K", "type": "string"})
    words = {"external_id": "other", "type": "integer", "label": "New", "mandatory": True, "default_value": "d"}
    told = (await client.put("metadata_fields/kept", json=words)).json()
    assert (told["external_id"], told["type"], told["label"], told["default_value"]) == ("kept", "string", "New", "d")
