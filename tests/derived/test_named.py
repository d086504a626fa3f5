"""Named transformations: their names, their use, and how a plan is read with them."""

import pytest

from safelight.derived import named
from safelight.derived.planning import plan_of
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.ports.database import Session
from safelight.render.effect import vocabulary
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from tests.conftest import NOW

CLOUD = "c" * 32


async def test_a_name_is_found_with_and_without_its_prefix(session: Session):
    made = await named.create(session, CLOUD, "t_small", "w_100", now=NOW)
    assert made.name == "small"
    assert await named.find(session, CLOUD, "small") == made
    assert await named.find(session, CLOUD, "t_small") == made
    assert await named.find(session, "d" * 32, "small") is None
    with pytest.raises(Conflict):
        await named.create(session, CLOUD, "small", "w_200", now=NOW)


@pytest.mark.parametrize("name", ["", "t_", "a/b", "a,b", "a.b", "a<b", "a\nb", "x" * 1025])
async def test_what_may_not_be_a_name(session: Session, name: str):
    with pytest.raises(Invalid):
        await named.create(session, CLOUD, name, "w_100", now=NOW)


async def test_what_was_used_is_listed_once_and_names_are_marked(session: Session):
    await named.create(session, CLOUD, "small", "w_100", now=NOW)
    for _ in range(2):
        await named.note_used(session, CLOUD, "w_5", NOW)
        await named.note_used(session, CLOUD, "t_small", NOW)
        await named.note_used(session, CLOUD, "", NOW)
    listed = {one.name: one for one in (await named.list(session, CLOUD)).items}
    assert set(listed) == {"small", "w_5"}
    assert listed["small"].is_used
    assert listed["small"].is_named
    assert not listed["w_5"].is_named
    assert [one.name for one in (await named.list(session, CLOUD, is_named=True)).items] == ["small"]


async def test_pages_are_newest_first_and_complete(session: Session):
    for number in range(5):
        await named.create(session, CLOUD, f"n{number}", "w_1", now=NOW)
    names, cursor = [], None
    while True:
        page = await named.list(session, CLOUD, max_results=2, cursor=cursor)
        names += [one.name for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(names) == [f"n{number}" for number in range(5)]


async def test_change_and_delete(session: Session):
    await named.create(session, CLOUD, "small", "w_100", now=NOW)
    changed = await named.change(session, CLOUD, "t_small", transformation="w_50", is_allowed_for_strict=True)
    assert (changed.transformation, changed.is_allowed_for_strict) == ("w_50", True)
    await named.note_used(session, CLOUD, "w_5", NOW)
    with pytest.raises(Invalid):
        await named.change(session, CLOUD, "w_5", transformation="w_6")
    assert await named.delete(session, CLOUD, "small") == 0
    for verb in (named.delete, named.change):
        with pytest.raises(NotFound):
            await verb(session, CLOUD, "small")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("w_1", "w_1"),
        ("t_small", "w_100"),
        ("t_small.grey", "w_100/e_grayscale"),
        ("t_both/w_2", "w_100/e_grayscale/w_2"),
    ],
)
async def test_a_plan_is_read_with_the_names_of_its_cloud(session: Session, text: str, means: str):
    await named.create(session, CLOUD, "small", "w_100", now=NOW)
    await named.create(session, CLOUD, "grey", "e_grayscale", now=NOW)
    await named.create(session, CLOUD, "both", "t_small/t_grey", now=NOW)
    assert await plan_of(session, CLOUD, text, vocabulary()) == parse(means, vocabulary())


async def test_an_unknown_name_and_a_ring_of_names_are_errors(session: Session):
    await named.create(session, CLOUD, "egg", "t_hen", now=NOW)
    await named.create(session, CLOUD, "hen", "t_egg", now=NOW)
    for text in ("t_nobody", "t_egg"):
        with pytest.raises(TransformError):
            await plan_of(session, CLOUD, text, vocabulary())
