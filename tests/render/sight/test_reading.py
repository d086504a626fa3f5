"""Text is read by another program: what it answers becomes places, and it can do no more than read."""

import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from safelight.kernel.errors import Invalid, NotAvailable
from safelight.render.darkroom import Darkroom
from safelight.render.sight.reading import Reader, lines
from safelight.settings import RenderSettings
from tests.pictures import encoded

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
TABLE = "\n".join(
    [
        HEAD,
        "1\t1\t0\t0\t0\t0\t0\t0\t400\t100\t-1\t",
        "4\t1\t1\t1\t1\t0\t10\t10\t200\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t12\t60\t18\t90.5\tHELLO",
        '5\t1\t1\t1\t1\t2\t80\t10\t70\t20\t80\t"world',
        "5\t1\t2\t1\t1\t1\t300\t60\t40\t20\t20\tguess",
        "5\t1\t2\t1\t1\t2\t300\t60\t40\t20\t99\t|--",
        "5\t1\t3\t1\t1\t1\t5\t70\t30\t20\t99\tSign",
        "5\t1\t3\t1\t1\t2\tx\t70\t30\t20\t99\tbroken",
    ]
)


def test_words_are_gathered_into_lines_and_guesses_are_left_out():
    found = [(part.x, part.y, part.width, part.height, round(part.score, 4)) for part in lines(TABLE)]
    assert found == [(5, 70, 30, 20, 0.99), (10, 10, 140, 20, 0.8525)]


@pytest.mark.parametrize("table", ["", HEAD, "no table at all", "\0\t\n" * 10])
def test_what_is_no_table_holds_no_text(table: str):
    assert lines(table) == []


def program(folder: Path, body: str) -> Path:
    """A program that plays tesseract: it reads its picture to the end, and does what the body says."""
    folder.mkdir(exist_ok=True)
    path = folder / "tesseract"
    path.write_text(f"#!/bin/bash\ncat >/dev/null\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def picture(folder: Path, words: Sequence[str] = ("HELLO WORLD",)) -> Path:
    image = Image.new("RGB", (400, 200), "white")
    for at, text in enumerate(words):
        ImageDraw.Draw(image).text((100, 60 + 50 * at), text, fill="black", font=ImageFont.load_default(32))
    path = folder / "sign.png"
    path.write_bytes(encoded(image, "PNG"))
    return path


async def test_without_a_program_its_absence_is_named(tmp_path: Path):
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        reader = Reader(RenderSettings(tesseract=tmp_path / "nothing"))
        with pytest.raises(Invalid, match="tesseract is not installed, and SAFELIGHT_RENDER_TESSERACT names"):
            await reader.read(darkroom, picture(tmp_path), format="png")
        assert reader.identity() == ""


async def test_the_places_are_shares_of_the_picture(tmp_path: Path):
    told = f"cat <<'END'\n{TABLE}\nEND"
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        reader = Reader(RenderSettings(tesseract=program(tmp_path, told)))
        found = await reader.read(darkroom, picture(tmp_path), format="png")
    # The picture of 400 x 200 px was made 1000 px wide for the reader.
    assert [(region.kind, region.x, region.width) for region in found] == [("text", 0.005, 0.03), ("text", 0.01, 0.14)]


async def test_the_program_can_do_nothing_but_read(tmp_path: Path):
    told = "\n".join(
        [
            f"echo secret > {tmp_path}/written",
            "(exec 3<>/dev/tcp/127.0.0.1/9) 2>&1 | grep -q 'Operation not permitted' || exit 3",
            f"cat {tmp_path}/sign.png >/dev/null 2>&1 && exit 4",
            "exit 0",
        ]
    )
    reader = Reader(RenderSettings(tesseract=program(tmp_path / "bin", told)))
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        assert await reader.read(darkroom, picture(tmp_path), format="png") == ()
    assert not (tmp_path / "written").exists()


async def test_a_program_that_fails_may_be_tried_again(tmp_path: Path):
    reader = Reader(RenderSettings(tesseract=program(tmp_path, "exit 3")))
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        with pytest.raises(NotAvailable):
            await reader.read(darkroom, picture(tmp_path), format="png")


async def test_a_program_that_takes_too_long_is_ended(tmp_path: Path):
    reader = Reader(RenderSettings(tesseract=program(tmp_path, "while true; do :; done"), seconds_max=1))
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        with pytest.raises(NotAvailable):
            await reader.read(darkroom, picture(tmp_path), format="png")


async def test_an_installed_tesseract_finds_a_line_of_text(tmp_path: Path):
    assert Reader(RenderSettings()).program, "tests/setup.sh installs tesseract"
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        (line,) = await Reader(RenderSettings()).read(darkroom, picture(tmp_path), format="png")
    assert (line.x, line.y) == pytest.approx((0.25, 0.33), abs=0.05)
    assert line.width > 0.4
