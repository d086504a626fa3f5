"""A person looks at assets through the Admin API."""

from datetime import timedelta

import pytest

from safelight.assets.model import Review, Status


@pytest.fixture
async def shelf(api, clock):
    for name, kind, status in (("a", "manual", "pending"), ("b", "manual", "pending"), ("c", "duplicate", "rejected")):
        response = ({"public_id": "a", "confidence": 0.9},) if kind == "duplicate" else ()
        review = Review(kind, Status(status), clock.now(), response=response)
        await api.add(name, moderation=(review,))
        clock.advance(timedelta(minutes=1))
    await api.add("d")


async def names(client, path, **words):
    answer = await client.get(path, params=words)
    assert answer.status_code == 200, answer.text
    return [one["public_id"] for one in answer.json()["resources"]]


@pytest.mark.usefixtures("shelf")
async def test_assets_are_listed_by_review(client):
    assert await names(client, "resources/image/moderations/manual/pending") == ["b", "a"]
    assert await names(client, "resources/image/moderations/manual/pending", direction="asc") == ["a", "b"]
    assert await names(client, "resources/image/moderations/duplicate/rejected") == ["c"]
    assert await names(client, "resources/raw/moderations/manual/pending") == []
    first = (await client.get("resources/image/moderations/manual/pending?max_results=1")).json()
    rest = await names(client, "resources/image/moderations/manual/pending", next_cursor=first["next_cursor"])
    assert rest == ["a"]
    line = first["resources"][0]
    assert (line["moderation_kind"], line["moderation_status"]) == ("manual", "pending")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("resources/image/moderations/nobody/pending", "Moderation nobody moderation is not valid"),
        ("resources/image/moderations/manual/maybe", "Invalid moderation status maybe"),
    ],
)
async def test_what_no_review_is_called_is_refused(client, path, message):
    answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (400, {"error": {"message": message}})


@pytest.mark.usefixtures("shelf")
async def test_lists_tell_of_reviews_where_they_are_asked(client):
    lines = (await client.get("resources/image?moderations=true")).json()["resources"]
    assert [line.get("moderation_status") for line in lines] == [None, "rejected", "pending", "pending"]
    lines = (await client.get("resources/image")).json()["resources"]
    assert all("moderation_status" not in line for line in lines)


@pytest.mark.usefixtures("shelf")
async def test_a_person_decides_and_may_take_it_back(client, jobs):
    for status in ("rejected", "approved", "pending"):
        words = {"moderation_status": status, "notification_url": "https://a.example/"}
        answer = (await client.post("resources/image/upload/a", data=words)).json()
        assert [(one["kind"], one["status"]) for one in answer["moderation"]] == [("manual", status)]
        assert (await client.get("resources/image/upload/a")).json()["moderation"] == answer["moderation"]
    told = [payload for name, payload in await jobs() if name == "AssetModerated"]
    assert [(one["review"], one["status"]) for one in told] == [
        ("manual", "rejected"),
        ("manual", "approved"),
        ("manual", "pending"),
    ]
    assert told[0]["notification_url"] == "https://a.example/"


@pytest.mark.usefixtures("shelf")
async def test_a_person_overrules_a_program(client):
    answer = (await client.post("resources/image/upload/c", data={"moderation_status": "approved"})).json()
    assert [(one["kind"], one["status"]) for one in answer["moderation"]] == [
        ("duplicate", "rejected"),
        ("manual", "approved"),
    ]
    assert answer["moderation"][0]["response"] == [{"public_id": "a", "confidence": 0.9}]


async def test_nobody_says_what_is_no_status(api, client):
    await api.add("a")
    answer = await client.post("resources/image/upload/a", data={"moderation_status": "illegal"})
    message = "Illegal value illegal for parameter moderation_status"
    assert (answer.status_code, answer.json()) == (400, {"error": {"message": message}})
