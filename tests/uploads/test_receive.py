"""A staged file becomes an asset, or nothing at all."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from safelight.accounts.model import FolderMode
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.errors import Invalid, NotAvailable, StoreFull, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.settings import UploadSettings
from safelight.transform.plan import Px
from safelight.uploads import tokens
from safelight.uploads.model import EagerAsk, NameWishes
from tests.disk import files_up_to
from tests.intake import BROKEN, GIF, JPEG, MP4, PNG, intake_on


def named(name: str) -> NameWishes:
    return NameWishes(public_id=name)


async def test_an_upload_is_a_row_and_its_bytes(intake, clock):
    received = await intake.upload(names=named("a/tom"), filename="tom cat.jpg", tags=("a", "b"), context={"k": "v"})
    asset = received.asset
    assert (asset.name, asset.kind, asset.access, asset.tags) == ("a/tom", Kind.IMAGE, Access.UPLOAD, ("a", "b"))
    assert (asset.facts.format, asset.facts.width, asset.facts.height) == ("jpg", 64, 48)
    assert (asset.facts.size_bytes, asset.facts.md5) == (len(JPEG), hashlib.md5(JPEG).hexdigest())
    assert (asset.context, asset.original_filename, asset.uploaded_by) == ({"k": "v"}, "tom cat", "123456")
    assert asset.version == int(clock.now().timestamp())
    assert await intake.original(asset) == JPEG
    assert intake.staged_files() == []
    assert (received.is_existing, received.is_overwrite, received.eager, received.delete_token) == (
        False,
        False,
        (),
        None,
    )


@pytest.mark.parametrize(
    ("asked", "data", "kind", "format", "width"),
    [
        (Kind.IMAGE, JPEG, Kind.IMAGE, "jpg", 64),
        (None, PNG, Kind.IMAGE, "png", 64),
        (None, MP4, Kind.VIDEO, "mp4", None),
        (Kind.VIDEO, MP4, Kind.VIDEO, "mp4", None),
        (None, b"just words", Kind.RAW, None, None),
        (Kind.RAW, JPEG, Kind.RAW, None, None),
        (Kind.RAW, BROKEN, Kind.RAW, None, None),
        (None, b"<!-- a page --><html><svg>broken</svg></html>", Kind.RAW, None, None),
        (None, b"FLIF", Kind.IMAGE, "flif", None),  # known, but no decoder for it here
    ],
)
async def test_content_decides_what_it_is(intake, asked, data, kind, format, width):
    facts = (received := await intake.upload(data, kind=asked, filename="liar.exe")).asset.facts
    assert (received.asset.kind, facts.format, facts.width) == (kind, format, width)


@pytest.mark.parametrize(
    ("kind", "data", "words", "said"),
    [
        (Kind.IMAGE, b"", {}, "Empty file"),
        (Kind.RAW, b"", {}, "Empty file"),
        (Kind.IMAGE, b"PK\3\4 a zip", {}, "Invalid image file"),
        (Kind.IMAGE, MP4, {}, "Invalid image file"),
        (Kind.IMAGE, BROKEN, {}, "Invalid image file"),
        (None, BROKEN, {}, "Invalid image file"),
        (Kind.VIDEO, JPEG, {}, "Unsupported video format or file"),
        (Kind.IMAGE, GIF, {"allowed_formats": ("jpg", "png")}, "Image file format gif not allowed"),
        (Kind.RAW, b"<p>", {"filename": "a.html", "allowed_formats": ("jpg",)}, "Raw file format html not allowed"),
        (None, b"<p>", {"filename": "a", "allowed_formats": ("jpg",)}, "Raw file format unknown not allowed"),
        (
            Kind.RAW,
            b"<p>",
            {"filename": "a.pdf", "names": NameWishes(public_id="a.html"), "allowed_formats": ("pdf",)},
            "Raw file format html not allowed",
        ),
        (Kind.IMAGE, JPEG, {"names": NameWishes(public_id="a?b")}, "public_id (a?b) is invalid"),
        (Kind.IMAGE, JPEG, {"eager": (EagerAsk("zz_1,w_abc"),)}, None),
        (Kind.IMAGE, JPEG, {"eager": (EagerAsk("w_10", "exe"),)}, None),
        (Kind.IMAGE, JPEG, {"transformation": "w_abc"}, None),
        (Kind.IMAGE, JPEG, {"format": "exe"}, None),
    ],
)
async def test_what_is_refused_leaves_nothing(intake, kind, data, words, said):
    with pytest.raises(Invalid) as caught:
        await intake.upload(data, kind=kind, **words)
    assert said is None or caught.value.message == said
    assert await intake.assets() == []
    assert await intake.stored() == {}
    assert intake.staged_files() == []


async def test_an_upload_that_finds_no_room_leaves_nothing(intake):
    with files_up_to(1000), pytest.raises(StoreFull):
        await intake.upload(JPEG + bytes(5000))
    assert await intake.assets() == []
    assert await intake.stored() == {}
    assert intake.staged_files() == []


async def test_a_store_without_room_is_told_and_nothing_is_visible(database, clock, tmp_path):
    intake = await intake_on(database, clock, tmp_path, blobs=MemoryBlobs(size_bytes_max=len(JPEG)))
    await intake.upload(JPEG, names=NameWishes(public_id="first"))
    with pytest.raises(StoreFull):
        await intake.upload(JPEG)
    assert [asset.name for asset in await intake.assets()] == ["first"]
    assert intake.staged_files() == []


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ({"filename": "a.DOCX"}, ("jpg", "docx")),
        ({"filename": "a.jpeg"}, ("jpg",)),
        ({"names": NameWishes(public_id="a.pdf")}, ("pdf",)),
        ({"filename": "a.pdf", "names": NameWishes(public_id="report")}, ("pdf",)),
        ({"filename": "a.exe", "names": NameWishes(filename_override="a.pdf")}, ("pdf",)),
    ],
)
async def test_a_raw_file_is_of_the_format_that_its_name_says(intake, words, allowed):
    received = await intake.upload(b"anything", kind=Kind.RAW, allowed_formats=allowed, **words)
    assert received.asset.kind is Kind.RAW


async def test_a_file_past_the_limit_of_its_kind_is_refused(database, clock, tmp_path):
    intake = await intake_on(database, clock, tmp_path, settings=UploadSettings(image_bytes_max=len(JPEG) - 1))
    with pytest.raises(TooMuch, match=f"^File size too large. Got {len(JPEG)}. Maximum is {len(JPEG) - 1}.$"):
        await intake.upload(JPEG, kind=None)
    assert (await intake.upload(b"x" * 1000, kind=None)).asset.facts.size_bytes == 1000


async def test_overwriting_makes_a_version(intake, clock, jobs):
    first = (await intake.upload(JPEG, names=named("tom"), tags=("old",))).asset
    clock.advance(timedelta(seconds=5))
    again = await intake.upload(PNG, names=named("tom"))
    assert again.is_overwrite
    assert (again.asset.id, again.asset.version, again.asset.tags) == (first.id, first.version + 5, ())
    assert again.asset.version_id != first.version_id
    assert await intake.original(again.asset) == PNG
    assert [name for name, _ in await jobs()].count("AssetReplaced") == 1


@pytest.mark.parametrize("is_unsigned", [True, False])
async def test_without_leave_to_overwrite_the_asset_that_is_there_is_the_answer(intake, is_unsigned, jobs):
    first = (await intake.upload(JPEG, names=named("tom"), tags=("old",))).asset
    told_before = len(await jobs())
    again = await intake.upload(
        PNG,
        names=named("tom"),
        principal=intake.unsigned if is_unsigned else intake.signed,
        may_overwrite=is_unsigned,
        tags=("new",),
    )
    assert (again.is_existing, again.is_overwrite, again.asset) == (True, False, first)
    assert await intake.original(first) == JPEG
    assert len(await intake.stored()) == 1
    assert len(await jobs()) == told_before


async def test_of_two_at_once_without_leave_one_is_stored(intake):
    results = await asyncio.gather(
        *(intake.upload(data, names=named("tom"), may_overwrite=False) for data in (JPEG, PNG))
    )
    assert sorted(result.is_existing for result in results) == [False, True]
    assert len(await intake.stored()) == 1
    assert await intake.is_whole((await intake.assets())[0])


async def test_in_fixed_mode_the_folder_is_part_of_the_name(database, clock, tmp_path):
    intake = await intake_on(database, clock, tmp_path, mode=FolderMode.FIXED)
    asset = (await intake.upload(names=NameWishes(public_id="tom", folder="pets"))).asset
    assert (asset.name, asset.folder) == ("pets/tom", "pets")


async def test_the_fact_is_told_with_the_row(intake, jobs):
    asset = (
        await intake.upload(
            eager=(EagerAsk("w_10,c_scale"), EagerAsk("h_5", "png")),
            eager_is_async=True,
            notification_urls=("https://a.example/",),
        )
    ).asset
    told = dict(await jobs())["UploadReceived"]
    assert (told["asset_id"], told["version_id"], told["api_key"]) == (asset.id, asset.version_id, "123456")
    assert told["eager"] == ["w_10,c_scale", "h_5/png"]
    assert told["notification_urls"] == told["eager_notification_urls"] == ["https://a.example/"]
    assert len(told["batch_id"]) == 32


async def test_eager_files_are_made_before_the_answer(intake):
    received = await intake.upload(eager=(EagerAsk("w_10,c_scale"), EagerAsk("w_10", "png")))
    first, second = received.eager
    assert (first.transformation, first.format, first.width, first.height) == ("c_scale,w_10", "jpg", 10, 8)
    assert (second.transformation, second.format, second.extension) == ("w_10", "png", "png")
    assert len(intake.render.rendered) == 2


async def test_an_eager_file_may_have_layers_and_decide_by_faces(intake):
    logo = (await intake.upload(PNG, names=NameWishes(public_id="logo"))).asset
    asks = [EagerAsk(text) for text in ("l_logo", "l_nobody", "if_fc_gt_0,w_5")]
    received = await intake.upload(eager=tuple(asks))
    with_logo, without, by_faces = received.eager
    assert with_logo.reason is None
    assert without.reason == "Unknown or invalid referenced image nobody of type upload"
    assert by_faces.reason is None
    ((part,),) = [parts for parts in intake.render.parts if parts]
    assert part.part.reference.name == logo.name


async def test_what_is_done_before_it_is_stored_may_depend_on_faces(intake):
    await intake.upload(transformation="if_fc_eq_0,w_5/if_else,w_20/if_end")
    (plan,) = intake.render.rendered
    assert plan.steps[0].width == Px(5)


async def test_a_picture_may_be_stored_with_a_layer(intake):
    await intake.upload(PNG, names=NameWishes(public_id="logo"))
    await intake.upload(transformation="l_logo", format="png")
    assert [[file.part.reference.name for file in files] for files in intake.render.parts] == [["logo"]]
    with pytest.raises(Invalid, match="Unknown or invalid referenced image nobody"):
        await intake.upload(transformation="l_nobody")
    assert intake.staged_files() == []


async def test_an_eager_file_that_cannot_be_made_says_why_and_the_asset_stays(intake):
    intake.render.refuses = NotAvailable("The darkroom is shut")
    received = await intake.upload(eager=(EagerAsk("w_10"),))
    assert received.eager[0].reason == "The darkroom is shut"
    assert await intake.is_whole((await intake.assets())[0])


async def test_later_eager_files_wait_in_the_answer_and_are_made_by_the_job(intake, jobs):
    received = await intake.upload(eager=(EagerAsk("c_scale,w_10"),), eager_is_async=True)
    assert [item.is_processing for item in received.eager] == [True]
    assert intake.render.rendered == []
    told = dict(await jobs())["UploadReceived"]
    await intake.eager.make_eager(told)
    await intake.eager.make_eager(told)
    assert len(intake.render.rendered) == 1
    ready = [payload for name, payload in await jobs() if name == "EagerReady"]
    assert ready[0]["batch_id"] == received.batch_id
    assert (ready[0]["items"][0]["format"], ready[0]["items"][0]["width"]) == ("jpg", 10)


async def test_a_job_for_what_is_busy_comes_again(intake, jobs):
    await intake.upload(eager=(EagerAsk("w_10"),), eager_is_async=True)
    intake.render.refuses = NotAvailable("busy")
    with pytest.raises(NotAvailable):
        await intake.eager.make_eager(dict(await jobs())["UploadReceived"])
    assert "EagerReady" not in dict(await jobs())


async def test_raw_files_have_no_eager_ones(intake):
    received = await intake.upload(b"words", kind=Kind.RAW, eager=(EagerAsk("w_10"),), eager_is_async=True)
    assert (received.eager, received.batch_id) == ((), None)


@pytest.mark.parametrize(
    ("words", "format"),
    [
        ({"transformation": "w_10"}, "jpg"),
        ({"format": "png"}, "png"),
        ({"transformation": "w_10", "format": "png"}, "png"),
        ({"format": "png", "allowed_formats": ("png",)}, "png"),
    ],
)
async def test_a_picture_may_be_changed_before_it_is_stored(intake, words, format):
    asset = (await intake.upload(JPEG, **words)).asset
    stored = JPEG if format == "jpg" else PNG
    assert asset.facts.format == format
    assert await intake.original(asset) == stored
    assert asset.facts.md5 == hashlib.md5(stored).hexdigest()
    assert len(intake.render.rendered) == 1
    assert intake.staged_files() == []


@pytest.mark.parametrize("words", [{"format": "jpg"}, {"format": "png", "allowed_formats": ("jpg",)}])
async def test_what_has_the_format_already_stays_as_it_is(intake, words):
    await intake.upload(JPEG, **words)
    assert intake.render.rendered == []


async def test_a_delete_token_deletes_this_version_and_no_other(intake, clock):
    first = await intake.upload(names=named("tom"), returns_delete_token=True)
    second = await intake.upload(PNG, names=named("tom"), returns_delete_token=True)
    with pytest.raises(Invalid, match="Invalid token"):
        await intake.take_back("demo", first.delete_token)
    await intake.take_back("demo", second.delete_token)
    assert await intake.assets() == []
    with pytest.raises(Invalid, match="Invalid token"):
        await intake.take_back("demo", second.delete_token)
    clock.advance(timedelta(minutes=10))
    with pytest.raises(Invalid, match="Token expired"):
        await intake.take_back("demo", second.delete_token)
    foreign = tokens.issue(new_id(), new_id(), intake.key, clock.now(), 10)
    with pytest.raises(Invalid, match="Invalid token"):
        await intake.take_back("demo", foreign)
