"""Assets are listed, shown and rewritten through the Admin API."""

from datetime import timedelta

import pytest

from safelight.accounts.model import FolderMode
from safelight.assets.model import Facts
from safelight.derived import files
from safelight.kernel.media import Access, Kind
from safelight.web.admin.routes import routes
from tests.api import BASE_URL, Api, derived_of


def names(answer):
    assert answer.status_code == 200, answer.text
    return [one["public_id"] for one in answer.json()["resources"]]


@pytest.fixture
async def shelf(api, clock):
    """One asset a minute."""
    wanted = {
        "b/2": {"tags": ("x",), "context": {"k": "1"}},
        "a": {"folder": "In/Here"},
        "b/1": {"tags": ("x", "y"), "folder": "in/here"},
        "raw.txt": {"kind": Kind.RAW, "facts": Facts(5, "1" * 32, None)},
        "locked": {"access": Access.PRIVATE},
    }
    found = {}
    for name, words in wanted.items():
        found[name] = await api.add(name, **words)
        clock.advance(timedelta(minutes=1))
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("resources/image/upload", ["b/1", "a", "b/2"]),
        ("resources%2Fimage%2Fupload?", ["b/1", "a", "b/2"]),
        ("resources/image", ["locked", "b/1", "a", "b/2"]),
        ("resources/image?type=upload", ["b/1", "a", "b/2"]),
        ("resources/raw", ["raw.txt"]),
        ("resources/video", []),
        ("resources/image/upload?direction=asc", ["b/2", "a", "b/1"]),
        ("resources/image/upload?direction=-1", ["b/1", "a", "b/2"]),
        ("resources/image/upload?prefix=b/", ["b/1", "b/2"]),
        ("resources/image/upload?public_ids[]=a&public_ids[]=b/1&public_ids[]=no", ["a", "b/1"]),
        ("resources/image/upload?public_ids=a", ["a"]),
        ("resources/image/upload?start_at=2026-01-02T03:05:00Z", ["b/1", "a"]),
        ("resources/image/upload?start_at=2026-01-02 03:05:00 UTC", ["b/1", "a"]),
        ("resources/image/upload?start_at=Fri, 02 Jan 2026 03:05:00 GMT&direction=1", ["a", "b/1"]),
        ("resources/image/upload?start_at=1767323100", ["b/1", "a"]),
        ("resources/image/tags/x", ["b/1", "b/2"]),
        ("resources/image/tags/none", []),
        ("resources/image/context?key=k", ["b/2"]),
        ("resources/image/context?key=k&value=2", []),
        ("resources/by_asset_folder?asset_folder=IN/HERE", ["b/1", "a"]),
        ("resources/by_asset_folder?asset_folder=&resource_type=image", ["locked", "b/2"]),
        ("resources/by_asset_folder?asset_folder=/&resource_type=raw", ["raw.txt"]),
        ("resources/image/upload?public_ids=a,b/1,no", ["a", "b/1"]),
    ],
)
async def test_a_list_holds_what_was_asked(client, shelf, path, expected):
    assert names(await client.get(path)) == expected


async def test_a_list_by_ids_and_by_folder(client, shelf):
    ids = [shelf["a"].id, shelf["raw.txt"].id, "nobody"]
    answer = await client.get("resources/by_asset_ids", params={"asset_ids[]": ids})
    assert names(answer) == ["raw.txt", "a"]
    assert "total_count" not in answer.json()
    assert names(await client.get("resources/by_asset_ids", params={"asset_ids": ",".join(ids)})) == ["raw.txt", "a"]
    words = {"asset_ids": ",".join(ids), "resource_type": "raw"}
    assert names(await client.get("resources/by_asset_ids", params=words)) == ["raw.txt"]
    answer = await client.get("resources/by_asset_folder", params={"asset_folder": "in/here", "max_results": 1})
    assert (len(answer.json()["resources"]), answer.json()["total_count"]) == (1, 2)


async def test_a_list_is_walked_by_cursors(client, shelf):
    seen, cursor = [], ""
    for _ in range(10):
        answer = (await client.get("resources/image", params={"max_results": 1, "next_cursor": cursor})).json()
        seen += [one["public_id"] for one in answer["resources"]]
        if "next_cursor" not in answer:
            break
        cursor = answer["next_cursor"]
    assert seen == ["locked", "b/1", "a", "b/2"]


async def test_a_line_shows_tags_context_and_fields_when_asked(client, shelf):
    line = (await client.get("resources/image/upload?prefix=b/2")).json()["resources"][0]
    assert not {"tags", "context"} & line.keys()
    line = (await client.get("resources/image/upload?prefix=b/2&tags=true&context=1")).json()["resources"][0]
    assert (line["tags"], line["context"]) == (["x"], {"custom": {"k": "1"}})
    for fields in ("fields=tags,bytes", "fields[]=tags&fields[]=bytes"):
        line = (await client.get(f"resources/image/upload?public_ids=a&{fields}")).json()["resources"][0]
        assert line == {"asset_id": shelf["a"].id, "public_id": "a", "tags": [], "bytes": 7}


async def test_a_locked_asset_is_listed_with_a_signed_address(client, shelf):
    line = (await client.get("resources/image/private")).json()["resources"][0]
    assert line["url"].startswith(f"{BASE_URL}/demo/image/private/s--")


async def test_an_asset_is_shown_by_name_and_by_id_with_what_was_made_of_it(api, client, shelf):
    asset = shelf["b/2"]
    async with api.database.transaction() as session:
        for number in range(3):
            await files.add(session, derived_of(asset, number, f"w_{number + 1}"))
    by_name = (await client.get("resources/image/upload/b/2?colors=true&max_results=2")).json()
    by_id = (await client.get(f"resources/{asset.id}?max_results=2")).json()
    assert by_name == by_id
    assert (by_name["asset_id"], by_name["etag"], by_name["tags"]) == (asset.id, "0" * 32, ["x"])
    assert [one["transformation"] for one in by_name["derived"]] == ["w_1", "w_2"]
    assert not {"colors", "request_id", "versions"} & by_name.keys()
    words = {"max_results": 2, "derived_next_cursor": by_name["derived_next_cursor"]}
    rest = (await client.get("resources/image%2Fupload%2Fb%2F2", params=words)).json()
    assert [one["transformation"] for one in rest["derived"]] == ["w_3"]
    assert "derived_next_cursor" not in rest
    few = (await client.get(f"resources/{asset.id}?fields=tags,etag")).json()
    assert few == {"asset_id": asset.id, "public_id": "b/2", "tags": ["x"], "etag": "0" * 32}


@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_an_asset_is_rewritten(api, client, shelf, jobs, how):
    words = {"tags": "z,y", "context": "k=a\\|b|é=ü", "display_name": "Tom", "asset_folder": "new/place"}
    words["notification_url"] = "http://n.test/hook"
    answer = await client.post("resources/image/upload/a", **{how: words})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["tags"], told["context"]) == (["y", "z"], {"custom": {"k": "a|b", "é": "ü"}})
    assert (told["display_name"], told["asset_folder"], told["derived"]) == ("Tom", "new/place", [])
    fact = next(fact for topic, fact in await jobs() if topic == "AssetChanged")
    assert (fact["tags_added"], fact["previous_folder"]) == (["y", "z"], "In/Here")
    assert fact["notification_url"] == "http://n.test/hook"


@pytest.mark.parametrize("unique", [True, "1", "true"])
async def test_an_asset_gets_a_display_name_of_its_own_where_that_is_asked(client, shelf, unique):
    words = {"display_name": "1", "asset_folder": "in/here", "unique_display_name": unique}
    told = (await client.put(f"resources/{shelf['b/2'].id}", json=words)).json()
    assert (told["display_name"][:2], len(told["display_name"])) == ("1_", 8)
    told = (await client.put(f"resources/{shelf['b/2'].id}", json={**words, "unique_display_name": False})).json()
    assert told["display_name"] == "1"


async def test_an_asset_is_rewritten_by_its_id_and_only_where_asked(client, shelf):
    told = (await client.put(f"resources/{shelf['b/1'].id}", json={"tags": ["only"], "context": None})).json()
    assert (told["tags"], told["asset_folder"], told["display_name"]) == (["only"], "in/here", "1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"raw_convert": "illegal"}, "Illegal value illegal for parameter raw_convert"),
        ({"ocr": "illegal"}, "Illegal value illegal for parameter ocr"),
        ({"display_name": "a/b"}, "display_name (a/b) is invalid"),
        ({"asset_folder": "a?b"}, "asset_folder is invalid"),
        ({"notification_url": "ftp://h"}, "Invalid notification_url ftp://h"),
    ],
)
async def test_what_cannot_be_written_is_refused(client, shelf, words, message):
    answer = await client.post("resources/image/upload/a", json=words)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


async def test_in_fixed_mode_the_name_says_the_folder(database, clock):
    api = Api(database, clock)
    await api.open(FolderMode.FIXED)
    await api.add("x/y", folder="x")
    async with api.client(routes(api.door, {})) as client:
        told = (await client.post("resources/image/upload/x/y", json={"asset_folder": "else", "tags": "t"})).json()
        assert (told["folder"], told["tags"]) == ("x", ["t"])
        assert names(await client.get("resources/by_asset_folder?asset_folder=x")) == ["x/y"]


async def test_the_tags_of_a_kind_are_listed(client, shelf):
    assert (await client.get("tags/image")).json() == {"tags": ["x", "y"]}
    assert (await client.get("tags/image?prefix=nothing")).json() == {"tags": []}
    first = (await client.get("tags/image?max_results=1")).json()
    assert first["tags"] == ["x"]
    assert (await client.get("tags/image", params={"next_cursor": first["next_cursor"]})).json() == {"tags": ["y"]}


async def test_a_picture_is_asked_about_itself_through_the_details(api, database):
    asked = []

    async def tell(asset, words):
        asked.append((asset.name, set(words)))
        return {"colors": [["#FF0000", 100.0]]} if "colors" in words else {}

    await api.add("tom")
    async with api.client(routes(api.door, {}, tell)) as client:
        plain = (await client.get("resources/image/upload/tom")).json()
        told = (await client.get("resources/image/upload/tom?colors=1&faces=true&coordinates=1")).json()
    assert asked == [("tom", set()), ("tom", {"colors", "faces"})]
    assert "colors" not in plain
    assert told["colors"] == [["#FF0000", 100.0]]


async def test_coordinates_and_regions_are_written_and_shown_where_they_are_asked_for(api, client):
    await api.add("tom")
    words = {"custom_coordinates": "1,2,3,4|5,6,7,8", "regions": '{"eye": [[0, 0], [9, 9]]}'}
    answer = await client.post("resources/image/upload/tom", data=words)
    assert answer.status_code == 200, answer.text
    shown = (await client.get("resources/image/upload/tom?coordinates=true")).json()
    assert shown["coordinates"] == {"custom": [[1, 2, 3, 4], [5, 6, 7, 8]]}
    assert shown["regions"] == {"eye": [[0, 0], [9, 9]]}
    assert "coordinates" not in (await client.get("resources/image/upload/tom")).json()
    refused = await client.post("resources/image/upload/tom", data={"custom_coordinates": "1,2"})
    assert refused.status_code == 400
