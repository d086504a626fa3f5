"""Addresses of pictures that were put together: which asset each of them means."""

from dataclasses import replace

import pytest

from safelight.delivery.composed import meant
from safelight.kernel.errors import NotFound
from safelight.kernel.media import Access, Kind
from safelight.transform.url import NAME_CHARS_MAX, composed_name, is_too_long, parse_path
from tests.delivering import delivery


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/demo/image/multi/v7/logo.gif", (Kind.IMAGE, "logo", "gif")),
        ("/demo/image/multi/w_1,c_scale/f_webp/v7/logo.webp", (Kind.IMAGE, "logo,c_scale,w_1;f_webp", "webp")),
        ("/demo/image/multi/v7/logo,c_scale,w_1;f_webp.webp", (Kind.IMAGE, "logo,c_scale,w_1;f_webp", "webp")),
        ("/demo/image/sprite/logo.png", (Kind.IMAGE, "logo", "png")),
        ("/demo/image/sprite/w_9/logo.css", (Kind.RAW, "logo,w_9.css", None)),
        ("/demo/image/sprite/w_9/v1/a/logo.json", (Kind.RAW, "a/logo,w_9.json", None)),
    ],
)
def test_a_transformation_is_part_of_the_name(path, expected):
    url = meant(parse_path(path))
    assert (url.kind, url.name, url.extension) == expected
    assert url.transformation == ""


@pytest.mark.parametrize("path", ["/demo/image/upload/w_9/logo.css", "/demo/image/fetch/w_1/http://a.example/b.png"])
def test_all_else_is_meant_as_it_is_written(path):
    url = parse_path(path)
    assert meant(url) == url


def test_a_long_transformation_makes_a_name_that_an_asset_may_have():
    long = "/".join(f"e_blur:{number}" for number in range(200))
    one, other = composed_name("n" * NAME_CHARS_MAX, long), composed_name("n" * NAME_CHARS_MAX, f"{long}1")
    assert one != other
    assert not is_too_long(one)
    assert composed_name("a", "") == "a"
    assert meant(parse_path(f"/demo/image/multi/{long}/a.gif")).name == composed_name("a", long)


def test_they_are_types_of_delivery():
    assert {parse_path(f"/demo/image/{word}/a.gif").access for word in ("multi", "sprite")} == {
        Access.MULTI,
        Access.SPRITE,
    }


@pytest.fixture
async def here(database, tmp_path):
    found = await delivery(database, tmp_path)
    asked: list[tuple[Access, str, str]] = []

    async def compose(cloud, access: Access, tag: str, transformation: str) -> None:
        asked.append((access, tag, transformation))
        if tag == "nobody":
            raise NotFound("No images found with the tag nobody")
        await found.asset(composed_name(tag, transformation), access=access, format="gif")

    found.deliver = replace(found.deliver, compose=compose)
    return found, asked


async def test_what_nobody_had_made_is_made_once(here):
    delivering, asked = here
    for _ in range(2):
        media = await delivering.get("/demo/image/multi/w_1,c_scale/v1/t.gif")
        assert media.mime == "image/gif"
    assert asked == [(Access.MULTI, "t", "c_scale,w_1")]
    with pytest.raises(NotFound, match="No images found with the tag nobody"):
        await delivering.get("/demo/image/multi/nobody.gif")


async def test_where_transformations_are_strict_only_who_signs_has_it_made(here):
    delivering, asked = here
    await delivering.change_cloud(is_strict=True)
    with pytest.raises(NotFound, match="Resource not found"):
        await delivering.get("/demo/image/multi/w_1/t.gif")
    assert asked == []
    await delivering.get(f"/demo/image/multi/{delivering.sign('w_1/t.gif')}/w_1/t.gif")
    await delivering.get("/demo/image/multi/w_1/t.gif")
    assert asked == [(Access.MULTI, "t", "w_1")]


async def test_all_else_that_is_missing_is_missing(here):
    delivering, asked = here
    with pytest.raises(NotFound):
        await delivering.get("/demo/image/upload/t.gif")
    assert asked == []
