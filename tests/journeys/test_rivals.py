"""Clients that work on the same thing at the same moment, and what is too much or too long: each gets an answer."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.pictures import encoded, scene

WRITERS = 8
EACH = 10


@pytest.fixture(scope="module")
def picture() -> bytes:
    return encoded(scene(64, 48), "PNG")


def call(safelight, method: str, path: str, **words) -> httpx.Response:
    return httpx.request(method, f"{safelight.api}/{path}", auth=safelight.auth, timeout=60, **words)


def test_of_many_writers_each_change_stays(safelight, picture):
    safelight.upload(picture, public_id="rivals/one", tags="first")

    def write(number: int) -> list[int]:
        return [
            call(
                safelight,
                "POST",
                "image/tags",
                data={"command": "add", "tag": f"w{number}_{turn}", "public_ids[]": "rivals/one"},
            ).status_code
            for turn in range(EACH)
        ]

    with ThreadPoolExecutor(WRITERS) as writers:
        assert {status for statuses in writers.map(write, range(WRITERS)) for status in statuses} == {200}
    told = call(safelight, "GET", "resources/image/upload/rivals/one").json()
    wanted = {f"w{number}_{turn}" for number in range(WRITERS) for turn in range(EACH)}
    assert set(told["tags"]) == wanted | {"first"}


def test_uploads_of_one_name_leave_one_asset_that_is_whole(safelight):
    pictures = [encoded(scene(40 + number, 30), "PNG") for number in range(WRITERS)]

    def send(number: int) -> dict:
        return safelight.upload(pictures[number], public_id="rivals/same")

    with ThreadPoolExecutor(WRITERS) as senders:
        answers = list(senders.map(send, range(WRITERS)))
    assert len({answer["asset_id"] for answer in answers}) == 1
    assert len({answer["version"] for answer in answers}) == WRITERS
    told = call(safelight, "GET", "resources/image/upload/rivals/same").json()
    newest = max(range(WRITERS), key=lambda number: answers[number]["version"])
    assert (told["width"], told["version"]) == (40 + newest, answers[newest]["version"])
    assert httpx.get(told["url"]).content == pictures[newest]


def test_a_preset_that_is_deleted_during_uploads_serves_some_and_refuses_others(safelight, picture):
    preset = {"name": "rivals", "unsigned": "true", "tags": "by-preset"}
    assert call(safelight, "POST", "upload_presets", data=preset).status_code == 200

    def send(number: int) -> httpx.Response:
        if number == WRITERS:
            return call(safelight, "DELETE", "upload_presets/rivals")
        return httpx.post(
            f"{safelight.api}/image/upload",
            data={"upload_preset": "rivals", "public_id": f"rivals/preset{number}"},
            files={"file": ("a.png", picture)},
            timeout=60,
        )

    with ThreadPoolExecutor(WRITERS) as senders:
        answers = list(senders.map(send, range(2 * WRITERS)))
    uploads = [answer for number, answer in enumerate(answers) if number != WRITERS]
    assert answers[WRITERS].status_code == 200
    assert {answer.status_code for answer in uploads} <= {200, 400}
    assert all(answer.json()["tags"] == ["by-preset"] for answer in uploads if answer.status_code == 200)
    refused = {answer.json()["error"]["message"] for answer in uploads if answer.status_code == 400}
    assert refused <= {"Upload preset not found"}
    assert send(99).status_code == 400


def test_renames_to_one_name_leave_one_winner(safelight, picture):
    for number in range(WRITERS):
        safelight.upload(picture, public_id=f"rivals/from{number}")

    def rename(number: int) -> int:
        words = {"from_public_id": f"rivals/from{number}", "to_public_id": "rivals/to"}
        return call(safelight, "POST", "image/rename", data=words).status_code

    with ThreadPoolExecutor(WRITERS) as renamers:
        statuses = sorted(renamers.map(rename, range(WRITERS)))
    assert statuses == [200] + [400] * (WRITERS - 1)
    left = call(safelight, "GET", "resources/image/upload", params={"prefix": "rivals/from"}).json()
    assert len(left["resources"]) == WRITERS - 1


def test_a_cursor_of_another_question_is_refused(safelight, picture):
    for number in range(3):
        safelight.upload(picture, public_id=f"rivals/page{number}")
    first = call(safelight, "POST", "resources/search", json={"expression": "rivals", "max_results": 1}).json()
    other = {"expression": "others", "max_results": 1, "next_cursor": first["next_cursor"]}
    answer = call(safelight, "POST", "resources/search", json=other)
    assert (answer.status_code, "cursor" in answer.json()["error"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ({"tags": ",".join(f"t{n}" for n in range(1000))}, 200, None),
        ({"tags": ",".join(f"t{n}" for n in range(10_000))}, 400, "Too many tags: 10000. Maximum is 1000."),
        ({"public_id": "🐈" * 255}, 200, None),
        ({"public_id": "🐈" * 256}, 400, ") is invalid"),
    ],
    ids=["1,000 tags", "10,000 tags", "255 letters", "256 letters"],
)
def test_what_is_too_much(safelight, picture, words, status, message):
    answer = call(safelight, "POST", "image/upload", data=words, files={"file": ("a.png", picture)})
    assert answer.status_code == status, answer.text
    if message:
        assert message in answer.json()["error"]["message"]
    else:
        told = answer.json()
        assert httpx.get(told["url"]).content == picture
        assert told["tags"] == sorted(words.get("tags", "").split(",")) or "public_id" in words
