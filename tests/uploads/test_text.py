"""Texts that are drawn and kept: what is asked of the darkroom, what is stored, and what it is called."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.transform.plan import Color, Layer, Opacity, TextLayer
from safelight.transform.text_style import text_style
from safelight.uploads.text import CANVAS, DrawText, TextAsk, check_text
from tests.intake import PNG, Intake


@pytest.fixture
def draw(intake: Intake) -> DrawText:
    return DrawText(intake.database, intake.originals, intake.staging, intake.render, intake.parts, intake.clock)


def ask(text: str = "Hello", **words) -> TextAsk:
    return TextAsk(**{"text": text, "style": text_style("Arial_40_bold"), "color": Color(255, 0, 0), **words})


async def test_a_text_is_laid_on_one_transparent_pixel(intake: Intake, draw: DrawText):
    await draw(intake.signed, ask(opacity=50, background=Color(0, 0, 255)))
    (plan,) = intake.render.rendered
    (layer,) = plan.steps
    assert layer == Layer(
        TextLayer("Hello", text_style("Arial_40_bold"), Color(255, 0, 0), Color(0, 0, 255)), (Opacity(50),)
    )
    assert plan.encode.format == "png"
    assert CANVAS.startswith(b"\x89PNG")


async def test_it_is_kept_with_its_lettering_and_nothing_lies_about(intake: Intake, draw: DrawText):
    received = await draw(intake.signed, ask(name="signs/hello"))
    (asset,) = await intake.assets()
    assert asset == received.asset
    assert (asset.kind, asset.access, asset.name, asset.display_name) == (
        Kind.IMAGE, Access.TEXT, "signs/hello", "hello",
    )  # fmt: skip
    assert await intake.original(asset) == PNG
    assert asset.facts.format == "png"
    assert asset.lettering is not None
    assert (asset.lettering.style, asset.lettering.color) == ("Arial_40_bold", "rgb:ff0000")
    assert intake.staged_files() == []


async def test_without_a_name_the_same_words_are_drawn_once(intake: Intake, draw: DrawText):
    first = await draw(intake.signed, ask())
    again = await draw(intake.signed, ask())
    other = await draw(intake.signed, ask(opacity=50))
    assert again.is_existing
    assert first.asset.id == again.asset.id != other.asset.id
    assert len(intake.render.rendered) == 2


async def test_a_name_that_is_said_gets_a_new_version(intake: Intake, draw: DrawText):
    first = await draw(intake.signed, ask(name="sign"))
    second = await draw(intake.signed, ask("Bye", name="sign"))
    assert (first.is_overwrite, second.is_overwrite) == (False, True)
    assert first.asset.id == second.asset.id
    assert first.asset.version_id != second.asset.version_id


@pytest.mark.parametrize("words", [{"name": "a?b"}, {"style": text_style("none.ttf_20")}])
async def test_what_cannot_be_leaves_nothing(intake: Intake, draw: DrawText, words):
    with pytest.raises(Invalid):
        await draw(intake.signed, ask(**words))
    assert await intake.stored() == {}
    assert intake.staged_files() == []


@pytest.mark.parametrize(
    ("text", "kept"), [("a\r\nb", "a\nb"), ("abcd", "abcd"), (" ", None), ("abcde", None), ("a\0", None)]
)
def test_a_text_has_letters_and_an_end(text: str, kept: str | None):
    if kept is None:
        with pytest.raises(Invalid):
            check_text(text, 4)
    else:
        assert check_text(text, 4) == kept
