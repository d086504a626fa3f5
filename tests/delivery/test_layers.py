"""URLs with layers: which files they need, who may see them, and what a change of one of them does."""

import base64
from pathlib import Path

import pytest

from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.assets import catalogue
from safelight.kernel.errors import Invalid, NotFound, SafelightError, Unauthorized
from safelight.kernel.media import Access, Kind
from safelight.transform.url import PATH_CHARS_MAX
from tests.conftest import NOW
from tests.delivering import Delivery, delivery

REMOTE = "http://pictures.test/logo.png"
PNG = b"\x89PNG\r\n\x1a\n a remote logo"


def fetch_layer(url: str) -> str:
    return f"l_fetch:{base64.urlsafe_b64encode(url.encode()).decode()}"


@pytest.fixture
async def here(database, tmp_path: Path) -> Delivery:
    delivering = await delivery(database, tmp_path, MemoryFetcher({REMOTE: Page(body=PNG)}))
    await delivering.asset("tom")
    await delivering.asset("logo", b"the logo", format="png")
    return delivering


def url(chain: str, name: str = "tom.jpg") -> str:
    return f"/demo/image/upload/{chain}/{name}"


@pytest.mark.parametrize(
    "chain", ["l_logo", "l_logo.png,w_20", "l_logo/w_20/fl_layer_apply,g_south_east", "u_logo", "l_logo/fl_layer_apply"]
)
async def test_a_layer_is_drawn_and_what_was_made_is_found_again(here: Delivery, chain: str):
    logo = await here.asset("logo", b"the logo", format="png")
    media = await here.get(url(chain))
    assert (await here.body(media)).endswith(b" of the original with the logo")
    assert media.depends_on == (logo.id,)
    assert media.is_made_now
    assert not (await here.get(url(chain))).is_made_now


async def test_a_picture_may_be_a_layer_on_itself(here: Delivery):
    media = await here.get(url("$me_current/l_$me,w_20"))
    assert (await here.body(media)).endswith(b" of the original with the original")


async def test_a_replaced_layer_is_a_new_picture_at_once(here: Delivery):
    before = await here.get(url("l_logo"))
    await here.asset("logo", b"another logo", format="png")
    after = await here.get(url("l_logo"))
    assert after.blob_key != before.blob_key
    assert (await here.body(after)).endswith(b"with another logo")


@pytest.mark.parametrize(
    ("chain", "error", "words"),
    [
        ("l_nobody", Invalid, "Unknown or invalid referenced image nobody of type upload"),
        ("l_brand:nobody", Invalid, "Unknown or invalid referenced image brand/nobody of type upload"),
        ("l_lut:nobody.3dl", Invalid, "Unknown or invalid referenced LUT nobody.3dl"),
        ("l_text:nobody.ttf_20:Hi", Invalid, "Unknown or invalid referenced font nobody.ttf"),
        ("l_text:nobody:Hi", Invalid, "Unknown or invalid referenced image nobody of type text"),
        ("l_private:secret", Unauthorized, "private"),
        ("l_authenticated:secret", Unauthorized, "authenticated"),
        (fetch_layer("http://nowhere.test/a.png"), NotFound, "Error in loading"),
    ],
)
async def test_what_cannot_be_drawn_is_told_in_words(
    here: Delivery, chain: str, error: type[SafelightError], words: str
):
    with pytest.raises(error, match=words):
        await here.get(url(chain))
    assert here.render.renders == []


@pytest.mark.parametrize("access", [Access.PRIVATE, Access.AUTHENTICATED])
async def test_a_restricted_layer_is_for_signed_urls_also_when_it_is_made(here: Delivery, access: Access):
    await here.asset("secret", b"the secret", access=access, format="png")
    chain = f"l_{access}:secret"
    media = await here.get(f"/demo/image/upload/{here.sign(f'{chain}/tom.jpg')}/{chain}/tom.jpg")
    assert (await here.body(media)).endswith(b"with the secret")
    assert media.is_private
    with pytest.raises(Unauthorized):
        await here.get(url(chain))


async def test_a_remote_layer_is_fetched_once_from_hosts_that_the_cloud_lists(here: Delivery):
    chain = fetch_layer(REMOTE)
    for _ in range(2):
        assert (await here.body(await here.get(url(chain)))).endswith(b"with " + PNG)
    await here.change_cloud(fetch_hosts=("elsewhere.test",))
    with pytest.raises(Unauthorized, match=r"pictures\.test is not allowed|not allowed"):
        await here.get(url(fetch_layer("http://pictures.test/another.png")))


async def test_strict_transformations_fetch_nothing_that_is_not_signed(here: Delivery):
    await here.change_cloud(is_strict=True)
    chain = fetch_layer(REMOTE)
    with pytest.raises(Unauthorized, match="is not allowed"):
        await here.get(url(chain))
    async with here.database.transaction() as session:
        ref = catalogue.AssetRef(Kind.IMAGE, Access.FETCH, REMOTE)
        assert await catalogue.find(session, here.cloud.id, ref) is None
    await here.get(f"/demo/image/upload/{here.sign(f'{chain}/tom.jpg')}/{chain}/tom.jpg")
    assert not (await here.get(url(chain))).is_made_now


async def test_a_default_picture_takes_the_layers_too(here: Delivery):
    await here.asset("stand-in", b"nobody", format="png")
    media = await here.get(url("d_stand-in.png/l_logo", "missing.jpg"))
    assert (await here.body(media)).endswith(b"of nobody with the logo")
    assert media.stands_in_for == "Resource not found - missing"


async def test_a_later_and_likelier_layer_counts(here: Delivery):
    media = await here.get(url("l_logo.png"))
    assert not media.is_first_choice
    await here.asset("logo.png", b"likelier", format="png")
    media = await here.get(url("l_logo.png"))
    assert (await here.body(media)).endswith(b"with likelier")
    assert media.is_first_choice


async def test_a_layer_erased_between_two_looks_is_told_as_missing(here: Delivery):
    await here.get(url("l_logo"))
    async with here.database.transaction() as session:
        ref = catalogue.AssetRef(Kind.IMAGE, Access.UPLOAD, "logo")
        await catalogue.delete(session, await catalogue.get(session, here.cloud.id, ref), NOW)
    with pytest.raises(Invalid, match="Unknown or invalid referenced image logo"):
        await here.get(url("l_logo"))


async def test_a_very_long_chain_of_layers_is_refused(here: Delivery):
    chain = "/".join("l_logo" for _ in range(PATH_CHARS_MAX // 8))
    with pytest.raises(Invalid):
        await here.get(url(chain))


@pytest.mark.parametrize(
    "path",
    [
        "fl_getinfo/tom.jpg",
        "w_10/fl_getinfo/tom",
        "w_10/fl_getinfo/tom.json",
        "if_w_gt_1/fl_getinfo/if_end/tom.json",
        "w_auto:breakpoints:json/tom.json",
        "w_auto:breakpoints:json/tom",
    ],
)
async def test_information_is_json_and_kept_like_a_picture(here: Delivery, path: str):
    here.render.info = b'{"input":{}}'
    media = await here.get(f"/demo/image/upload/{path}")
    assert (media.mime, await here.body(media)) == ("application/json", b'{"input":{}}')
    assert media.blob_key.endswith(".json")
    assert not (await here.get(f"/demo/image/upload/{path}")).is_made_now


@pytest.mark.parametrize("path", ["tom.json", "w_10/tom.json", "tom.JSON"])
async def test_a_picture_is_not_written_as_json(here: Delivery, path: str):
    with pytest.raises(Invalid, match="Invalid extension in transformation"):
        await here.get(f"/demo/image/upload/{path}")


async def test_a_remote_layer_that_is_missing_is_asked_for_once(here: Delivery):
    with pytest.raises(NotFound):
        await here.get(url(fetch_layer("http://pictures.test/missing.png")))
    assert here.fetcher.asked == ["http://pictures.test/missing.png"]
