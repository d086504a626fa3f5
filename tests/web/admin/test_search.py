"""Search over HTTP: what each way of asking finds, and how it is told."""

from datetime import timedelta

import pytest

from safelight.accounts.model import FolderMode
from safelight.assets import catalogue, versions
from safelight.assets.model import Facts
from safelight.assets.store import analyses, sights
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.web.admin.routes import routes
from tests.api import Api
from tests.web.admin.conftest import VOCABULARY


@pytest.fixture
async def filled(api):
    await api.add("pets/cat", tags=("b", "a"), context={"stage": "new"}, folder="pets", uploaded_by="1234")
    api.clock.advance(timedelta(hours=1))
    await api.add("pets/dog", facts=Facts(2_000_000, "d" * 32, "png", 1600, 900, 1, True), metadata={"sku": "X"})
    api.clock.advance(timedelta(hours=1))
    await api.add("note.txt", kind=Kind.RAW, access=Access.PRIVATE, facts=Facts(5, "e" * 32, None))


def names(answer):
    assert answer.status_code == 200, answer.text
    return [line["public_id"] for line in answer.json()["resources"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["note.txt", "pets/dog", "pets/cat"]),
        ({"expression": "tags=a"}, ["pets/cat"]),
        ({"expression": "resource_type:image", "sort_by": [{"public_id": "asc"}]}, ["pets/cat", "pets/dog"]),
        ({"sort_by": [{"resource_type": "asc"}, {"bytes": "desc"}]}, ["pets/dog", "pets/cat", "note.txt"]),
        ({"sort_by": {"created_at": "asc"}, "max_results": 2}, ["pets/cat", "pets/dog"]),
        ({"sort_by": "bytes:asc", "max_results": "1"}, ["note.txt"]),
        ({"sort_by": ["bytes"], "max_results": "1"}, ["pets/dog"]),
        ({"next_cursor": "", "max_results": 5000}, ["note.txt", "pets/dog", "pets/cat"]),
    ],
)
async def test_what_is_asked_by_json(filled, client, body, expected):
    assert names(await client.post("resources%2Fsearch", json=body)) == expected
    assert names(await client.request("GET", "resources/search", json=body)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("expression=pets&sort_by[0][public_id]=desc", ["pets/dog", "pets/cat"]),
        ("expression=pets&sort_by[][bytes]=asc", ["pets/cat", "pets/dog"]),
        ("expression=pets&sort_by[bytes]=asc", ["pets/cat", "pets/dog"]),
        ("expression=pets&sort_by=public_id:asc,bytes:desc", ["pets/cat", "pets/dog"]),
        ("expression=pets&sort_by[]=public_id:asc", ["pets/cat", "pets/dog"]),
    ],
)
async def test_what_is_asked_by_words_of_a_form(filled, client, query, expected):
    assert names(await client.get("resources/search?" + query)) == expected
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert names(await client.post("resources/search", content=query, headers=form)) == expected


async def test_a_line_tells_what_clients_read(filled, client):
    answer = (await client.post("resources/search", json={"expression": "filename=dog"})).json()
    (line,) = answer["resources"]
    assert isinstance(answer["time"], int)
    assert (answer["total_count"], set(answer)) == (1, {"total_count", "time", "resources"})
    expected = {
        "public_id": "pets/dog",
        "filename": "dog",
        "display_name": "dog",
        "asset_folder": "",
        "format": "png",
        "resource_type": "image",
        "type": "upload",
        "bytes": 2_000_000,
        "width": 1600,
        "height": 900,
        "aspect_ratio": 1.77778,
        "pixels": 1_440_000,
        "pages": 1,
        "status": "active",
        "access_mode": "public",
        "etag": "d" * 32,
        "created_at": "2026-01-02T04:04:05Z",
        "uploaded_at": "2026-01-02T04:04:05Z",
    }
    assert {name: line.get(name) for name in expected} == expected
    assert line["secure_url"].startswith("https://")
    assert not {"tags", "context", "metadata", "image_metadata"} & set(line)


async def test_notes_are_told_where_they_are_asked_for_and_context_is_flat(filled, client):
    body = {"expression": "pets", "sort_by": [{"public_id": "asc"}], "with_field": ["tags", "context", "metadata"]}
    cat, dog = (await client.post("resources/search", json=body)).json()["resources"]
    assert (cat["tags"], cat["context"], cat["uploaded_by"]) == (["a", "b"], {"stage": "new"}, {"access_key": "1234"})
    assert (dog["tags"], dog["metadata"]) == ([], {"sku": "X"})
    assert "metadata" not in cat
    assert "context" not in dog


async def test_fields_are_all_that_is_told(filled, client):
    body = {"expression": "tags=a", "fields": ["tags", "bytes"], "with_field": "context"}
    (line,) = (await client.post("resources/search", json=body)).json()["resources"]
    always = {"public_id", "asset_id", "asset_folder", "created_at", "status", "type", "resource_type"}
    assert set(line) == always | {"tags", "bytes"}


async def test_a_raw_file_tells_its_format_by_its_name(filled, client):
    (line,) = (await client.post("resources/search", json={"expression": "resource_type=raw"})).json()["resources"]
    assert line["format"] == "txt"
    assert "width" not in line


async def test_a_walk_through_pages(filled, client):
    found, cursor = [], None
    for _ in range(3):
        body = {"max_results": 1, "sort_by": [{"public_id": "asc"}], "next_cursor": cursor}
        page = await client.post("resources/search", json=body)
        found += names(page)
        assert page.json()["total_count"] == 3
        cursor = page.json().get("next_cursor")
    assert (found, cursor) == (["note.txt", "pets/cat", "pets/dog"], None)


async def test_names_as_long_as_they_may_be_fit_into_a_cursor(api, client):
    for letter in "ab":
        await api.add(f"{'🐈' * 250}/{letter}", display_name="🐈" * 250, folder="🐈" * 250)
    body = {"max_results": 1, "sort_by": [{"public_id": "asc"}, {"display_name": "asc"}, {"asset_folder": "asc"}]}
    first = (await client.post("resources/search", json=body)).json()
    second = await client.post("resources/search", json={**body, "next_cursor": first["next_cursor"]})
    assert names(second)[0].endswith("/b")


async def test_values_are_counted(filled, client):
    ranges = [{"key": "small", "to": 1000}, {"key": "large", "from": "1000"}, {"from": 5, "to": 7}]
    body = {"aggregate": ["format", "resource_type", {"type": "bytes", "ranges": ranges}], "max_results": 1}
    answer = (await client.post("resources/search", json=body)).json()
    assert answer["aggregations"] == {
        "format": {"jpg": 1, "png": 1},
        "resource_type": {"image": 2, "raw": 1},
        "bytes": {"small": 2, "large": 1, "5-7": 1},
    }
    by_form = await client.get("resources/search", params={"aggregate[]": ["type"]})
    assert by_form.json()["aggregations"] == {"type": {"upload": 2, "private": 1}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"expression": "tags:("}, "Invalid expression: a word is missing here (at letter 7)"),
        ({"expression": "bytes>x"}, "Invalid expression: a number is needed here"),
        ({"expression": "a\0"}, "Invalid characters in parameter"),
        ({"sort_by": [{"colour": "asc"}]}, "Invalid sort_by field colour"),
        ({"sort_by": [{"bytes": "up"}]}, "Invalid sort_by order of bytes: must be asc or desc"),
        ({"sort_by": "[{"}, "Invalid sort_by: it is no JSON"),
        ({"sort_by": [{"bytes": "asc"}] * 11}, "Too many fields in sort_by. Maximum is 10."),
        ({"aggregate": ["colour"]}, "Invalid aggregate colour"),
        ({"aggregate": [{"type": "bytes"}]}, "ranges must be an array of 1 to 50 objects"),
        ({"aggregate": [{"type": "bytes", "ranges": [{"from": "x"}]}]}, "from and to are numbers"),
        ({"aggregate": [{"type": "bytes", "ranges": [3]}]}, "a range is an object with key, from and to"),
        ({"with_field": "colour"}, "Invalid with_field colour; known are tags, context"),
        ({"next_cursor": "x"}, "Invalid next_cursor"),
        ({"max_results": "many"}, "Invalid value many for parameter max_results"),
    ],
)
async def test_what_makes_no_sense_is_told(filled, client, body, words):
    answer = await client.post("resources/search", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


async def test_the_largest_expressions_are_answered(filled, client):
    for expression in ('"' + "a " * 8000 + '"', "a" * 16_000, "zz* " * 200, '"' + "(" * 16_000 + '"'):
        answer = await client.post("resources/search", json={"expression": expression})
        assert (answer.status_code, answer.json().get("resources")) == (200, []), answer.text


async def test_pictures_are_asked_about_themselves(api, filled):
    asked = []

    async def tell(asset, words):
        asked.append((asset.name, sorted(words)))
        if asset.name == "pets/dog":
            raise Invalid("It is broken")
        return {
            "image_metadata": {"DPI": "72"},
            "faces": [[1, 2, 3, 4]],
            "grayscale": True,
            "predominant": {"google": [["gray", 60.5]]},
        }

    async with api.client(routes(api.door, VOCABULARY, tell)) as client:
        body = {"expression": "resource_type:image", "sort_by": [{"public_id": "asc"}]}
        body |= {"with_field": ["image_metadata", "image_analysis"]}
        cat, dog = (await client.post("resources/search", json=body)).json()["resources"]
    assert sorted(asked) == [(name, ["colors", "faces", "image_metadata"]) for name in ("pets/cat", "pets/dog")]
    assert cat["image_metadata"] == {"DPI": "72"}
    assert cat["image_analysis"] == {
        "face_count": 1,
        "faces": [[1, 2, 3, 4]],
        "grayscale": True,
        "transparent": False,
        "etag": "0" * 32,
        "colors": {"gray": 60.5},
    }
    assert (dog["image_metadata"], dog["image_analysis"]) == ({}, {"transparent": True, "etag": "d" * 32})


async def test_faces_are_looked_for_in_a_few_pictures_of_a_page_and_told_of_all_that_are_known(api):
    asked = {}

    async def tell(asset, words):
        asked[asset.name] = sorted(words)
        return {}

    known = await api.add("00", tags=("many",))
    for number in range(1, 15):
        await api.add(f"{number:02}", tags=("many",))
    ids = {"cloud_id": api.cloud.id, "version_id": known.version_id}
    async with api.database.transaction() as session:
        await session.execute(analyses.insert().values([{**ids, "kind": k, "facts": {}} for k in ("colors", "traits")]))
        await session.execute(sights.insert().values({**ids, "kind": "face", "eye": "old", "regions": []}))
    body = {"expression": "tags=many", "sort_by": [{"public_id": "asc"}], "with_field": ["image_analysis"]}
    async with api.client(routes(api.door, VOCABULARY, tell)) as client:
        assert len((await client.post("resources/search", json=body)).json()["resources"]) == 15
    assert [name for name, words in sorted(asked.items()) if words] == [f"{number:02}" for number in range(11)]


async def test_folders_are_searched(api, client):
    for path in ("pets/cats", "plants"):
        await client.post(f"folders/{path}")
    body = {"expression": "path:pets*", "sort_by": [{"path": "desc"}], "max_results": 1}
    for method, path in (("POST", "folders%2Fsearch"), ("GET", "folders/search")):
        answer = (await client.request(method, path, json=body)).json()
        (folder,) = answer["folders"]
        assert (folder["name"], folder["path"], answer["total_count"]) == ("cats", "pets/cats", 2)
        assert {"external_id", "created_at"} <= set(folder)
    rest = (await client.post("folders/search", json={**body, "next_cursor": answer["next_cursor"]})).json()
    assert [folder["path"] for folder in rest["folders"]] == ["pets"]
    assert "next_cursor" not in rest


async def test_in_fixed_mode_a_line_tells_the_folder_of_the_name(database, clock):
    api = Api(database, clock)
    await api.open(FolderMode.FIXED)
    await api.add("x/y/cat", folder="x/y")
    async with api.client(routes(api.door, VOCABULARY)) as client:
        (line,) = (await client.post("resources/search", json={"expression": "folder=x/y"})).json()["resources"]
        assert line["folder"] == "x/y"
        assert "asset_folder" not in line


async def test_an_erased_asset_that_can_come_back_is_told_as_one(api, client):
    asset = await api.add("gone", tags=("a",))
    async with api.database.transaction() as session:
        await versions.keep(session, asset, api.clock.now())
        await catalogue.delete(session, asset, api.clock.now())
    body = {"expression": "status:deleted AND tags=a", "with_field": ["tags", "image_metadata"]}
    (line,) = (await client.post("resources/search", json=body)).json()["resources"]
    assert (line["public_id"], line["status"], line["placeholder"], line["tags"]) == ("gone", "deleted", True, ["a"])
    assert (line["bytes"], line["backup_bytes"], line["image_metadata"]) == (0, 7, {})
