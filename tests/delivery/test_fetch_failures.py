"""A remote file that could not be had is not asked for again at each request: its host is not flooded through us."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.adapters.fetcher.memory import Page
from safelight.derived.failures import LASTING_ELSEWHERE, Failures
from safelight.derived.maker import OneMaker
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import SafelightError
from tests.conftest import NOW
from tests.delivering import delivery

SECONDS = 15
URL = "http://pages.example/cat.jpg"


@pytest.mark.parametrize(
    "page",
    [
        None,  # nobody answers
        Page(status=404),
        Page(status=503),
        Page(b"<html>no picture"),
        Page(headers={"content-length": "99999999"}),
    ],
)
async def test_it_is_asked_for_once_and_again_when_the_time_is_over(database, tmp_path, page):
    here, clock = await delivery(database, tmp_path), StillClock(NOW)
    if page is not None:
        here.fetcher.pages[URL] = page
    failures = Failures(clock, seconds=SECONDS, count_max=10, lasting=LASTING_ELSEWHERE)
    fetch = replace(here.deliver.fetch, maker=OneMaker(failures=failures))
    here.deliver = replace(here.deliver, fetch=fetch)
    said = set()
    for _ in range(3):
        with pytest.raises(SafelightError) as caught:
            await here.get(f"/demo/image/fetch/{URL}")
        said.add((type(caught.value), caught.value.message))
    assert len(here.fetcher.asked) == 1
    assert len(said) == 1, "the answer is the same"

    here.fetcher.pages[URL] = Page(b"\xff\xd8\xff\xe0 a cat")
    clock.advance(timedelta(seconds=SECONDS))
    await here.get(f"/demo/image/fetch/{URL}")
    assert len(here.fetcher.asked) == 2
