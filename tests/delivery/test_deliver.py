"""From a URL to the file that it means: every form, every refusal, and what a change does to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.delivery import mappings
from safelight.derived import named
from safelight.kernel.errors import Invalid, NotFound, SafelightError, StoreFull, TooMuch, Unauthorized
from safelight.kernel.media import Access, Kind
from safelight.transform.source import Region
from tests.conftest import NOW
from tests.delivering import Delivery, delivery
from tests.disk import files_up_to

JPEG = b"\xff\xd8\xff\xe0 a remote picture"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
async def here(database, tmp_path: Path) -> Delivery:
    return await delivery(database, tmp_path)


# --- which file a URL means --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("/demo/image/upload/tom.jpg", None),
        ("/demo/image/upload/tom", None),
        ("/demo/image/upload/tom.JPG", None),
        ("/demo/image/upload/tom.jpeg", None),
        ("/demo/image/upload/v1/tom.jpg", None),
        ("/demo/image/upload/v1234567890/tom", None),
        ("/demo//image//upload//tom.jpg", None),
        ("/demo/iu/tom.jpg", None),
        ("/demo/tom.jpg", None),
        ("/demo/images/tom/my-tom.jpg", None),
        ("/demo/image/upload/fl_original/tom.jpg", None),
        ("/demo/image/upload/tom.png", "png"),
        ("/demo/image/upload/w_10/tom", "jpg"),
        ("/demo/image/upload/w_10/tom.webp", "webp"),
        ("/demo/image/upload/w_10,f_png/tom.webp", "png"),
        ("/demo/image/upload/w_10%2Ch_20/tom.jpg", "jpg"),
        ("/demo/image/upload/w_10/e_grayscale/v2/tom.jpg", "jpg"),
        ("/demo/iu/w_10/tom.jpg", "jpg"),
        ("/demo/w_10/tom.jpg", "jpg"),
        ("/demo/images/w_10/tom/any-words.png", "png"),
        ("/demo/image/upload/q_auto/tom.jpg", "jpg"),
        ("/demo/image/upload/fl_attachment/tom.jpg", "jpg"),
    ],
)
async def test_every_form_of_a_url_finds_its_picture(here: Delivery, path: str, made: str | None):
    await here.asset("tom")
    media = await here.get(path)
    if made is None:
        assert await here.body(media) == b"the original"
        assert media.mime == "image/jpeg"
        assert here.render.renders == []
    else:
        assert media.blob_key.endswith(f".{made}")
        assert (await here.body(media)).endswith(b" of the original")
        assert media.is_made_now
        assert not (await here.get(path)).is_made_now


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/demo/image/upload/cats/tom.jpg", "cats/tom"),
        ("/demo/image/upload/cats%2Ftom.jpg", "cats/tom"),
        ("/demo/image/upload/sea_turtle.jpg", "sea_turtle"),
        ("/demo/image/upload/my_cats/tom.jpg", "my_cats/tom"),
        ("/demo/image/upload/v1/w_10/tom.jpg", "w_10/tom"),
        ("/demo/image/upload/a.b.jpg", "a.b"),
        ("/demo/image/upload/a.b.jpg", "a.b.jpg"),
        ("/demo/image/upload/a.b", "a.b"),
        ("/demo/image/upload/k%C3%A4tzchen.jpg", "kätzchen"),
        ("/demo/image/upload/a%20cat%2B1.jpg", "a cat+1"),
        ("/demo/image/upload/100%25.jpg", "100%"),
    ],
)
async def test_names_as_they_are_kept(here: Delivery, path: str, name: str):
    asset = await here.asset(name)
    assert (await here.get(path)).asset_id == asset.id


@pytest.mark.parametrize(
    ("path", "kind", "access"),
    [
        ("/demo/video/upload/clip.mp4", Kind.VIDEO, Access.UPLOAD),
        ("/demo/video/upload/clip", Kind.VIDEO, Access.UPLOAD),
        ("/demo/videos/clip/my-clip.mp4", Kind.VIDEO, Access.UPLOAD),
        ("/demo/video/upload/fl_attachment/clip.mp4", Kind.VIDEO, Access.UPLOAD),
    ],
)
async def test_videos_are_delivered_as_stored(here: Delivery, path: str, kind: Kind, access: Access):
    await here.asset("clip", b"the film", kind=kind, access=access, format="mp4")
    media = await here.get(path)
    assert (await here.body(media), media.mime, media.is_sandboxed) == (b"the film", "video/mp4", False)


@pytest.mark.parametrize(
    ("name", "mime", "is_sandboxed"),
    [
        ("notes.txt", "text/plain; charset=utf-8", True),
        ("page.html", "text/plain; charset=utf-8", True),
        ("code.js", "text/plain; charset=utf-8", True),
        ("drawing.svg", "text/plain; charset=utf-8", True),
        ("feed.xml", "text/plain; charset=utf-8", True),
        ("data.json", "application/json", True),
        ("paper.pdf", "application/pdf", False),
        ("thing", "application/octet-stream", True),
        ("thing.weird", "application/octet-stream", True),
    ],
)
async def test_raw_files_have_a_type_that_harms_nobody(here: Delivery, name: str, mime: str, is_sandboxed: bool):
    await here.asset(name, b"raw", kind=Kind.RAW, format=None)
    for path in (f"/demo/raw/upload/{name}", f"/demo/raw/upload/v1/{name}", f"/demo/raw/upload/fl_attachment/{name}"):
        media = await here.get(path)
        assert (media.mime, media.is_sandboxed) == (mime, is_sandboxed)


async def test_an_svg_is_itself_in_a_sandbox_and_anything_else_when_it_is_drawn(here: Delivery):
    await here.asset("logo", SVG, format="svg")
    for path in ("/demo/image/upload/logo", "/demo/image/upload/logo.svg", "/demo/image/upload/f_svg/logo"):
        media = await here.get(path)
        assert (media.mime, media.is_sandboxed, await here.body(media)) == ("image/svg+xml", True, SVG)
    drawn = await here.get("/demo/image/upload/logo.png")
    assert (drawn.mime, drawn.is_sandboxed) == ("image/png", False)


@pytest.mark.parametrize(
    ("accept", "mime"),
    [("image/avif,image/webp,*/*", "image/avif"), ("image/webp,*/*", "image/webp"), ("*/*", "image/jpeg")],
)
async def test_f_auto_gives_what_the_client_takes_and_says_so(here: Delivery, accept: str, mime: str):
    await here.asset("tom")
    media = await here.get("/demo/image/upload/f_auto/tom.jpg", accept=accept)
    assert (media.mime, media.varies_by) == (mime, ("Accept",))


@pytest.mark.parametrize(
    ("path", "save_name"),
    [
        ("/demo/image/upload/fl_attachment/cats/tom.png", "tom.png"),
        ("/demo/image/upload/fl_attachment:my%20cat/cats/tom", "my cat.jpg"),
        ("/demo/image/upload/fl_attachment,fl_original/cats/tom", "tom.jpg"),
        ("/demo/image/upload/w_10/cats/tom", None),
    ],
)
async def test_the_name_to_save_under(here: Delivery, path: str, save_name: str | None):
    await here.asset("cats/tom")
    assert (await here.get(path)).attachment_name == save_name


async def test_a_raw_file_is_saved_under_its_own_extension(here: Delivery):
    await here.asset("docs/report.docx", kind=Kind.RAW, format=None)
    assert (await here.get("/demo/raw/upload/fl_attachment/docs/report.docx")).attachment_name == "report.docx"
    assert (await here.get("/demo/raw/upload/fl_attachment:final/docs/report.docx")).attachment_name == "final.docx"


async def test_a_host_may_stand_for_the_cloud(here: Delivery):
    await here.asset("tom")
    assert (await here.get("/image/upload/tom.jpg", cloud="demo")).mime == "image/jpeg"
    assert (await here.get("/w_10/tom.jpg", cloud="demo")).is_made_now


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/", NotFound, "not found"),
        ("/demo", NotFound, "not found"),
        ("/nobody/image/upload/tom.jpg", NotFound, "Unknown cloud_name - nobody"),
        ("/demo/image/upload/nothing.jpg", NotFound, "Resource not found - nothing"),
        ("/demo/image/upload/w_10/nothing.jpg", NotFound, "Resource not found - nothing"),
        ("/demo/image/private/tom.jpg", Unauthorized, "deny or ACL failure"),
        ("/demo/image/upload/zz_1/nothing.jpg", Invalid, "Invalid transformation component - zz_1"),
        ("/demo/image/upload/w_abc/tom.jpg", Invalid, "width"),
        ("/demo/image/upload/e_nope/tom.jpg", Invalid, "nope"),
        ("/demo/image/upload/t_nope/tom.jpg", Invalid, "nope"),
        ("/demo/image/upload/w_4000,h_4000/tom.jpg", TooMuch, "16000000"),
        ("/demo/image/upload/tom.mp4", Invalid, "mp4"),
        ("/demo/image/upload/tom.xyz", Invalid, "Invalid extension in transformation: xyz"),
        (f"/demo/image/upload/{'x' * 256}.jpg", Invalid, "public_id is too long"),
        ("/demo/image/upload/a%00b.jpg", Invalid, "public_id"),
        ("/demo/video/upload/w_10/clip.mp4", Invalid, "as they are stored"),
        ("/demo/video/upload/clip.jpg", Invalid, "as they are stored"),
        ("/demo/raw/upload/w_10/notes.txt", Invalid, "as they are stored"),
        ("/demo/image/upload/w_10/paper.jpg", Invalid, "djvu"),
        ("/demo/image/list/cat.json", NotFound, "list"),
    ],
)
async def test_what_cannot_be_is_told_in_words(here: Delivery, path: str, error: type[SafelightError], words: str):
    await here.asset("tom")
    await here.asset("clip", kind=Kind.VIDEO, format="mp4")
    await here.asset("notes.txt", kind=Kind.RAW, format=None)
    await here.asset("paper", format="djvu")
    with pytest.raises(error) as told:
        await here.get(path)
    assert words in told.value.message
    assert here.render.renders == []


async def test_a_folder_that_looks_like_a_component_is_served_if_it_is_there(here: Delivery):
    asset = await here.asset("zz_1/tom")
    assert (await here.get("/demo/image/upload/zz_1/tom.jpg")).asset_id == asset.id


@pytest.mark.parametrize(
    ("access", "rest", "needs_signature"),
    [
        (Access.UPLOAD, "tom.jpg", False),
        (Access.UPLOAD, "w_10/tom.jpg", False),
        (Access.PRIVATE, "tom.jpg", True),
        (Access.PRIVATE, "tom", True),
        (Access.PRIVATE, "fl_original/tom.png", True),
        (Access.PRIVATE, "w_10/tom.jpg", False),
        (Access.AUTHENTICATED, "tom.jpg", True),
        (Access.AUTHENTICATED, "w_10/tom.jpg", True),
    ],
)
async def test_who_may_see_what(here: Delivery, access: Access, rest: str, needs_signature: bool):
    await here.asset("tom", access=access)
    signed = await here.get(f"/demo/image/{access}/{here.sign(rest)}/{rest}")
    assert signed.is_private == needs_signature
    assert (await here.get(f"/demo/image/{access}/{here.sign(rest)}/{rest}")).md5 == signed.md5
    if needs_signature:
        with pytest.raises(Unauthorized, match="deny or ACL failure"):
            await here.get(f"/demo/image/{access}/{rest}")
    else:
        assert not (await here.get(f"/demo/image/{access}/{rest}")).is_private
    with pytest.raises(Unauthorized, match="Invalid signature"):
        await here.get(f"/demo/image/{access}/s--AAAAAAAA--/{rest}")


async def test_every_enabled_key_signs_and_a_disabled_one_no_more(here: Delivery):
    await here.asset("tom", access=Access.AUTHENTICATED)
    path = f"/demo/image/authenticated/{here.sign('tom.jpg')}/tom.jpg"
    await here.get(path)
    keys = here.deliver.keys
    async with here.database.transaction() as session:
        mine = next(key for key in await keys.list(session, here.cloud.id) if key.secret.reveal() == "b")
        await keys.disable(session, here.cloud.id, mine.api_key, NOW)
    with pytest.raises(Unauthorized):
        await here.get(path)


async def test_strict_transformations_make_only_what_is_allowed(here: Delivery):
    await here.asset("tom")
    await here.get("/demo/image/upload/w_10/tom.jpg")
    async with here.database.transaction() as session:
        await named.create(session, here.cloud.id, "good", "w_11", now=NOW, is_allowed_for_strict=True)
        await named.create(session, here.cloud.id, "bad", "w_12", now=NOW)
    await here.change_cloud(is_strict=True)
    for path in (
        "tom.jpg",
        "w_10/tom.jpg",
        "t_good/tom.jpg",
        f"{here.sign('w_20/tom.jpg')}/w_20/tom.jpg",
        "w_20/tom.jpg",
    ):
        await here.get(f"/demo/image/upload/{path}")
    for path in ("w_21/tom.jpg", "t_bad/tom.jpg", "tom.png"):
        with pytest.raises(Unauthorized, match="is not allowed"):
            await here.get(f"/demo/image/upload/{path}")
    async with here.database.transaction() as session:
        await named.note_used(session, here.cloud.id, "w_21", NOW)
        await named.change(session, here.cloud.id, "w_21", is_allowed_for_strict=True)
    await here.get("/demo/image/upload/w_21/tom.jpg")


# --- default pictures and remote files ---------------------------------------------------------------------------


async def test_a_default_picture_stands_in_and_says_so(here: Delivery):
    await here.asset("icons/nobody", b"a face", format="png")
    media = await here.get("/demo/image/upload/d_icons:nobody.png/w_10/gone.jpg")
    assert media.stands_in_for == "Resource not found - gone"
    assert media.mime == "image/jpeg"
    assert (await here.body(media)).endswith(b" of a face")
    assert (await here.get("/demo/image/upload/d_icons:nobody.png/gone")).mime == "image/png"
    await here.asset("gone")
    assert (await here.get("/demo/image/upload/d_icons:nobody.png/w_10/gone.jpg")).stands_in_for is None
    with pytest.raises(NotFound, match="Resource not found - other"):
        await here.get("/demo/image/upload/d_nothing.png/other.jpg")


@pytest.fixture
async def fetching(database, tmp_path: Path) -> Delivery:
    pages = {
        "http://pages.example/cat.jpg": Page(JPEG),
        "http://pages.example/cat.jpg?size=2": Page(JPEG + b"2"),
        "http://pages.example/page.html": Page(b"<html>"),
        "http://pages.example/missing.jpg": Page(status=404),
        "http://pages.example/large.jpg": Page(JPEG + b"x" * 20_000),
        "http://pages.example/away": Page(status=302, headers={"location": "http://other.example/cat.jpg"}),
        "http://other.example/cat.jpg": Page(JPEG),
    }
    return await delivery(database, tmp_path, MemoryFetcher(pages))


async def test_a_remote_picture_is_fetched_once_and_kept(fetching: Delivery):
    path = "/demo/image/fetch/http://pages.example/cat.jpg"
    first, *others = await asyncio.gather(*[fetching.get(path) for _ in range(5)])
    assert await fetching.body(first) == JPEG
    assert {media.asset_id for media in others} == {first.asset_id}
    fetching.fetcher.pages.clear()
    assert (await fetching.get(path)).asset_id == first.asset_id
    derived = await fetching.get("/demo/image/fetch/w_10,f_png/http%3A%2F%2Fpages.example%2Fcat.jpg")
    assert (derived.asset_id, derived.mime) == (first.asset_id, "image/png")


async def test_the_query_of_a_remote_address_is_part_of_it(fetching: Delivery):
    for path, query in (("/cat.jpg%3Fsize%3D2", ""), ("/cat.jpg", "size=2&_a=BAMC")):
        media = await fetching.get(f"/demo/image/fetch/http://pages.example{path}", query=query)
        assert await fetching.body(media) == JPEG + b"2"


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        (
            "http://pages.example/missing.jpg",
            NotFound,
            "Error in loading http://pages.example/missing.jpg - 404 Not Found",
        ),
        ("http://nowhere.example/x.jpg", NotFound, "Error in loading"),
        ("http://127.0.0.1/x.jpg", Invalid, "Error in loading"),
        ("http://169.254.169.254/latest/meta-data", Invalid, "Error in loading"),
        ("http://pages.example/page.html", Invalid, "Invalid image file"),
        ("http://pages.example/large.jpg", TooMuch, "File size too large"),
        ("ftp://pages.example/cat.jpg", Invalid, "Invalid URL"),
        ("cat.jpg", Invalid, "Invalid URL"),
        ("http://pages.example/" + "x" * 3000, Invalid, "public_id is too long"),
    ],
)
async def test_what_cannot_be_fetched_is_told_and_leaves_nothing(
    fetching: Delivery, url: str, error: type[SafelightError], words: str, tmp_path: Path
):
    with pytest.raises(error) as told:
        await fetching.get(f"/demo/image/fetch/{url}")
    assert words in told.value.message
    assert [stat async for stat in fetching.blobs.list("c/")] == []
    assert list((tmp_path / "fetched").glob("*")) == []


async def test_a_remote_picture_that_finds_no_room_leaves_nothing(fetching: Delivery, tmp_path: Path):
    fetching.fetcher.pages["http://pages.example/cat.jpg"] = Page(JPEG + bytes(5000))
    path = "/demo/image/fetch/http://pages.example/cat.jpg"
    with files_up_to(1000), pytest.raises(StoreFull):
        await fetching.get(path)
    assert list((tmp_path / "fetched").glob("*")) == []
    assert len(await fetching.body(await fetching.get(path))) == len(JPEG) + 5000


async def map_folder(fetching: Delivery, folder: str, template: str) -> None:
    async with fetching.database.transaction() as session:
        await mappings.create(session, fetching.cloud.id, mappings.checked(folder, template), now=NOW)


async def test_a_mapped_folder_moves_in_file_by_file_when_it_is_asked_for(fetching: Delivery):
    await map_folder(fetching, "old", "http://pages.example/")
    await map_folder(fetching, "old/other", "http://other.example/")
    first, *others = await asyncio.gather(*[fetching.get("/demo/image/upload/old/cat.jpg") for _ in range(3)])
    assert await fetching.body(first) == JPEG
    assert {media.asset_id for media in others} == {first.asset_id}
    deeper = await fetching.get("/demo/image/upload/w_10/v1/old/other/cat.jpg")
    fetching.fetcher.pages.clear()
    assert (await fetching.get("/demo/image/upload/old/cat")).asset_id == first.asset_id
    assert (await fetching.get("/demo/image/upload/old/other/cat.png")).asset_id == deeper.asset_id


async def test_a_mapped_folder_takes_raw_files_as_they_are_and_needs_no_list_of_hosts(fetching: Delivery):
    await fetching.change_cloud(fetch_hosts=())
    await map_folder(fetching, "old", "http://pages.example/")
    assert await fetching.body(await fetching.get("/demo/raw/upload/old/page.html")) == b"<html>"


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("image/upload/old/missing.jpg", NotFound, "404"),
        ("image/upload/old/page.html", Invalid, "Invalid image file"),
        ("image/private/w_10/old/cat.jpg", NotFound, "Resource not found - old/cat"),
        ("image/upload/older/cat.jpg", NotFound, "Resource not found - older/cat"),
        ("image/upload/near/x.jpg", Invalid, "Error in loading"),
    ],
)
async def test_what_a_mapping_does_not_cover_or_may_not_reach_is_told(fetching: Delivery, path, error, words):
    await map_folder(fetching, "old", "http://pages.example/")
    await map_folder(fetching, "near", "http://127.0.0.1/")
    with pytest.raises(error, match=words):
        await fetching.get(f"/demo/{path}")


async def test_a_cloud_may_list_the_hosts_to_fetch_from(fetching: Delivery):
    await fetching.change_cloud(fetch_hosts=("pages.example",))
    await fetching.get("/demo/image/fetch/http://pages.example/cat.jpg")
    for url in ("http://other.example/cat.jpg", "http://pages.example/away"):
        with pytest.raises(Unauthorized, match=r"other\.example is not allowed"):
            await fetching.get(f"/demo/image/fetch/{url}")


async def test_from_a_host_that_a_cloud_denies_nothing_comes_neither_by_a_redirect_nor_by_a_mapping(fetching: Delivery):
    await fetching.change_cloud(denied_hosts=("other.example",))
    await map_folder(fetching, "old", "http://other.example/")
    await fetching.get("/demo/image/fetch/http://pages.example/cat.jpg")
    for path in ("fetch/http://other.example/cat.jpg", "fetch/http://pages.example/away", "upload/old/cat.jpg"):
        with pytest.raises(Unauthorized, match=r"other\.example is not allowed"):
            await fetching.get(f"/demo/image/{path}")


# --- changes -----------------------------------------------------------------------------------------------------


async def test_overwrite_rename_access_and_delete_are_seen_at_once(here: Delivery):
    asset = await here.asset("tom")
    for path in ("tom.jpg", "w_10/tom.jpg"):
        await here.get(f"/demo/image/upload/{path}")
    newer = await here.asset("tom", b"another")
    assert newer.id == asset.id
    assert await here.body(await here.get("/demo/image/upload/tom.jpg")) == b"another"
    assert (await here.body(await here.get("/demo/image/upload/w_10/tom.jpg"))).endswith(b" of another")
    async with here.database.transaction() as session:
        renamed = await catalogue.rename(session, newer, "jerry", now=NOW)
    await here.get("/demo/image/upload/w_10/jerry.jpg")
    async with here.database.transaction() as session:
        hidden = await catalogue.rename(session, renamed, "jerry", access=Access.AUTHENTICATED, now=NOW)
    with pytest.raises(NotFound):
        await here.get("/demo/image/upload/w_10/jerry.jpg")
    with pytest.raises(Unauthorized):
        await here.get("/demo/image/authenticated/w_10/jerry.jpg")
    await here.get(f"/demo/image/authenticated/{here.sign('w_10/jerry.jpg')}/w_10/jerry.jpg")
    async with here.database.transaction() as session:
        await catalogue.delete(session, hidden, NOW)
    for path in ("upload/tom.jpg", "upload/w_10/tom.jpg", f"authenticated/{here.sign('jerry.jpg')}/jerry.jpg"):
        with pytest.raises(NotFound):
            await here.get(f"/demo/image/{path}")


async def test_an_asset_replaced_between_the_look_and_the_reach_is_looked_up_again(here: Delivery):
    old = await here.asset("tom")
    late = LateOriginals(here.blobs, here.originals.folder, here, old)
    object.__setattr__(here.ensure, "originals", late)
    assert (await here.body(await here.get("/demo/image/upload/w_10/tom.jpg"))).endswith(b" of another")
    assert late.has_replaced


@dataclass(frozen=True)
class LateOriginals(Originals):
    """An original that is replaced and dropped just when it is reached for."""

    delivery: Delivery
    old: Asset
    has_replaced: list[bool] = field(default_factory=list)

    @asynccontextmanager
    async def local(self, asset: Asset) -> AsyncIterator[Path]:
        if not self.has_replaced:
            self.has_replaced.append(True)
            await self.delivery.asset("tom", b"another")
            await self.drop(asset.cloud_id, self.old.version_id)
        async with super().local(asset) as path:
            yield path


# --- what depends on the picture ---------------------------------------------------------------------------------


async def test_tags_and_context_of_the_asset_decide_what_is_made(here: Delivery):
    asset = await here.asset("tom")
    path = "/demo/image/upload/if_!sale!_in_tags/w_ctx:!width!/if_else/w_50/if_end/tom.jpg"
    before = await here.get(path)
    assert before.blob_key == (await here.get("/demo/image/upload/w_50/tom.jpg")).blob_key
    async with here.database.transaction() as session:
        await catalogue.update(session, asset, tags=("sale",), context={"width": "70"}, now=NOW)
    after = await here.get(path)
    assert after.blob_key == (await here.get("/demo/image/upload/w_70/tom.jpg")).blob_key


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        ("w_$x", "Undefined variable: x"),
        ("w_iw_div_0", "Division by zero."),
    ],
)
async def test_what_cannot_be_computed_is_refused(here: Delivery, chain: str, message: str):
    await here.asset("tom")
    with pytest.raises(Invalid) as refused:
        await here.get(f"/demo/image/upload/{chain}/tom.jpg")
    assert refused.value.message == message


@pytest.mark.parametrize(("regions", "width"), [((), 20), ((Region("face", 0.1, 0.1, 0.2, 0.2),), 5)])
async def test_what_a_url_decides_by_faces_is_looked_for_once(here: Delivery, regions: tuple[Region, ...], width: int):
    await here.asset("tom")
    here.render.regions = regions
    media = await here.get("/demo/image/upload/if_fc_gt_0,w_5/if_else,w_20/if_end/tom.jpg")
    plain = await here.get(f"/demo/image/upload/w_{width}/tom.jpg")
    await here.get("/demo/image/upload/if_fc_gt_1,w_6/if_end/tom.jpg")
    assert (await here.body(media)).endswith(b" of the original")
    assert (await here.body(media)) == (await here.body(plain))
    assert here.render.looks == [("face",)]
