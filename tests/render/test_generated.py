"""What must be invented goes to the generator, with all that comes before it done and all that comes after it left."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from safelight.boot.generator import generator_named
from safelight.kernel.errors import Invalid
from safelight.ports.generator import Wish
from safelight.render.effect import vocabulary
from safelight.render.generated import Generating, wish_of
from safelight.render.model import Rendered
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from tests.pictures import encoded
from tests.render.lab import corners, developed


class Studio:
    """A Render that works here and now."""

    async def render(self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts=()) -> Rendered:
        return developed(read(source), plan, source_format)


@dataclass
class Painter:
    """Paints all of it red, and remembers what was asked."""

    asked: list[tuple[Wish, Image.Image]] = field(default_factory=list)

    async def paint(self, wish: Wish, picture: bytes) -> bytes:
        found = Image.open(io.BytesIO(picture))
        found.load()
        self.asked.append((wish, found))
        return encoded(Image.new("RGB", found.size, (255, 0, 0)), "PNG")


PAINTER = Painter()
"""For the setting that names one."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.png"
    path.write_bytes(encoded(corners(), "PNG"))
    return path


def read(path: Path) -> bytes:
    return path.read_bytes()


def plan(text: str) -> Plan:
    return parse(text, vocabulary())


@pytest.mark.parametrize(
    ("chain", "effect", "values", "met", "size"),
    [
        (
            "w_60/e_gen_remove:prompt_(dog;cat);multiple_true/h_20,w_30/f_png",
            "gen_remove",
            {"prompt": ("dog", "cat"), "region": (), "multiple": True, "remove_shadow": False},
            (60, 40),
            (30, 20),
        ),
        (
            "e_gen_remove:region_(x_1;y_2;w_3;h_4)/f_png",
            "gen_remove",
            {"prompt": (), "region": ((1, 2, 3, 4),), "multiple": False, "remove_shadow": False},
            (120, 80),
            (120, 80),
        ),
        (
            "e_gen_recolor:prompt_hat;to-color_8fbc8f/f_png",
            "gen_recolor",
            {"prompt": ("hat",), "to_color": "8fbc8fff", "apply_to_tier": False, "multiple": False},
            (120, 80),
            (120, 80),
        ),
        (
            "b_gen_fill:prompt_a%20meadow;seed_3,c_pad,h_100,w_100/f_png",
            "gen_fill",
            {"prompt": "a meadow", "seed": 3.0, "ignore_foreground": False},
            (100, 100),
            (100, 100),
        ),
    ],
)
async def test_a_wish_is_granted_between_two_renders(source, chain, effect, values, met, size):
    painter = Painter()
    made = await Generating(Studio(), painter).render(plan(chain), source, source_format="png")
    ((wish, picture),) = painter.asked
    assert (wish.effect, dict(wish.values), picture.size) == (effect, values, met)
    assert (made.width, made.height, made.format) == (*size, "png")
    assert Image.open(io.BytesIO(made.data)).convert("RGB").getpixel((5, 5)) == (255, 0, 0)


async def test_bars_that_are_to_be_painted_come_transparent(source):
    painter = Painter()
    await Generating(Studio(), painter).render(plan("b_gen_fill,c_pad,h_80,w_200/f_png"), source, source_format="png")
    ((_, picture),) = painter.asked
    assert picture.getpixel((5, 40))[3] == 0
    assert picture.getpixel((100, 40))[3] == 255


async def test_wishes_are_granted_one_after_the_other(source):
    painter = Painter()
    chain = "e_gen_remove:prompt_dog/e_gen_replace:from_cat;to_bird/f_png"
    await Generating(Studio(), painter).render(plan(chain), source, source_format="png")
    assert [wish.effect for wish, _ in painter.asked] == ["gen_remove", "gen_replace"]


@pytest.mark.parametrize(
    "chain", ["e_gen_remove:prompt_dog", "b_gen_fill,c_pad,h_80,w_200", "e_gen_background_replace"]
)
async def test_without_a_generator_the_setting_is_named(source, chain):
    with pytest.raises(Invalid, match=r"not available in this installation.*`render\.generator`"):
        await Generating(Studio()).render(plan(chain), source, source_format="png")


async def test_what_is_only_computed_goes_straight_through(source):
    made = await Generating(Studio()).render(plan("w_60/e_sepia/f_png"), source, source_format="png")
    assert (made.width, made.height) == (60, 40)
    assert wish_of(plan("e_sepia").steps[0]) is None


def test_the_setting_names_an_object_of_python():
    assert generator_named(None) is None
    assert generator_named(f"{__name__}:PAINTER") is PAINTER


@pytest.mark.parametrize("name", ["nowhere:thing", f"{__name__}:nobody", f"{__name__}", "os:path", ":x"])
def test_a_setting_that_leads_nowhere_says_so(name):
    with pytest.raises(Invalid, match=r"render\.generator"):
        generator_named(name)
