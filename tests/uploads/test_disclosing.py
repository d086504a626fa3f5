"""What a file tells of people and places stands in the answer; where asked, it is taken out before it is stored."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from safelight.assets import analyses
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.render.pool import Darkroom
from safelight.render.private.model import TRACES_MAX
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings, UploadSettings
from safelight.uploads.disclosing import KIND, Disclosing
from tests.intake import Intake, intake_on
from tests.pictures import encoded, photo, scene
from tests.render.test_private import NAME, POSITION, film, png

PHOTO = photo(64, 48, serial="CANARY-1", position=(52.5, 13.4), orientation=6)


@pytest.fixture(scope="module")
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(RenderSettings(children=1)) as opened:
        yield opened


async def opened(database, clock, tmp_path, darkroom, **words: object) -> Intake:
    intake = await intake_on(database, clock, tmp_path, render=darkroom)
    settings = UploadSettings(**words)
    disclose = Disclosing(darkroom, Reader(RenderSettings()), settings)
    intake.receive = replace(intake.receive, disclose=disclose)
    return intake


@pytest.fixture
async def intake(database, clock, tmp_path, darkroom) -> Intake:
    return await opened(database, clock, tmp_path, darkroom)


async def kept(intake: Intake, asset) -> object:
    async with intake.database.transaction() as session:
        return (await analyses.kept(session, asset, (KIND,))).get(KIND)


async def test_a_position_is_told_and_kept_with_the_version(intake):
    received = await intake.upload(PHOTO)
    assert received.privacy["flags"] == ["device_serial", "gps"]
    assert set(received.privacy["unchecked"]) == {"faces", "text"}
    assert (await kept(intake, received.asset))["flags"] == ["device_serial", "gps"]
    assert await intake.original(received.asset) == PHOTO


async def test_a_file_that_tells_nothing_leaves_no_row(intake):
    received = await intake.upload(encoded(scene(64, 48), "JPEG"))
    assert received.privacy["flags"] == []
    assert await kept(intake, received.asset) is None


async def test_what_tells_is_taken_out_before_it_is_stored(intake):
    received = await intake.upload(PHOTO, strips_private=True)
    assert (received.privacy["flags"], received.privacy["stripped"]) == ([], ["device_serial", "gps"])
    assert b"CANARY-1" not in await intake.original(received.asset)
    assert await intake.is_whole(received.asset)
    assert (received.asset.facts.width, received.asset.facts.height) == (48, 64)
    assert intake.staged_files() == []


class Lying:
    """A child that somebody's file has taken over."""

    def __init__(self, said: object) -> None:
        self.said = said

    async def analyse(self, *_: object, **__: object) -> dict[str, object]:
        return {"flags": ["gps"], "strips": self.said}


@pytest.mark.parametrize(
    "said",
    [
        "all of it",
        [[0, 10**12, "00"]],
        [[0, 4, " "]],
        [[0, 4, "0"]],
        [[0, 4, "zz"]],
        [[0, 4, "00" * 100]],
        [[0, 4, "00"]] * (TRACES_MAX + 1),
    ],
)
async def test_what_a_child_says_is_believed_only_where_it_can_be(intake, said):
    intake.receive = replace(
        intake.receive, disclose=Disclosing(Lying(said), Reader(RenderSettings()), UploadSettings())
    )
    with pytest.raises(Invalid, match="could not be looked into"):
        await intake.upload(PHOTO, strips_private=True)
    assert intake.staged_files() == []


@pytest.mark.parametrize(
    ("default", "said", "is_stripped"), [(True, None, True), (True, False, False), (False, True, True)]
)
async def test_an_upload_has_the_last_word_and_the_cloud_the_first(intake, default, said, is_stripped):
    intake.cloud = replace(intake.cloud, strips_private=default)
    received = await intake.upload(PHOTO, strips_private=said)
    assert (b"CANARY-1" not in await intake.original(received.asset)) is is_stripped


async def test_who_signs_nothing_cannot_ask_for_less_than_the_cloud_does(intake):
    intake.cloud = replace(intake.cloud, strips_private=True)
    received = await intake.upload(PHOTO, principal=intake.unsigned, strips_private=False)
    assert b"CANARY-1" not in await intake.original(received.asset)


async def test_positions_of_films_go_as_well(intake):
    received = await intake.upload(film(), kind=Kind.VIDEO, strips_private=True)
    data = await intake.original(received.asset)
    assert received.privacy["stripped"] == ["device_serial", "gps", "owner", "place", "thumbnail"]
    assert POSITION.encode() not in data
    assert NAME.encode() not in data


async def test_what_cannot_be_taken_out_is_refused_and_nothing_stays(intake):
    webm = b"\x1aE\xdf\xa3" + b"\0" * 20 + b"webm" + b"\0" * 100
    with pytest.raises(Invalid, match="webm"):
        await intake.upload(webm, kind=Kind.VIDEO, strips_private=True)
    assert intake.staged_files() == []
    assert await intake.stored() == {}
    received = await intake.upload(webm, kind=Kind.VIDEO)
    assert "webm" in received.privacy["unchecked"]["metadata"]


async def test_a_raw_file_that_is_a_picture_is_looked_into_too(intake):
    received = await intake.upload(png(), kind=Kind.RAW)
    assert "gps" in received.privacy["flags"]
    received = await intake.upload(b"only words", kind=Kind.RAW, strips_private=True)
    assert received.privacy["unchecked"]["metadata"]


async def test_faces_are_counted_where_the_operator_wants_it(database, clock, tmp_path, darkroom):
    intake = await opened(database, clock, tmp_path, darkroom, flag_faces=True, flag_text=True)
    received = await intake.upload(encoded(scene(200, 150), "JPEG"))
    assert received.privacy["faces"] == 0
    assert "faces" not in received.privacy["flags"]


async def test_a_second_version_has_facts_of_its_own(intake):
    first = await intake.upload(PHOTO, names=replace(_named("one")))
    second = await intake.upload(encoded(scene(64, 48), "JPEG"), names=_named("one"))
    assert second.asset.id == first.asset.id
    assert await kept(intake, second.asset) is None


def _named(name: str):
    from safelight.uploads.model import NameWishes

    return NameWishes(public_id=name)
