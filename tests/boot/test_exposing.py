"""What files tell, and the notice before uploads: of each fault that is planted exactly its clause fails."""

from datetime import timedelta
from typing import Any

import pytest

from safelight.boot import exposing, told_by_files
from safelight.privacy import notices
from safelight.privacy.selfcheck import Status
from safelight.uploads import waiting_store
from safelight.uploads.asynchronous import HOURS_MAX
from tests.boot.test_choosing import rooms as _rooms
from tests.boot.test_showing import Asked, Plant, Said, serving

LINK = f'<{notices.PAGE}>; rel="terms-of-service"'
rooms = _rooms


async def files(rooms: Any) -> Status:
    async with rooms.database.transaction() as session:
        return (await exposing.checks_of(rooms, session, "nowhere")["PP-09"]()).status


async def notice(rooms: Any, plant: Plant) -> Status:
    def shown(asked: Asked, said: Said) -> None:
        _shows(asked, said)
        plant(asked, said)

    async with serving(shown) as live, rooms.database.transaction() as session:
        return (await exposing.checks_of(rooms, session, live)["PP-11"]()).status


def _shows(asked: Asked, said: Said) -> None:
    """As an installation that keeps its word."""
    if asked.path == notices.PAGE:
        said.body += notices.upload().texts[asked.headers["accept-language"]]
    elif asked.path == "/openapi.json":
        said.body += notices.PAGE
    elif asked.path.endswith("/upload"):
        said.headers["link"] = LINK


def _keeps_its_word(_asked: Asked, _said: Said) -> None:
    pass


def _says_it_in_english_alone(asked: Asked, said: Said) -> None:
    if asked.path == notices.PAGE:
        said.body = notices.upload().texts["en"]


def _has_no_page(asked: Asked, said: Said) -> None:
    said.status = 404 if asked.path == notices.PAGE else said.status


def _answers_without_a_link(_asked: Asked, said: Said) -> None:
    said.headers.pop("link", None)


def _describes_nothing(asked: Asked, said: Said) -> None:
    said.body = "" if asked.path == "/openapi.json" else said.body


@pytest.mark.parametrize(
    ("plant", "status"),
    [
        (_keeps_its_word, Status.PASS),
        (_says_it_in_english_alone, Status.FAIL),
        (_has_no_page, Status.FAIL),
        (_answers_without_a_link, Status.FAIL),
        (_describes_nothing, Status.FAIL),
    ],
)
async def test_a_way_to_upload_without_the_notice_fails_pp_11(rooms: Any, plant: Plant, status: Status):
    assert await notice(rooms(), plant) is status


@pytest.mark.parametrize("flags", [(), ("gps",), told_by_files.EXPECTED])
async def test_a_reader_that_overlooks_something_fails_pp_09(
    rooms: Any, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...]
):
    """Or finds all of it, and has nothing written over it."""
    here = rooms()
    assert await files(here) is Status.PASS

    def found(_file: int, _format: str) -> dict[str, Any]:
        return {"flags": [*flags], "strips": []}

    monkeypatch.setattr(told_by_files.telling, "found", found)
    assert await files(here) is Status.FAIL


@pytest.mark.parametrize(("hours", "status"), [(HOURS_MAX, Status.PASS), (HOURS_MAX + 2, Status.FAIL)])
async def test_an_address_that_is_kept_too_long_fails_pp_09(rooms: Any, hours: int, status: Status):
    here = rooms()
    async with here.database.transaction() as session:
        at = here.clock.now() - timedelta(hours=hours)
        await waiting_store.add(session, "cloud", "one", {"file": "https://example.com/a.jpg"}, "w/cloud/one", at)
    assert await files(here) is status
