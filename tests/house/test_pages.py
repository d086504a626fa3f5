"""The reference pages are those that the code would write now."""

import pytest

from safelight.cli.docs import FOLDER, made_pages, stale_pages
from safelight.cli.examples import PICTURES, all_examples
from safelight.cli.language_pages import pictures_named
from safelight.cli.main import build_parser
from safelight.render.effect import vocabulary
from safelight.transform import manual
from safelight.transform.canon import canon
from safelight.transform.codes import KNOWN
from safelight.transform.parse import parse
from safelight.transform.plan import Fit
from tests.house.source import ROOT


def test_the_reference_pages_are_up_to_date():
    assert not stale_pages(ROOT / FOLDER, made_pages(build_parser())), "`make docs` writes them"


def test_the_same_house_gives_the_same_pages():
    assert made_pages(build_parser()) == made_pages(build_parser())


def test_every_picture_of_the_manual_is_there_and_none_besides():
    """They are drawn by `make pictures`, and looked at by a person; the pages are made without them."""
    folder = ROOT / FOLDER
    there = {path.relative_to(folder).as_posix() for path in (folder / PICTURES).iterdir()}
    assert there == set(pictures_named(vocabulary()))
    assert sum((folder / name).stat().st_size for name in there) < 3_000_000


def test_every_word_of_the_language_stands_in_the_manual():
    codes = {each.code for each in manual.PARAMETERS}
    assert set(KNOWN) | {"$"} <= codes
    assert set(manual.CROP_MODES) >= set(Fit)
    assert len(codes) == len(manual.PARAMETERS)


@pytest.mark.parametrize("each", manual.PARAMETERS, ids=lambda each: each.code)
def test_the_example_of_a_code_means_what_it_says(each):
    plan = parse(each.example, vocabulary(), lambda name: "w_100")
    assert each.code in each.example
    assert parse(canon(plan), vocabulary()) == plan


@pytest.mark.parametrize("name", [name for name, kind, _ in manual.FLAGS if kind != "layer"])
def test_every_flag_of_the_manual_is_understood(name):
    assert parse(f"w_100,fl_{name}", vocabulary()) is not None


@pytest.mark.parametrize("example", all_examples(list(vocabulary().values())), ids=lambda example: example.name)
def test_every_chain_below_a_picture_is_one(example):
    assert parse(example.chain, vocabulary()).steps or "fl_" in example.chain
