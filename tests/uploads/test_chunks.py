"""Large files in pieces: any split, any order, any repeats give the same file."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.assets import catalogue
from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import Kind
from safelight.settings import UploadSettings
from safelight.uploads.chunks import Waiting
from safelight.uploads.model import Incoming, NameWishes
from safelight.uploads.ranges import Piece
from tests.intake import JPEG, intake_on

DATA = bytes(range(256)) * 4


async def send(
    intake, data: bytes, start: int, end: int, total: int | None, upload_id: str = "one", may_be_last=False, **words
):
    incoming = Incoming(**{"kind": Kind.RAW, "names": NameWishes(public_id="large.bin"), **words})
    piece = Piece(upload_id, start, end, total, may_be_last)
    return await intake.chunks(intake.signed, incoming, piece, await intake.stage(data[start:end]))


async def test_pieces_in_order_become_the_file(intake):
    first = await send(intake, DATA, 0, 400, len(DATA))
    assert first == Waiting(400)
    assert await intake.assets() == []
    assert await send(intake, DATA, 400, 800, len(DATA)) == Waiting(800)
    done = await send(intake, DATA, 800, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA
    assert len(await intake.stored()) == 1, "the pieces are gone"
    assert intake.staged_files() == []


async def test_the_total_may_be_unknown_until_the_last_piece(intake):
    assert await send(intake, DATA, 0, 500, None) == Waiting(500)
    done = await send(intake, DATA, 500, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA


@pytest.mark.parametrize("cuts", [[0, 3], [0, 400, 800, 1024], [0, 512, 1023], [0, 1021, 1024]])
async def test_without_any_total_a_smaller_piece_is_the_last(intake, cuts):
    *before, last = itertools.pairwise(cuts)
    for start, end in before:
        assert isinstance(await send(intake, DATA, start, end, None, may_be_last=True), Waiting)
    done = await send(intake, DATA, *last, None, may_be_last=True)
    assert await intake.original(done.asset) == DATA[: cuts[-1]]
    again = await send(intake, DATA, *last, None, may_be_last=True)
    assert again.asset.version_id == done.asset.version_id


async def test_the_last_piece_may_come_first(intake):
    assert await send(intake, DATA, 800, len(DATA), len(DATA)) == Waiting(224)
    assert await send(intake, DATA, 400, 800, len(DATA)) == Waiting(624)
    done = await send(intake, DATA, 0, 400, len(DATA))
    assert await intake.is_whole(done.asset)


async def test_a_small_file_may_come_as_one_piece(intake):
    done = await send(intake, DATA, 0, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA
    again = await send(intake, DATA, 0, len(DATA), len(DATA))
    assert again.asset.version_id == done.asset.version_id


async def test_content_decides_for_large_files_too(intake):
    done = await send(intake, JPEG, 20, len(JPEG), len(JPEG), kind=None)
    assert done == Waiting(len(JPEG) - 20)
    done = await send(intake, JPEG, 0, 20, len(JPEG), kind=None)
    assert (done.asset.kind, done.asset.facts.width) == (Kind.IMAGE, 64)


async def test_a_piece_that_turns_out_to_be_the_whole_is_the_file(intake):
    assert await send(intake, DATA, 0, len(DATA), None) == Waiting(len(DATA))
    done = await send(intake, DATA, 0, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA
    assert len(await intake.stored()) == 1


@st.composite
def sendings(draw) -> tuple[list[tuple[int, int]], list[int]]:
    """A split of DATA into pieces of at least 4 bytes, and an order in which each is sent at least once."""
    cuts = sorted(draw(st.sets(st.integers(1, len(DATA) // 8 - 1), max_size=6)))
    edges = [0, *(cut * 8 for cut in cuts), len(DATA)]
    spans = list(itertools.pairwise(edges))
    repeats = draw(st.lists(st.integers(0, len(spans) - 1), max_size=6))
    return spans, draw(st.permutations([*range(len(spans)), *repeats]))


@given(sendings(), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_split_any_order_any_repeats(intake, sending, knows_total):
    spans, order = sending
    upload_id, done = new_id(), []
    for place, number in enumerate(order):
        start, end = spans[number]
        total = len(DATA) if knows_total or end == len(DATA) else None
        answer = await send(intake, DATA, start, end, total, upload_id, names=NameWishes())
        missing = set(range(len(spans))) - set(order[: place + 1])
        if missing:
            assert answer == Waiting(sum(e - s for n, (s, e) in enumerate(spans) if n not in missing))
        else:
            done.append(answer.asset)
    assert len({asset.version_id for asset in done}) == 1, "acknowledged as one asset, however often"
    assert await intake.original(done[0]) == DATA
    assert not [key for key in await intake.stored() if key.startswith("u/")]


async def test_pieces_at_the_same_moment_are_put_together_once(intake):
    spans = [(start, min(start + 100, len(DATA))) for start in range(0, len(DATA), 100)]
    answers = await asyncio.gather(*(send(intake, DATA, start, end, len(DATA)) for start, end in spans * 2))
    done = {answer.asset.version_id for answer in answers if not isinstance(answer, Waiting)}
    assert len(done) == 1
    assert [await intake.is_whole(asset) for asset in await intake.assets()] == [True]
    assert len(await intake.stored()) == 1


async def test_the_name_of_a_finished_upload_may_be_used_for_another_file(intake):
    await send(intake, DATA, 0, 500, len(DATA))
    first = await send(intake, DATA, 500, len(DATA), len(DATA))
    other = DATA[::-1]
    assert await send(intake, other, 0, 500, len(other)) == Waiting(500)
    second = await send(intake, other, 500, len(other), len(other))
    assert second.asset.version_id != first.asset.version_id
    assert await intake.original(second.asset) == other


async def test_after_the_asset_was_deleted_the_same_upload_stores_it_again(intake, clock):
    for _ in range(2):
        await send(intake, DATA, 0, 500, len(DATA))
        done = await send(intake, DATA, 500, len(DATA), len(DATA))
        assert await intake.original(done.asset) == DATA
        async with intake.database.transaction() as session:
            await catalogue.delete(session, done.asset, clock.now())


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([(0, 3, 1024)], "^All parts except EOF-chunk must be larger than 5mb$"),
        ([(0, 3, None)], "^All parts except EOF-chunk must be larger than 5mb$"),
        ([(0, 500, 1024), (400, 900, 1024)], "uploaded before"),
        ([(0, 500, 1024), (500, 900, 900)], "in all"),
        ([(600, 1024, None), (0, 500, 800)], "outside"),
    ],
)
async def test_ranges_that_do_not_fit_are_refused(intake, pieces, words):
    *before, (start, end, total) = pieces
    for piece in before:
        await send(intake, DATA, *piece)
    with pytest.raises(Invalid, match=words):
        await send(intake, DATA, start, end, total)
    assert await intake.assets() == []
    assert intake.staged_files() == []


async def test_the_range_must_tell_the_truth(intake):
    piece = Piece("one", 0, 500, 1024)
    with pytest.raises(Invalid, match="Content-Range tells of 500 bytes, but 499 came"):
        await intake.chunks(intake.signed, Incoming(Kind.RAW), piece, await intake.stage(DATA[:499]))
    with pytest.raises(Invalid, match="Empty file"):
        await intake.chunks(intake.signed, Incoming(Kind.RAW), piece, await intake.stage(b""))


async def test_other_bytes_for_the_same_range_are_refused(intake):
    await send(intake, DATA, 0, 500, len(DATA))
    with pytest.raises(Invalid, match="with other content"):
        await send(intake, DATA[::-1], 0, 500, len(DATA))


async def test_a_file_too_large_is_refused_at_its_first_piece(database, clock, tmp_path):
    intake = await intake_on(database, clock, tmp_path, settings=UploadSettings(raw_bytes_max=1000, chunk_bytes_min=4))
    with pytest.raises(TooMuch, match=r"^File size too large. Got 1024. Maximum is 1000.$"):
        await send(intake, DATA, 0, 500, len(DATA))
    await send(intake, DATA, 0, 500, None)
    with pytest.raises(TooMuch):
        await send(intake, DATA, 500, 1010, None)


async def test_who_signs_with_another_key_has_another_upload(intake):
    await send(intake, DATA, 0, 500, len(DATA))
    intake.key = replace(intake.key, api_key="654321")
    assert await send(intake, DATA, 500, len(DATA), len(DATA)) == Waiting(524)


async def over(intake):
    """The time of all that is unfinished, and the respite after it."""
    for hours in (25, 2):
        intake.clock.advance(timedelta(hours=hours))
        await intake.sweep.sweep_chunks({})


async def test_what_is_not_finished_has_a_bound(database, clock, tmp_path):
    settings = UploadSettings(chunk_bytes_min=4, unfinished_bytes_max=1000)
    intake = await intake_on(database, clock, tmp_path, settings=settings)
    await send(intake, DATA, 0, 500, 900, "one")
    await send(intake, DATA, 0, 500, 900, "two")
    with pytest.raises(TooMuch, match=r"Unfinished uploads take 1000 bytes\. Maximum is 1000"):
        await send(intake, DATA, 0, 4, 900, "three")
    assert await send(intake, DATA, 0, 500, 900, "one") == Waiting(500), "a repeat takes nothing"
    assert len(await intake.stored()) == 2
    assert intake.staged_files() == []
    await over(intake)
    await send(intake, DATA, 0, 500, 900, "three")
    done = await send(intake, DATA, 500, 900, 900, "three")
    assert await intake.original(done.asset) == DATA[:900]
    assert await send(intake, DATA, 0, 1000, None, "four") == Waiting(1000), "what is finished takes no room"


async def test_what_is_never_finished_expires(intake, clock):
    await send(intake, DATA, 0, 500, len(DATA))
    clock.advance(timedelta(hours=23))
    await intake.sweep.sweep_chunks({})
    assert len(await intake.stored()) == 1
    await over(intake)
    await intake.sweep.sweep_chunks({})
    assert await intake.stored() == {}
    assert await send(intake, DATA, 500, len(DATA), len(DATA)) == Waiting(524), "it begins anew"


@pytest.mark.parametrize("days", [2, 400])
async def test_no_piece_is_lost_because_the_clock_jumped(intake, clock, days):
    """The sweep runs at once on such a machine, between two pieces that a client sends one after the other."""
    half = len(DATA) // 2
    await send(intake, DATA, 0, half, len(DATA))
    clock.advance(timedelta(days=days))
    for _ in range(3):
        await intake.sweep.sweep_chunks({})
    done = await send(intake, DATA, half, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA


async def test_a_clock_that_was_ahead_keeps_nothing_for_longer(intake, clock):
    clock.advance(timedelta(days=400))
    await send(intake, DATA, 0, 500, len(DATA))
    clock.advance(-timedelta(days=400))
    await intake.sweep.sweep_chunks({})
    assert len(await intake.stored()) == 1
    await over(intake)
    assert await intake.stored() == {}


async def test_a_piece_ends_the_last_call(intake, clock):
    third = len(DATA) // 3
    await send(intake, DATA, 0, third, len(DATA))
    clock.advance(timedelta(hours=25))
    await intake.sweep.sweep_chunks({})
    await send(intake, DATA, third, 2 * third, len(DATA))
    clock.advance(timedelta(hours=23))
    await intake.sweep.sweep_chunks({})
    done = await send(intake, DATA, 2 * third, len(DATA), len(DATA))
    assert await intake.original(done.asset) == DATA
