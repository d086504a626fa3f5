"""What an account used, in credits, month by month."""

from datetime import UTC, date, datetime

import pytest

from safelight.kernel.errors import Invalid
from safelight.usage.model import Figure, Meter
from safelight.wire.billing import billing_json, days_of, year_of

GIB = 1024**3
NOW = datetime(2026, 2, 3, tzinfo=UTC)
OLD, JANUARY, FEBRUARY = date(2025, 12, 31), date(2026, 1, 15), date(2026, 2, 1)
FIGURES = (
    Figure("a", OLD, Meter.STORAGE_BYTES, "image", "original", GIB),
    Figure("a", JANUARY, Meter.STORAGE_BYTES, "raw", "original", GIB // 2),
    Figure("a", JANUARY, Meter.STORAGE_BYTES, "image", "derived", GIB // 4),
    Figure("b", FEBRUARY, Meter.STORAGE_BYTES, "video", "original", 2 * GIB),
    Figure("a", JANUARY, Meter.TRANSFORMATIONS, "image", "derived", 500),
    Figure("a", JANUARY, Meter.TRANSFORMATIONS, "image", "upload", 1500),
    Figure("a", JANUARY, Meter.REQUESTS, "", "api", 9),
    Figure("b", FEBRUARY, Meter.BANDWIDTH_BYTES, "video", "original", GIB),
)


def test_what_is_stored_adds_up_and_what_is_made_counts_once():
    metric = billing_json(FIGURES, 2026, NOW, None)["metric_usage"][0]
    assert [(cycle["from_day"], cycle["to_day"]) for cycle in metric["cycles"]] == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
    ]
    january, february = (cycle["breakdown"] for cycle in metric["cycles"])
    assert (january["storage_image"], january["storage_raw"], january["transformations_image"]) == (1.25, 0.5, 2.0)
    assert (february["storage_image"], february["storage_video"], february["transformations_image"]) == (1.25, 2.0, 0.0)
    assert (january["bandwidth_video"], february["bandwidth_video"]) == (0.0, 1.0)
    assert [cycle["usage"] for cycle in metric["cycles"]] == [3.75, 4.75]
    assert (metric["metric"], metric["usage"]) == ("credit", 8.5)
    assert "product_environment_breakdown" not in metric["cycles"][0]


def test_each_cloud_is_told_of_where_it_is_asked_for():
    cycle = billing_json(FIGURES, 2026, NOW, {"a": "shop", "b": "shelf"})["metric_usage"][0]["cycles"][1]
    shop, shelf = cycle["product_environment_breakdown"]
    assert (shop["cloud_name"], shop["storage_video"], shelf["cloud_name"], shelf["storage_video"]) == (
        "shop",
        0.0,
        "shelf",
        2.0,
    )


def test_a_year_that_is_to_come_is_refused():
    assert (year_of({}, NOW), year_of({"year": "2025"}, NOW)) == (2026, 2025)
    for year in ("2027", "1999", "soon"):
        with pytest.raises(Invalid):
            year_of({"year": year}, NOW)
    assert days_of(2026) == (date(2026, 1, 1), date(2026, 12, 31))
    assert len(billing_json(FIGURES, 2025, NOW, None)["metric_usage"][0]["cycles"]) == 12
