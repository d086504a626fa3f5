"""Fonts: names lead to families that are there, what stands in is told, uploads are read by nobody else."""

import contextlib
import logging
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import Kind
from safelight.render import font_set, fonts, text, text_font
from safelight.render.darkroom import Darkroom
from safelight.render.model import Part, PartFile
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Layer, Plan, TextLayer, TextStyle
from safelight.transform.reference import Reference
from tests.pictures import encoded, scene
from tests.render.lab import seen
from tests.render.letters import LIMITS, drawn, layer, ours, packed, pixels

PAGE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "fonts.md"
WORDS = "Hamburg"


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("Arial", True),
        ("arial", True),
        ("Roboto", True),
        ("Source Sans 3", True),
        ("Noto Sans Arabic", True),  # it has no Latin letters
        ("Montserrat Black", True),
        ("sans-serif", True),
        ("Nope", False),
        ("Bold", False),
        ("Arial, Roboto", False),
        ("Arial 300", False),
        ("", False),
        ("x" * 201, False),
        ("Ari\0al", False),
        ("\ud800", False),
        ("<span>", False),
        ("Safelight Ruler", False),
    ],
    ids=ascii,
)
def test_a_family_is_known_or_not(family: str, expected: bool):
    assert fonts.is_known(family) == expected


def test_every_other_name_leads_to_a_family_of_ours():
    families = font_set.families(font_set.FOLDER)
    names = font_set.other_names()
    # A weight may be a family of its own (`Montserrat Black`).
    assert not [family for family in names.values() if not family.startswith(tuple(families))]
    assert all(fonts.is_known(name) for name in names)
    for name in ("Arial", "Helvetica", "Times", "Times New Roman", "Courier", "Georgia", "Verdana", "Impact", "Tahoma"):
        assert name in names


@pytest.mark.parametrize(
    ("name", "family"),
    [("Arial", "Liberation Sans"), ("Impact", "Anton"), ("Source Sans Pro", "Source Sans 3"), ("Georgia", "Gelasio")],
)
def test_another_name_is_drawn_in_its_family(name: str, family: str):
    assert np.array_equal(pixels(WORDS, font=name), pixels(WORDS, font=family))


def test_the_page_tells_of_every_family_and_every_other_name():
    page = PAGE.read_text()
    told = font_set.families(font_set.FOLDER) - {"Safelight Ruler", "Safelight Tall"}
    assert not [family for family in told if family.removeprefix("Noto Sans ") not in page]
    assert not [name for name, family in font_set.other_names().items() if f"| {name} | {family} |" not in page]


def test_every_folder_of_fonts_has_its_licence():
    folders = {path.name for path in font_set.FOLDER.iterdir() if path.is_dir()} - {"licences", "Rulers"}
    assert folders == {path.stem for path in (font_set.FOLDER / "licences").iterdir()}


def test_an_unknown_font_is_drawn_in_the_one_that_stands_in():
    assert np.array_equal(pixels(WORDS, font="Nope"), pixels(WORDS, font="Liberation Sans"))
    serif = replace(LIMITS, font_fallback="Georgia")
    assert np.array_equal(pixels(WORDS, font="Nope", limits=serif), pixels(WORDS, font="Gelasio"))
    assert np.array_equal(pixels(WORDS, font="Roboto@google"), pixels(WORDS, font="Roboto"))


def test_where_none_may_stand_in_an_unknown_font_is_refused():
    with pytest.raises(Invalid, match=r"Unknown font Nope\..*SAFELIGHT_RENDER_FONTS"):
        drawn(WORDS, font="Nope", limits=replace(LIMITS, font_fallback=None))


def test_fonts_that_are_missing_are_told_each_once():
    inner = Layer(layer(WORDS, font="Nope 2"))
    plan = Plan(steps=(Layer(layer(WORDS, font="Nope 1"), steps=(inner, inner)), Layer(layer(WORDS, font="Arial"))))
    assert text.missing(plan) == ("Nope 1", "Nope 2")
    assert text.missing(Plan()) == ()


# --- uploaded fonts ---------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch):
    """No upload of another test is in the memory of this process: each has files of its own, and only a few."""
    monkeypatch.setattr(text_font, "_memory", text_font._Memory())
    monkeypatch.setattr(text_font, "SLOTS", 2)


@pytest.mark.parametrize("flavor", ["", "woff", "woff2"])
@pytest.mark.parametrize("name", ["Pacifico-400", "ComicNeue-Bold"])
def test_an_uploaded_font_looks_as_it_does_installed(name: str, flavor: str):
    file = packed(name, flavor) if flavor else ours(name)
    family, weight = ("Pacifico", 400) if name.startswith("P") else ("Comic Neue", 700)
    installed = pixels(WORDS, font=family, weight=weight)
    assert np.array_equal(pixels(WORDS, font="x.ttf", file=file, weight=weight), installed)


def test_letters_that_an_uploaded_font_has_not_come_from_ours():
    found = pixels("漢", font="x.ttf", file=ours("Pacifico-400"))
    assert np.array_equal(found, pixels("漢"))


BROKEN = {
    "nothing": b"",
    "text": b"A font, they said.",
    "half": ours("Pacifico-400")[:20_000],
    "half of a WOFF2": packed("Pacifico-400", "woff2")[:20_000],
    "no tables": b"\x00\x01\x00\x00" + bytes(200),
    "many tables": b"OTTO\xff\xff" + b"\xff" * 400,
    "only a head": b"wOF2" + b"\xff" * 100,
    "zeroes": ours("Pacifico-400")[:3000] + bytes(150_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_font_is_refused(name: str):
    with pytest.raises(Invalid, match="Invalid font file"):
        drawn(WORDS, file=BROKEN[name])


def test_a_font_with_broken_letters_harms_nobody():
    chance = random.Random(5)
    whole = ours("Pacifico-400")
    for _ in range(20):
        torn = bytearray(whole)
        for _ in range(200):
            torn[chance.randrange(400, len(torn))] = chance.randrange(256)
        text_font._memory = text_font._Memory()
        with contextlib.suppress(Invalid, TooMuch):
            assert drawn(WORDS, file=bytes(torn)).width > 0


def test_a_transformation_may_use_some_fonts_and_no_more():
    assert text_font.SLOTS == 2  # here
    base = ours("Pacifico-400")
    for number in range(text_font.SLOTS):
        drawn("a", file=base + bytes([number]))
        drawn("a", file=base + bytes([number]))  # the same again takes no room
    with pytest.raises(TooMuch, match="2 uploaded fonts"):
        drawn("a", file=base + b"\xff")


def test_a_font_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text_font, "FONT_BYTES_MAX", 50_000)
    with pytest.raises(TooMuch, match="font may have"):
        text_font.renamed(packed("Pacifico-400", "woff2"), "Uploaded x")


# --- in a confined child ----------------------------------------------------------------------------------------

FONT = Reference("fonts/My.woff2", Kind.RAW)


def plan(style: TextStyle, words: str = WORDS) -> Plan:
    return Plan(steps=(Layer(TextLayer(words, style)),), encode=Encode(format="png"))


async def test_children_draw_with_uploaded_fonts_and_forget_them(tmp_path: Path):
    source, file = tmp_path / "source", tmp_path / "font"
    source.write_bytes(encoded(scene(200, 100), "PNG"))
    file.write_bytes(packed("Pacifico-400", "woff2"))
    uploaded = plan(TextStyle("My", 40, font_file=FONT))
    parts = (PartFile(Part(FONT, "font"), file),)
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        one = await darkroom.render(uploaded, source, source_format="png", parts=parts)
        # In another child, for the first is worn: and there, nothing is left of the font.
        icon = await darkroom.render(plan(TextStyle("Arial", 40), "\ue000"), source, source_format="png")
        same = await darkroom.render(plan(TextStyle("Pacifico", 40)), source, source_format="png")
        file.write_bytes(BROKEN["half of a WOFF2"])
        with pytest.raises(Invalid, match="Invalid font file"):
            await darkroom.render(uploaded, source, source_format="png", parts=parts)
        again = await darkroom.render(plan(TextStyle("Arial", 40), "\ue000"), source, source_format="png")
    assert one.data == same.data
    assert icon.data == again.data


async def test_children_find_the_fonts_of_the_operators_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    source, folder = tmp_path / "source", tmp_path / "fonts"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "mine.ttf").write_bytes(text_font.renamed(ours("Pacifico-400"), "House Letters"))
    source.write_bytes(encoded(scene(200, 100), "PNG"))
    drawn_in: dict[str, bytes] = {}
    for settings in (RenderSettings(children=1, fonts=folder), RenderSettings(children=1)):
        async with Darkroom(settings) as darkroom:
            with caplog.at_level(logging.WARNING):
                asked = plan(TextStyle("House Letters", 40))
                made = await darkroom.render(asked, source, source_format="png")
            drawn_in["own" if settings.fonts else "none"] = made.data
            assert ("another font" in caplog.text) == (settings.fonts is None)
    assert drawn_in["own"] != drawn_in["none"]


@pytest.mark.parametrize("words", ["Hamburg", "漢字", "नमस्ते", "😀"])
def test_text_in_svg_is_drawn_in_the_same_fonts(words: str):
    def drawing(family: str, told: str) -> np.ndarray:
        text = f'<text y="40" font-size="40" font-family="{family}">{told}</text>'
        data = f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60">{text}</svg>'.encode()
        return np.asarray(seen(data, "f_png", "svg").convert("RGBA"))[..., 3]

    assert drawing("Arial", words).sum() > drawing("Arial", "").sum()
    assert np.array_equal(drawing("Arial", words), drawing("Liberation Sans", words))
