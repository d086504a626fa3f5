"""Archives on a real database: which assets go in, what is too much, what is told inside, what is done once."""

import io
import zipfile
from dataclasses import replace

import pytest

from safelight.accounts.model import FolderMode
from safelight.assets.model import AssetRef
from safelight.derived import files as derived_files
from safelight.kernel.errors import Busy, Invalid, NotFound, TooMuch
from safelight.kernel.media import Access, Kind
from safelight.settings import UploadSettings
from safelight.uploads.archive import ERRORS_NAME, Archive
from safelight.uploads.archive_keeping import KeepArchive, target_ref
from safelight.uploads.archive_model import ArchiveAsk, Packed
from safelight.uploads.composing import WORDS_BYTES_MAX, Asked, Composing
from safelight.uploads.events import ComposeAsked
from safelight.uploads.keep import Keep
from safelight.uploads.model import EagerAsk, NameWishes
from safelight.uploads.stored import Stored
from safelight.wire.archive import archive_ask
from tests.intake import JPEG, Intake

EVERYTHING = ArchiveAsk(kind=None, access=None, prefixes=("",))


@pytest.fixture
def archive(intake: Intake) -> Archive:
    stored = Stored(intake.originals, intake.blobs, intake.eager, intake.ensure)
    return Archive(intake.database, stored, intake.clock, UploadSettings())


@pytest.fixture
def keep(intake: Intake, archive: Archive) -> KeepArchive:
    keeping = Keep(intake.database, intake.originals, intake.staging, intake.clock)
    return KeepArchive(archive, keeping, intake.staging, archive_ask)


@pytest.fixture
async def assets(intake: Intake):
    async def add(name: str, data: bytes = JPEG, **words):
        received = await intake.upload(data, names=NameWishes(public_id=name, **words.pop("names", {})), **words)
        return received.asset

    return [
        await add("a/one", tags=("red",)),
        await add("a/two", tags=("red", "blue"), names={"asset_folder": "top/below"}),
        await add("b", access=Access.PRIVATE),
        await add("notes.txt", b"words", kind=Kind.RAW, names={"asset_folder": "top"}),
    ]


async def names(archive: Archive, intake: Intake, ask: ArchiveAsk) -> list[str]:
    return [asset.name for asset in (await archive.choose(intake.cloud, ask)).assets]


async def members(archive: Archive, intake: Intake, ask: ArchiveAsk, *, is_strict: bool = True) -> dict[str, bytes]:
    chosen = await archive.choose(intake.cloud, ask)
    packing = archive.pack(intake.cloud, chosen, ask, Packed(), is_strict=is_strict)
    data = b"".join([chunk async for chunk in packing])
    with zipfile.ZipFile(io.BytesIO(data)) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (ArchiveAsk(tags=("red",)), ["a/one", "a/two"]),
        (ArchiveAsk(tags=("red", "blue")), ["a/one", "a/two"]),
        (ArchiveAsk(prefixes=("a/t",)), ["a/two"]),
        (ArchiveAsk(names=("b",), access=Access.PRIVATE), ["b"]),
        (ArchiveAsk(names=("a/one",), prefixes=("",)), ["a/one", "a/two"]),
        (ArchiveAsk(refs=(AssetRef(Kind.RAW, Access.UPLOAD, "notes.txt"),)), ["notes.txt"]),
        (EVERYTHING, ["a/one", "a/two", "b", "notes.txt"]),
        (ArchiveAsk(kind=None, prefixes=("top",)), ["a/two", "notes.txt"]),
        (ArchiveAsk(kind=None, prefixes=("/Top/",)), ["a/two", "notes.txt"]),
    ],
)
@pytest.mark.usefixtures("assets")
async def test_what_was_named_tagged_or_begins_so_goes_in(archive, intake, ask, expected):
    assert await names(archive, intake, ask) == expected


@pytest.mark.usefixtures("assets")
async def test_where_folders_are_parts_of_names_no_other_folder_is_looked_into(archive, intake):
    fixed = replace(intake.cloud, folder_mode=FolderMode.FIXED)
    with pytest.raises(NotFound):
        await archive.choose(fixed, ArchiveAsk(kind=None, prefixes=("top",)))


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (ArchiveAsk(), Invalid),
        (ArchiveAsk(names=("a/one", "nobody")), NotFound),
        (ArchiveAsk(tags=("green",)), NotFound),
        (ArchiveAsk(names=("nobody",), allows_missing=True), NotFound),
    ],
)
@pytest.mark.usefixtures("assets")
async def test_nothing_is_no_archive(archive, intake, ask, fault):
    with pytest.raises(fault):
        await archive.choose(intake.cloud, ask)


@pytest.mark.parametrize(
    ("settings", "ask"),
    [
        (UploadSettings(archive_assets_max=3), EVERYTHING),
        (UploadSettings(archive_files_max=4), replace(EVERYTHING, transformations=(EagerAsk("w_1"), EagerAsk("w_2")))),
    ],
)
@pytest.mark.usefixtures("assets")
async def test_more_than_the_limits_is_too_much(archive, intake, settings, ask):
    small = replace(archive, settings=settings)
    with pytest.raises(TooMuch):
        small.check(await small.choose(intake.cloud, ask), ask)


@pytest.mark.usefixtures("assets")
async def test_more_bytes_than_fit_are_told_inside_of_a_download_and_end_what_is_kept(archive, intake):
    small = replace(archive, settings=UploadSettings(raw_bytes_max=1), bytes_min=len(JPEG) + 1)
    ask = ArchiveAsk(prefixes=("a/",))
    with pytest.raises(TooMuch):
        small.check(await small.choose(intake.cloud, ask), ask)
    found = await members(small, intake, ask, is_strict=False)
    assert list(found) == ["a/one.jpg", ERRORS_NAME]
    assert b"a/two: Too many bytes for one archive" in found[ERRORS_NAME]
    with pytest.raises(TooMuch):
        await members(small, intake, ask)


@pytest.mark.usefixtures("assets")
async def test_a_picture_that_cannot_be_made_is_told_inside_of_a_download(archive, intake):
    intake.render.refuses = Invalid("Too wide")
    ask = ArchiveAsk(tags=("red",), transformations=(EagerAsk("w_10"),))
    found = await members(archive, intake, ask, is_strict=False)
    assert list(found) == [ERRORS_NAME]
    assert found[ERRORS_NAME] == b"a/one: Too wide\na/two: Too wide\n"
    with pytest.raises(Invalid):
        await members(archive, intake, ask)


@pytest.mark.usefixtures("assets")
async def test_what_is_no_picture_goes_in_once_and_as_it_is(archive, intake):
    found = await members(archive, intake, replace(EVERYTHING, transformations=(EagerAsk("w_10"), EagerAsk("w_20"))))
    assert len(found) == 7
    assert found["top/notes.txt"] == b"words"


def asked(intake: Intake, words: dict[str, str | list[str]]) -> Asked:
    return Asked(intake.signed, "generate_archive", words, Kind.IMAGE, target_ref(archive_ask(words, Kind.IMAGE)))


async def test_an_archive_is_kept_and_nothing_lies_about(intake: Intake, keep: KeepArchive, assets):
    words = {"tags": "red", "transformations": "w_10", "target_public_id": "zips/red", "target_asset_folder": "z"}
    composed = await keep(asked(intake, words))
    asset = composed.asset
    assert (asset.kind, asset.access, asset.name, asset.folder) == (Kind.RAW, Access.UPLOAD, "zips/red.zip", "z")
    assert composed.facts["file_count"] == 2
    assert await intake.is_whole(asset)
    assert intake.staged_files() == []
    async with intake.database.transaction() as session:
        for one in assets:
            assert not (await derived_files.list(session, one.cloud_id, one.id, one.version_id)).items


@pytest.mark.usefixtures("assets")
async def test_what_fails_half_way_leaves_nothing(intake: Intake, keep: KeepArchive):
    before = await intake.stored()
    intake.render.refuses = Invalid("Too wide")
    with pytest.raises(Invalid):
        await keep(asked(intake, {"tags": "red", "transformations": "w_10"}))
    assert await intake.stored() == before
    assert intake.staged_files() == []


async def aside(intake: Intake, composing: Composing, jobs, words: dict[str, str | list[str]]) -> ComposeAsked:
    """What waits in the queue when it was put aside."""
    await composing.put_aside(asked(intake, words))
    return ComposeAsked.from_payload([payload for name, payload in await jobs() if name == "ComposeAsked"][-1])


@pytest.fixture
def composing(intake: Intake, keep: KeepArchive) -> Composing:
    return Composing(intake.database, intake.keys, intake.clock, {"generate_archive": keep})


@pytest.mark.usefixtures("assets")
async def test_a_job_that_runs_twice_makes_one_archive_and_tells_of_it_once(intake: Intake, composing, jobs):
    words = {"tags": "red", "target_public_id": "later", "timestamp": "1", "signature": "s", "async": "1"}
    event = await aside(intake, composing, jobs, words)
    assert event.words == {"tags": "red", "target_public_id": "later"}
    for _ in range(2):
        await composing.compose_later(event.payload())
    (made,) = [asset for asset in await intake.assets() if asset.name == "later.zip"]
    assert made.version_id == event.version_id
    assert made.uploaded_by == intake.key.api_key
    (told,) = [payload for name, payload in await jobs() if name == "AssetComposed"]
    assert (told["about"], told["batch_id"], told["facts"]["file_count"]) == ("generate_archive", event.batch_id, 2)


async def test_what_can_never_be_made_is_told_and_not_tried_again(intake: Intake, composing, jobs):
    event = await aside(intake, composing, jobs, {"tags": "nobody", "target_public_id": "never"})
    await composing.compose_later({**event.payload(), "notification_urls": ["https://a.example/"]})
    (failed,) = [payload for name, payload in await jobs() if name == "UploadFailed"]
    assert (failed["name"], failed["kind"], failed["batch_id"]) == ("never.zip", "raw", event.batch_id)
    assert failed["message"] == "No resources were found for the archive"
    assert failed["notification_urls"] == ["https://a.example/"]


@pytest.mark.usefixtures("assets")
async def test_what_could_not_be_made_just_now_is_tried_again(intake: Intake, composing, jobs):
    event = await aside(intake, composing, jobs, {"tags": "red", "transformations": "w_10"})
    intake.render.refuses = Busy("Later")
    with pytest.raises(Busy):
        await composing.compose_later(event.payload())
    intake.render.refuses = None
    await composing.compose_later(event.payload())
    assert [name for name, _ in await jobs() if name in ("UploadFailed", "AssetComposed")] == ["AssetComposed"]


async def test_too_many_words_are_not_put_aside(intake: Intake, composing):
    with pytest.raises(TooMuch, match="Too many words"):
        await composing.put_aside(asked(intake, {"tags": "red", "junk": "x" * WORDS_BYTES_MAX}))


@pytest.mark.parametrize(
    ("name", "format", "expected"),
    [("a/b", "zip", "a/b.zip"), ("a.ZIP", "zip", "a.ZIP"), ("a.zip", "tgz", "a.zip.tgz")],
)
def test_an_archive_carries_its_extension_in_its_name(name, format, expected):
    ask = archive_ask({"tags": "a", "target_public_id": name, "target_format": format}, Kind.IMAGE)
    assert target_ref(ask).name == expected
