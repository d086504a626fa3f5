"""Search with the Python SDK: assets, folders, signed addresses, lists of what has a tag; and every way to list."""

import time

import cloudinary
import httpx
import pytest
from cloudinary import Search, SearchFolders, api, uploader
from cloudinary.exceptions import BadRequest

from tests.compat.pointing import point_at

NAMES = ("zoo/cat_1", "zoo/cat_2", "zoo/dog")


@pytest.fixture(scope="module")
def zoo(safelight, photo):
    point_at(safelight)
    ids = {}
    for number, name in enumerate(NAMES):
        ids[name] = uploader.upload(
            photo,
            public_id=name,
            tags=["zoo", "größe" if number else "first one"],
            context={"stage": "new" if number else "old", "n": str(number)},
            asset_folder=f"zoo/{'cats' if 'cat' in name else 'dogs'}",
        )["asset_id"]
    uploader.upload(b"id,name", public_id="zoo/list.csv", resource_type="raw", tags=["zoo"])
    yield ids
    api.delete_resources_by_prefix("zoo/")
    api.delete_resources_by_prefix("zoo/", resource_type="raw")
    cloudinary.reset_config()


def found(search):
    return [line["public_id"] for line in search.execute()["resources"]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tags=zoo AND resource_type:image", [*NAMES]),
        ("public_id:zoo/*", [*NAMES, "zoo/list.csv"]),
        ("public_id=zoo/dog", ["zoo/dog"]),
        ("filename:cat*", ["zoo/cat_1", "zoo/cat_2"]),
        ("tags:zoo AND NOT cat", ["zoo/dog", "zoo/list.csv"]),
        ('tags="first one"', ["zoo/cat_1"]),
        ("tags=größe", ["zoo/cat_2", "zoo/dog"]),
        ("context.stage=new AND tags=zoo", ["zoo/cat_2", "zoo/dog"]),
        ("context.n>0", ["zoo/cat_2", "zoo/dog"]),
        ("asset_folder=zoo/cats", ["zoo/cat_1", "zoo/cat_2"]),
        ("asset_folder:zoo/*", [*NAMES]),
        ("tags=zoo AND format=(csv OR png)", []),
        ("tags=zoo AND resource_type=raw AND bytes<1kb", ["zoo/list.csv"]),
        ("tags=zoo AND uploaded_at>1h AND width:[640 TO 641]", [*NAMES]),
        ("tags=zoo AND aspect_ratio:4:3", [*NAMES]),
        ("unknown_field:1", []),
    ],
)
def test_an_expression_finds(zoo, expression, expected):
    assert found(Search().expression(expression).sort_by("public_id", "asc")) == expected


def test_an_asset_is_found_by_its_id_at_once(zoo):
    for sign in "=:":
        assert found(Search().expression(f"asset_id{sign}{zoo['zoo/dog']}")) == ["zoo/dog"]


def test_a_walk_goes_through_all(zoo):
    walked, cursor = [], ""
    while cursor is not None:
        search = Search().expression("tags=zoo").sort_by("public_id", "desc").max_results(1).next_cursor(cursor)
        page = search.execute()
        assert page["total_count"] == 4
        walked += [line["public_id"] for line in page["resources"]]
        cursor = page.get("next_cursor")
    assert walked == sorted([*NAMES, "zoo/list.csv"], reverse=True)


def test_notes_and_analyses_come_where_they_are_asked_for(zoo):
    search = Search().expression("public_id=zoo/cat_1").with_field(["context", "tags"]).with_field("image_metadata")
    (line,) = search.with_field("image_analysis").with_field("quality_analysis").execute()["resources"]
    assert line["context"] == {"stage": "old", "n": "0"}
    assert line["tags"] == ["first one", "zoo"]
    assert line["image_metadata"]["Colorspace"] == "RGB"
    assert line["image_analysis"]["colors"]
    assert isinstance(line["quality_analysis"]["focus"], float)
    (plain,) = Search().expression("public_id=zoo/cat_1").fields("tags").execute()["resources"]
    always = {"asset_id", "public_id", "asset_folder", "created_at", "status", "type", "resource_type"}
    assert set(plain) == always | {"tags"}


def test_values_are_counted(zoo):
    sizes = {"type": "bytes", "ranges": [{"key": "small", "to": 100}, {"key": "large", "from": 100}]}
    answer = Search().expression("tags=zoo").aggregate("resource_type").aggregate(sizes).execute()
    assert answer["aggregations"] == {"resource_type": {"image": 3, "raw": 1}, "bytes": {"small": 1, "large": 3}}


def test_what_cannot_be_read_is_pointed_at(zoo):
    with pytest.raises(BadRequest, match=r"Invalid expression: this bracket is never closed \(at letter 6, `\(`\)"):
        Search().expression("tags:(a").execute()


def test_folders_are_found(zoo):
    answer = SearchFolders().expression("path:zoo/*").sort_by("path", "asc").max_results(1).execute()
    assert ([folder["path"] for folder in answer["folders"]], answer["total_count"]) == (["zoo/cats"], 2)
    more = SearchFolders().expression("path:zoo/*").sort_by("path", "asc").next_cursor(answer["next_cursor"])
    assert [folder["name"] for folder in more.execute()["folders"]] == ["dogs"]
    assert SearchFolders().expression("name=zoo").execute()["folders"][0]["external_id"]


def test_a_signed_address_needs_no_key(zoo):
    search = Search().expression("tags=größe").sort_by("public_id", "asc").max_results(1).ttl(77)
    answer = httpx.get(search.to_url())
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=77")
    page = answer.json()
    assert [line["public_id"] for line in page["resources"]] == ["zoo/cat_2"]
    second = httpx.get(search.to_url(ttl=78, next_cursor=page["next_cursor"])).json()
    assert [line["public_id"] for line in second["resources"]] == ["zoo/dog"]
    assert httpx.get(search.to_url().replace("/77/", "/78/")).status_code == 401


def test_lists_of_what_has_a_tag_are_closed_until_they_are_opened(zoo, safelight):
    words = {"type": "list", "resource_type": "image"}
    plain = cloudinary.utils.cloudinary_url("zoo.json", **words)[0]
    assert httpx.get(plain).status_code == 401
    signed = httpx.get(cloudinary.utils.cloudinary_url("zoo.json", sign_url=True, **words)[0])
    lines = {line["public_id"]: line for line in signed.json()["resources"]}
    assert {*lines} == {*NAMES}
    assert lines["zoo/dog"]["context"] == {"custom": {"stage": "new", "n": "2"}}
    settings, auth = f"{safelight.api}/access_settings", (safelight.key, safelight.secret)
    httpx.put(settings, json={"restricted_types": []}, auth=auth).raise_for_status()
    try:
        time.sleep(1)
        assert httpx.get(plain).json()["resources"] == signed.json()["resources"]
    finally:
        httpx.put(settings, json={"restricted_types": ["list"]}, auth=auth).raise_for_status()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda ids: api.resources(type="upload", prefix="zoo/cat", direction="desc"), ["zoo/cat_2", "zoo/cat_1"]),
        (lambda ids: api.resources(prefix="zoo/", resource_type="raw"), ["zoo/list.csv"]),
        (lambda ids: api.resources_by_tag("größe", direction="asc"), ["zoo/cat_2", "zoo/dog"]),
        (lambda ids: api.resources_by_tag("zoo", resource_type="raw"), ["zoo/list.csv"]),
        (lambda ids: api.resources_by_context("stage", "new", direction=1), ["zoo/cat_2", "zoo/dog"]),
        (lambda ids: api.resources_by_context("n", direction="asc"), [*NAMES]),
        (lambda ids: api.resources_by_ids(["zoo/dog", "zoo/none", "zoo/cat_1"]), ["zoo/cat_1", "zoo/dog"]),
        (lambda ids: api.resources_by_asset_ids([ids["zoo/dog"]]), ["zoo/dog"]),
        (lambda ids: api.resources_by_asset_folder("ZOO/Cats", direction="asc"), ["zoo/cat_1", "zoo/cat_2"]),
    ],
)
def test_every_way_to_list(zoo, call, expected):
    assert [line["public_id"] for line in call(zoo)["resources"]] == expected


def test_a_list_starts_at_a_moment_and_shows_the_fields_that_are_asked_for(zoo):
    first = api.resource("zoo/cat_1")
    lines = api.resources(start_at=first["created_at"], direction="asc", max_results=500, fields=["tags", "bytes"])
    mine = {line["public_id"]: line for line in lines["resources"]}
    assert {*NAMES} <= {*mine}
    assert set(mine["zoo/dog"]) == {"asset_id", "public_id", "tags", "bytes"}
    assert api.resources(start_at="2100-01-01", direction="asc")["resources"] == []
