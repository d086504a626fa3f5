"""Which pictures are found by one that looks like them, and that an index leads to them."""

import random

import pytest
from sqlalchemy import insert, text

from safelight.assets import analyses, catalogue, likeness
from safelight.assets.model import Facts, NewAsset
from safelight.assets.search_counting import explained, prepare
from safelight.assets.store import analyses as table
from safelight.kernel.media import Access, Kind
from safelight.render.likeness import LAYOUT, Likeness

SHAPE = (0x1234, 0xABCD, 0x0F0F, 0x7777)
LIGHT = (50, 10, -10, 3, 2, 1, 12, 1, 1, -20, 2, 2)


def turned(*bits: int) -> tuple[int, ...]:
    """SHAPE with some bits turned, counted from the right over all four parts."""
    parts = list(SHAPE)
    for bit in bits:
        parts[3 - bit // 16] ^= 1 << bit % 16
    return tuple(parts)


def moved(by: int) -> tuple[int, ...]:
    return (LIGHT[0] + by, *LIGHT[1:])


async def add(session, now, name: str, shape, layout, cloud_id="cloud"):
    new = NewAsset(
        cloud_id=cloud_id, kind=Kind.IMAGE, access=Access.UPLOAD, name=name, version_id=f"version-{cloud_id}-{name}",
        facts=Facts(7, "0" * 32, "jpg", 4, 3), folder="", display_name=name,
    )  # fmt: skip
    asset = (await catalogue.add(session, new, may_overwrite=True, now=now)).asset
    await analyses.keep(session, asset, "likeness", {"likeness": Likeness(shape, layout).facts()})
    return asset


@pytest.mark.parametrize(
    ("name", "shape", "layout", "score"),
    [
        ("itself", SHAPE, LIGHT, 1.0),
        ("a copy that was saved again", turned(3, 40), moved(1), 0.9604),
        ("seven bits, spread over all parts", turned(0, 1, 16, 17, 32, 33, 48), LIGHT, 0.8906),
        ("other colours", SHAPE, moved(-45), 0.625),
        ("other shapes", tuple(part ^ 0xFFFF for part in SHAPE), LIGHT, None),
        ("plain, of this colour", (0, 0, 0, 0), LIGHT, None),
        ("nothing in common", tuple(part ^ 0x0FF0 for part in SHAPE), moved(-45), None),
    ],
)
async def test_how_much_alike_two_are(session, now, name, shape, layout, score):
    await add(session, now, "other", shape, layout)
    found = await likeness.find(session, "cloud", Likeness(SHAPE, LIGHT), count_max=10)
    assert [like.score for like in found] == ([] if score is None else [score])


async def test_the_likest_comes_first_and_other_clouds_are_not_seen(session, now):
    await add(session, now, "near", turned(1, 2, 3), LIGHT)
    await add(session, now, "same", SHAPE, LIGHT)
    await add(session, now, "same", SHAPE, LIGHT, cloud_id="other")
    found = await likeness.find(session, "cloud", Likeness(SHAPE, LIGHT), count_max=10)
    assert [(like.asset.name, like.asset.cloud_id) for like in found] == [("same", "cloud"), ("near", "cloud")]
    assert len(await likeness.find(session, "cloud", Likeness(SHAPE, LIGHT), count_max=1)) == 1


async def test_who_may_only_see_some_folders_finds_only_what_lies_there(session, now):
    await add(session, now, "same", SHAPE, LIGHT)
    asked = {"session": session, "cloud_id": "cloud", "likeness": Likeness(SHAPE, LIGHT), "count_max": 9}
    assert not await likeness.find(**asked, within=("elsewhere",))
    await session.execute(text("UPDATE assets SET folder = 'here/below'"))
    assert len(await likeness.find(**asked, within=("here",))) == 1


async def test_plain_surfaces_are_found_by_their_colours(session, now):
    plain = Likeness((0, 0, 0, 0), LIGHT)
    await add(session, now, "plain", plain.shape, moved(2))
    await add(session, now, "blue", plain.shape, (30, *LIGHT[1:6], -40, 0, 0, -50, 0, 0))
    await add(session, now, "photo", SHAPE, LIGHT)
    assert [like.asset.name for like in await likeness.find(session, "cloud", plain, count_max=9)] == ["plain"]


async def test_a_version_that_was_replaced_is_not_found(session, now):
    await add(session, now, "tom", SHAPE, LIGHT)
    await session.execute(text("UPDATE assets SET version_id = 'newer'"))
    assert not await likeness.find(session, "cloud", Likeness(SHAPE, LIGHT), count_max=9)


async def test_what_is_compared_comes_from_the_indexes(session, now):
    lots = random.Random(7)
    rows = [
        Likeness(
            tuple(lots.randrange(1 << 16) for _ in SHAPE),
            (lots.randrange(100), *(lots.randrange(-40, 40) for _ in range(LAYOUT - 1))),
        )
        for _ in range(3000)
    ]
    facts = [
        {"cloud_id": "cloud", "version_id": f"v{number}", "kind": "likeness", "facts": {"likeness": row.facts()}}
        for number, row in enumerate(rows)
    ]
    await session.execute(insert(table), facts)
    await session.execute(text("ANALYZE analyses"))
    await prepare(session)
    plan = str(await explained(session, likeness.question("cloud", rows[0], count_max=50, score_min=0.5)))
    assert "Seq Scan" not in plan.replace("'Alias': 'assets'", "")
    assert all(f"ix_analyses_{name}" in plan for name in ("cell", "shape_0", "shape_1", "shape_2", "shape_3"))


@pytest.mark.parametrize(
    ("one", "other", "is_met"),
    [
        (LIGHT, moved(3), True),
        (LIGHT, moved(-6), True),
        (LIGHT, moved(40), False),
        ((0,) * LAYOUT, (99, *(0,) * (LAYOUT - 1)), False),
    ],
)
def test_colours_that_are_near_are_met_at_the_side_of_a_cell_too(one, other, is_met):
    assert (Likeness(SHAPE, other).cell() in Likeness(SHAPE, one).cells()) is is_met
