"""Uploads that are answered before they are done."""

from datetime import timedelta

import pytest

from safelight.adapters.fetcher.memory import Page
from safelight.kernel.errors import Busy, Invalid, NotAvailable
from safelight.kernel.media import Kind
from safelight.uploads.asynchronous import HOURS_MAX, WAITING
from safelight.uploads.model import NameWishes
from safelight.uploads.sweep import LEFTOVER_HOURS
from tests.activity.lines import rows
from tests.intake import BROKEN, JPEG

WORDS = {"public_id": "tom", "tags": "a", "signature": "s", "notification_url": "https://hear.example/"}


@pytest.fixture
async def emitted(jobs):
    """The payloads of the facts that were told, by their name."""

    async def look(name: str) -> list[dict]:
        return [payload for found, payload in await jobs() if found == name]

    return look


async def put_aside(intake, data=JPEG, words=WORDS, kind: Kind | None = Kind.IMAGE, **options):
    return await intake.later(intake.signed, words, kind, staged=await intake.stage(data), filename="t.jpg", **options)


def job_of(intake, pending) -> dict:
    return {"cloud_id": intake.cloud.id, "batch_id": pending.batch_id}


async def test_what_is_put_aside_lies_in_the_store_and_becomes_an_asset_once(intake):
    pending = await put_aside(intake)
    assert (pending.name, pending.kind, await intake.assets()) == ("tom", Kind.IMAGE, [])
    assert [key.startswith(WAITING) for key in await intake.stored()] == [True]
    assert intake.staged_files() == []
    for _ in range(2):
        await intake.waiting.receive_later(job_of(intake, pending))
    (asset,) = await intake.assets()
    assert (asset.name, asset.tags, asset.original_filename, asset.uploaded_by) == ("tom", ("a",), "t", "123456")
    assert await intake.is_whole(asset)
    assert not any(key.startswith(WAITING) for key in await intake.stored())


async def test_what_a_job_took_in_is_in_the_record_once(intake):
    pending = await put_aside(intake)
    for _ in range(2):
        await intake.waiting.receive_later(job_of(intake, pending))
    (asset,) = await intake.assets()
    (row,) = await rows(intake.database, "SELECT * FROM asset_events")
    assert (row["asset_id"], row["act"], row["requests"], row["bytes"]) == (asset.id, "upload", 1, len(JPEG))
    assert (row["key_id"], row["cloud_id"], row["country"]) == (intake.key.id, intake.cloud.id, "ZZ")
    assert row["at"] == intake.clock.now().replace(microsecond=0)
    again = await put_aside(intake, words={**WORDS, "overwrite": "0"})
    await intake.waiting.receive_later(job_of(intake, again))
    assert len(await rows(intake.database, "SELECT * FROM asset_events")) == 1, "what was there did not come in"


async def test_what_somebody_waits_for_is_noted_with_the_request(intake):
    await intake.upload()
    assert await rows(intake.database, "SELECT * FROM asset_events") == []


async def test_a_random_name_is_told_before_the_asset_is_there(intake):
    pending = await put_aside(intake, words={}, kind=None)
    await intake.waiting.receive_later(job_of(intake, pending))
    assert [asset.name for asset in await intake.assets()] == [pending.name]


async def test_a_file_that_is_elsewhere_is_fetched_by_the_job(intake):
    intake.fetcher.pages["https://x.example/cat.jpg"] = Page(JPEG)
    pending = await intake.later(intake.signed, {"use_filename": "1"}, None, url="https://x.example/cat.jpg")
    assert (pending.name, pending.kind, await intake.stored()) == (None, None, {})
    await intake.waiting.receive_later(job_of(intake, pending))
    assert [asset.original_filename for asset in await intake.assets()] == ["cat"]


async def test_what_cannot_be_done_is_told_once(intake, emitted):
    pending = await put_aside(intake, BROKEN)
    for _ in range(2):
        await intake.waiting.receive_later(job_of(intake, pending))
    (failed,) = await emitted("UploadFailed")
    assert (failed["message"], failed["name"], failed["batch_id"]) == ("Invalid image file", "tom", pending.batch_id)
    assert failed["notification_urls"] == ["https://hear.example/"]
    assert await intake.stored() == {}


async def test_what_fails_for_now_is_tried_again(intake, monkeypatch):
    pending = await put_aside(intake, words={**WORDS, "transformation": "w_10"})
    intake.render.refuses = NotAvailable("Not now")
    with pytest.raises(NotAvailable):
        await intake.waiting.receive_later(job_of(intake, pending))
    intake.render.refuses = None
    await intake.waiting.receive_later(job_of(intake, pending))
    assert len(await intake.assets()) == 1


async def test_two_workers_do_not_do_it_at_once(intake):
    pending = await put_aside(intake)
    async with intake.database.lock(f"waiting/{intake.cloud.id}/{pending.batch_id}"):
        with pytest.raises(Busy):
            await intake.waiting.receive_later(job_of(intake, pending))


async def test_who_did_not_wait_hears_of_what_was_there_already(intake, emitted):
    await intake.upload(names=NameWishes(public_id="tom"))
    pending = await put_aside(intake, words={**WORDS, "overwrite": "0"})
    await intake.waiting.receive_later(job_of(intake, pending))
    first, second = await emitted("UploadReceived")
    assert (first["is_existing"], second["is_existing"], second["batch_id"]) == (False, True, pending.batch_id)


async def test_names_that_may_not_be_are_refused_at_once(intake):
    with pytest.raises(Invalid, match="public_id"):
        await put_aside(intake, words={"public_id": "a?"})


async def test_what_waits_too_long_is_given_up_and_its_bytes_with_it(intake, clock, emitted):
    await put_aside(intake)
    await intake.waiting.sweep_waiting({})
    assert await emitted("UploadFailed") == []
    clock.advance(timedelta(hours=HOURS_MAX, seconds=1))
    await intake.waiting.sweep_waiting({})
    assert len(await emitted("UploadFailed")) == 1
    assert await intake.stored() == {}


async def test_bytes_of_a_crash_are_swept_and_those_of_a_row_are_kept(intake, clock):
    await put_aside(intake)
    (key,) = await intake.stored()
    lost = f"{key.rpartition('/')[0]}/{'0' * 11}1{'7' * 20}"
    await intake.blobs.put(lost, intake.blobs.open(key))
    clock.advance(timedelta(hours=LEFTOVER_HOURS + 1))
    await intake.sweep.sweep_leftovers({})
    assert list(await intake.stored()) == [key]
