"""Explode: one derived picture of each page, as a job that may run twice."""

from dataclasses import replace

import pytest

from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.media import Access, Kind
from safelight.uploads.events import ExplodeAsked
from safelight.uploads.explode import PAGES_MAX, Explode, ExplodeAsk, asks_of
from safelight.uploads.model import NameWishes
from tests.intake import GIF, Intake


@pytest.fixture
def explode(intake: Intake) -> Explode:
    return Explode(intake.database, intake.eager)


@pytest.fixture
async def moving(intake: Intake):
    received = await intake.upload(GIF, names=NameWishes(public_id="moving"))
    return received.asset


def ask(transformation: str = "pg_all", name: str = "moving", kind: Kind = Kind.IMAGE, **words) -> ExplodeAsk:
    return ExplodeAsk(AssetRef(kind, Access.UPLOAD, name), transformation, **words)


@pytest.mark.parametrize(
    ("transformation", "expected"),
    [
        ("pg_all", ["pg_1", "pg_2"]),
        ("pg_all,w_100", ["pg_1,w_100", "pg_2,w_100"]),
        ("e_sepia/h_9,pg_all/t_a", ["e_sepia/h_9,pg_1/t_a", "e_sepia/h_9,pg_2/t_a"]),
    ],
)
async def test_each_page_is_asked_for_by_its_number(moving, transformation, expected):
    two = replace(moving, facts=replace(moving.facts, pages=2))
    assert [one.text() for one in asks_of(two, transformation, "jpg")] == [f"{text}/jpg" for text in expected]


@pytest.mark.parametrize("transformation", ["", "w_100", "pg_1", "pg_all,pg_all", "l_pg_all", "pg_allowed"])
async def test_pages_must_be_asked_for_once(moving, transformation):
    with pytest.raises(Invalid, match="must contain pg_all once"):
        asks_of(moving, transformation, "png")


async def test_there_is_a_limit(moving):
    with pytest.raises(TooMuch, match=str(PAGES_MAX)):
        asks_of(replace(moving, facts=replace(moving.facts, pages=PAGES_MAX + 1)), "pg_all", "png")


@pytest.mark.usefixtures("moving")
async def test_nothing_is_begun_that_can_never_be_made(intake: Intake, explode: Explode):
    for wrong, fault in [
        (ask(name="nobody"), NotFound),
        (ask("pg_all,w_0"), Invalid),
        (ask("w_100"), Invalid),
        (ask(format="mp4"), Invalid),
    ]:
        with pytest.raises(fault):
            await explode(intake.cloud.id, wrong)


async def test_a_job_makes_what_is_not_there_yet(intake: Intake, explode: Explode, moving):
    batch_id = await explode(intake.cloud.id, ask("pg_all,w_10", format="jpg", batch_id="mine"))
    assert batch_id == "mine"
    event = ExplodeAsked(intake.cloud.id, moving.id, moving.version_id, batch_id, "pg_all,w_10", "jpg")
    for _ in range(2):
        await explode.explode_asset(event.payload())
    (plan,) = intake.render.rendered
    assert (plan.source.page, plan.encode.format) == (1, "jpg")


async def test_what_was_replaced_meanwhile_is_not_exploded(intake: Intake, explode: Explode, moving):
    event = ExplodeAsked(intake.cloud.id, moving.id, "another", "batch", "pg_all", "png")
    await explode.explode_asset(event.payload())
    assert intake.render.rendered == []
