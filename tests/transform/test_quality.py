"""What `q_auto` means for one asset."""

from dataclasses import replace

import pytest

from safelight.transform import quality
from safelight.transform.auto import Hints, settle
from safelight.transform.output import AutoQuality, Chroma, Encode
from safelight.transform.parse import parse
from safelight.transform.source import SourceFacts

PHOTO = SourceFacts("jpg", 400, 300, False)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("none", ""),
        ("auto", "auto"),
        ("auto:advanced", "auto"),
        (" AUTO:Best ", "auto:best"),
        ("80", "80"),
        ("80:420", "80:420"),
        ("100:444", "100:444"),
        ("0", None),
        ("101", None),
        ("80:422", None),
        ("auto:worst", None),
        ("", None),
        ("q_80", None),
    ],
)
def test_only_qualities_are_qualities(text: str, normal: str | None):
    assert quality.normal(text) == normal


@pytest.mark.parametrize(
    ("asked", "override", "written"),
    [
        (AutoQuality.GOOD, "", Encode(quality=AutoQuality.GOOD)),
        (AutoQuality.GOOD, "auto", Encode(quality=AutoQuality.GOOD)),
        (AutoQuality.GOOD, "auto:low", Encode(quality=AutoQuality.LOW)),
        (AutoQuality.ECO, "60:444", Encode(quality=60, chroma=Chroma.S444)),
        (75, "60", Encode(quality=75)),
        (None, "60", Encode()),
    ],
)
def test_it_stands_in_where_the_quality_is_left_to_us(asked, override: str, written: Encode):
    assert quality.applied(Encode(quality=asked), override) == written


@pytest.mark.parametrize(
    ("transformation", "override", "settled"),
    [
        ("q_auto", "33", 33),
        ("q_auto:best", "33", 33),
        ("q_50", "33", 50),
        ("w_10", "33", 80),
        ("q_auto", "auto:low", 55),
    ],
)
def test_a_plan_is_settled_with_it(transformation: str, override: str, settled: int):
    plan = settle(parse(transformation, {}), Hints(), replace(PHOTO, quality=override), "jpg")
    assert plan.encode.quality == settled
