"""Assets are related to each other, in both directions, until one of them goes."""

import pytest

from safelight.kernel.media import Access, Kind


@pytest.fixture
async def shelf(api):
    named = {
        "cat": {},
        "cats/kitten": {},
        "doc.pdf": {"kind": Kind.RAW},
        "secret": {"access": Access.PRIVATE},
    }
    return {name: await api.add(name, **words) for name, words in named.items()}


async def related_of(client, name="cat", **words):
    answer = (await client.get(f"resources/image/upload/{name}", params={"related": "true", **words})).json()
    return [one["public_id"] for one in answer["related_assets"]], answer.get("related_next_cursor")


def codes(answer):
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {one["asset"]: (one["code"], one["status"]) for one in [*told["success"], *told["failed"]]}


async def test_each_relation_is_told_what_became_of_it(client, shelf, jobs):
    words = {
        "assets_to_relate": [
            "image/upload/cats/kitten",
            "raw/upload/doc.pdf",
            "image/private/secret",
            "image/upload/none",
            "image/upload/cat",
        ]
    }
    answer = await client.post("resources/related_assets/image/upload/cat", json=words)
    assert codes(answer) == {
        "image/upload/cats/kitten": ("success_ids", 200),
        "raw/upload/doc.pdf": ("success_ids", 200),
        "image/private/secret": ("success_ids", 200),
        "image/upload/none": ("non_existing_ids", 404),
        "image/upload/cat": ("invalid_relate_to_self_id", 400),
    }
    (fact,) = [fact for topic, fact in await jobs() if topic == "Reported"]
    assert (fact["about"], fact["fields"]["action_type"]) == ("related_assets", "add")
    assert (fact["fields"]["total_success"], fact["fields"]["total_failed"]) == (3, 2)
    again = await client.post(
        "resources/related_assets/image/upload/cats%2Fkitten", json={"assets_to_relate": "image/upload/cat"}
    )
    assert codes(again) == {"image/upload/cat": ("already_exists_ids", 409)}
    assert sorted((await related_of(client))[0]) == ["cats/kitten", "doc.pdf", "secret"]
    assert (await related_of(client, "cats/kitten"))[0] == ["cat"]
    assert "related_assets" not in (await client.get("resources/image/upload/cat")).json()


async def test_by_ids_that_never_change_and_page_by_page(client, shelf):
    cat, others = shelf["cat"].id, [shelf[name].id for name in ("cats/kitten", "doc.pdf", "secret")]
    answer = await client.post(f"resources/related_assets/{cat}", json={"assets_to_relate": [*others, "none", cat]})
    assert [code for code, _ in codes(answer).values()] == [
        *["success_ids"] * 3,
        "non_existing_ids",
        "invalid_relate_to_self_id",
    ]
    first, cursor = await related_of(client, max_results=2)
    rest, end = await related_of(client, max_results=2, related_next_cursor=cursor)
    assert (sorted([*first, *rest]), len(first), end) == (["cats/kitten", "doc.pdf", "secret"], 2, None)
    gone = await client.request(
        "DELETE", f"resources/related_assets/{others[0]}", json={"assets_to_unrelate": [cat, others[1]]}
    )
    assert codes(gone) == {cat: ("success_ids", 200), others[1]: ("non_existing_ids", 404)}
    assert sorted((await related_of(client))[0]) == ["doc.pdf", "secret"]


async def test_an_erased_asset_is_related_to_nothing(client, shelf):
    await client.post("resources/related_assets/image/upload/cat", json={"assets_to_relate": ["raw/upload/doc.pdf"]})
    await client.request("DELETE", "resources/raw/upload", json={"public_ids": ["doc.pdf"]})
    assert await related_of(client) == ([], None)


@pytest.mark.parametrize(
    ("path", "words", "status", "told"),
    [
        ("image/upload/none", {"assets_to_relate": ["image/upload/cat"]}, 404, "Resource not found - none"),
        ("none", {"assets_to_relate": ["x"]}, 404, "Resource not found - none"),
        ("image/upload/cat", {}, 400, "Missing required parameter - assets_to_relate"),
        ("image/upload/cat", {"assets_to_relate": ["cat"]}, 400, "resource_type/type/public_id"),
        ("image/upload/cat", {"assets_to_relate": ["image/upload/"]}, 400, "resource_type/type/public_id"),
        ("image/upload/cat", {"assets_to_relate": [f"image/upload/{n}" for n in range(11)]}, 400, "Maximum is 10"),
    ],
)
async def test_what_cannot_be_related_is_told_in_clear_words(client, shelf, path, words, status, told):
    answer = await client.post(f"resources/related_assets/{path}", json=words)
    assert (answer.status_code, told in answer.json()["error"]["message"]) == (status, True), answer.text


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwiYiJd", "WzEsMl0"])
async def test_a_cursor_of_another_list_leads_nowhere(client, shelf, cursor):
    answer = await client.get("resources/image/upload/cat", params={"related": "1", "related_next_cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Invalid next_cursor")
