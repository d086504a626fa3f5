"""What an account used, in credits, month by month."""

from datetime import UTC, datetime

import pytest

from safelight.assets.stock import Added
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.wire.billing import Bill, billing_json, end_of, year_of

GIB = 1024**3
NOW = datetime(2026, 2, 3, tzinfo=UTC)
BILL = Bill(
    stored=(
        Added("a", "2025-12", Kind.IMAGE, 10, GIB),
        Added("a", "2026-01", Kind.RAW, 1, GIB // 2),
        Added("b", "2026-02", Kind.VIDEO, 1, 2 * GIB),
    ),
    made=(Added("a", "2026-01", Kind.IMAGE, 500, GIB // 4),),
    taken_in=(Added("a", "2026-01", Kind.IMAGE, 1500, 0), Added("a", "2026-01", Kind.RAW, 1000, 0)),
)


def test_what_is_stored_adds_up_and_what_is_made_counts_once():
    metric = billing_json(BILL, 2026, NOW, None)["metric_usage"][0]
    assert [(cycle["from_day"], cycle["to_day"]) for cycle in metric["cycles"]] == [
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
    ]
    january, february = (cycle["breakdown"] for cycle in metric["cycles"])
    assert (january["storage_image"], january["storage_raw"], january["transformations_image"]) == (1.25, 0.5, 2.0)
    assert (february["storage_image"], february["storage_video"], february["transformations_image"]) == (1.25, 2.0, 0.0)
    assert [cycle["usage"] for cycle in metric["cycles"]] == [3.75, 3.75]
    assert (metric["metric"], metric["usage"]) == ("credit", 7.5)
    assert "product_environment_breakdown" not in metric["cycles"][0]


def test_each_cloud_is_told_of_where_it_is_asked_for():
    cycle = billing_json(BILL, 2026, NOW, {"a": "shop", "b": "shelf"})["metric_usage"][0]["cycles"][1]
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
    assert end_of(2026).isoformat() == "2027-01-01"
    assert len(billing_json(BILL, 2025, NOW, None)["metric_usage"][0]["cycles"]) == 12
