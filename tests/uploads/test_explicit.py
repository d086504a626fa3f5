"""Something more for a stored asset."""

import pytest

from safelight.adapters.fetcher.memory import Page
from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.model import EagerAsk, NameWishes
from tests.intake import JPEG

TOM = AssetRef(Kind.IMAGE, Access.UPLOAD, "tom")


@pytest.fixture
async def tom(intake):
    return (await intake.upload(names=NameWishes(public_id="tom"), tags=("old",), context={"k": "v"})).asset


async def test_words_are_replaced_and_files_made(intake, tom):
    done = await intake.explicit(
        intake.signed,
        ExplicitAsk(TOM, tags=("new",), display_name="Tom", folder="/pets/", eager=(EagerAsk("w_10,c_scale"),)),
    )
    assert (done.asset.tags, done.asset.context) == (("new",), {"k": "v"})
    assert (done.asset.display_name, done.asset.folder) == ("Tom", "pets")
    assert [item.transformation for item in done.eager] == ["c_scale,w_10"]
    assert done.asset.version == tom.version


async def test_a_display_name_may_be_asked_for_that_no_other_has(intake, tom):
    await intake.upload(names=NameWishes(public_id="x/tom"))
    unique = NameWishes(public_id="y/tom", is_display_name_unique=True)
    assert (await intake.upload(names=unique)).asset.display_name.startswith("tom_")
    done = await intake.explicit(intake.signed, ExplicitAsk(TOM, is_display_name_unique=True))
    assert done.asset.display_name.startswith("tom_")


async def test_without_words_nothing_is_written(intake, tom, jobs):
    before = len(await jobs())
    assert (await intake.explicit(intake.signed, ExplicitAsk(TOM))).asset == tom
    assert len(await jobs()) == before


async def test_later_files_are_made_by_a_job(intake, tom, jobs):
    done = await intake.explicit(
        intake.signed,
        ExplicitAsk(TOM, eager=(EagerAsk("w_10"),), eager_is_async=True, notification_urls=("https://a.example/",)),
    )
    assert [item.is_processing for item in done.eager] == [True]
    told = dict(await jobs())["EagerAsked"]
    assert (told["batch_id"], told["eager_notification_urls"]) == (done.batch_id, ["https://a.example/"])
    await intake.eager.make_eager(told)
    assert dict(await jobs())["EagerReady"]["items"][0]["width"] == 10


async def test_a_remote_file_is_taken_in_once(intake):
    url = "https://a.example/cat.jpg"
    intake.fetcher.pages = {url: Page(JPEG)}
    ask = ExplicitAsk(AssetRef(Kind.IMAGE, Access.FETCH, url), tags=("far",), eager=(EagerAsk("w_10"),))
    done = await intake.explicit(intake.signed, ask)
    assert (done.asset.name, done.asset.access, done.asset.tags) == (url, Access.FETCH, ("far",))
    assert [item.width for item in done.eager] == [10]
    intake.fetcher.pages = {}
    assert (await intake.explicit(intake.signed, ask)).asset.id == done.asset.id


async def test_what_is_not_there_is_told(intake):
    with pytest.raises(NotFound, match=r"^Resource not found - tom$"):
        await intake.explicit(intake.signed, ExplicitAsk(TOM))


@pytest.mark.parametrize("words", [{"eager": (EagerAsk("w_abc"),)}, {"display_name": "a/b"}, {"folder": "a?b"}])
async def test_what_cannot_be_changes_nothing(intake, tom, words):
    with pytest.raises(Invalid):
        await intake.explicit(intake.signed, ExplicitAsk(TOM, tags=("new",), **words))
    assert (await intake.assets())[0].tags == ("old",)
