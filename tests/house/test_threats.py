"""Every test that the threat model names is there."""

import re

import pytest

from tests.house.source import ROOT

PAGE = ROOT / "docs/explanation/threat-model.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text())))


def test_the_page_names_many():
    assert len(NAMED) > 40


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_defence_has_the_test_that_is_named_for_it(file: str, name: str):
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE), f"{file}::{name}"
