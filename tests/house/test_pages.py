"""The reference pages are those that the code would write now."""

from safelight.cli.docs import FOLDER, made_pages, stale_pages
from safelight.cli.main import build_parser
from tests.house.source import ROOT


def test_the_reference_pages_are_up_to_date():
    assert not stale_pages(ROOT / FOLDER, made_pages(build_parser())), "`make docs` writes them"


def test_the_same_house_gives_the_same_pages():
    assert made_pages(build_parser()) == made_pages(build_parser())
