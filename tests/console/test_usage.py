"""The page of usage tells what was counted, by day and cause, and how near the limits are; the same as a file."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from safelight.people.model import UserRole
from safelight.usage import quotas
from safelight.usage.store import usage_daily
from tests.console.conftest import House

PATH = "/console/demo/usage"


async def count(house: House, *figures: tuple[int, str, str, str, int]) -> None:
    """Days ago, meter, kind, cause, amount."""
    today = house.clock.now().date()
    rows = [
        {"cloud_id": house.cloud.id, "day": today - timedelta(days=ago), "meter": meter, "kind": kind}
        | {"cause": cause, "amount": amount}
        for ago, meter, kind, cause, amount in figures
    ]
    async with house.database.transaction() as session:
        await session.execute(insert(usage_daily).values(rows))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def test_figures_are_told_by_day_and_cause(house: House):
    await house.sign_in()
    await count(
        house,
        (0, "transformations", "image", "upload", 2),
        (3, "transformations", "image", "delivery", 40),
        (40, "transformations", "image", "delivery", 500),
        (2, "storage_bytes", "image", "original", 3 * 1024**2),
        (1, "storage_bytes", "image", "original", -(1024**2)),
    )
    page = (await house.client.get(PATH)).text
    assert page.count('<rect class="part-0"') == 2 * 1 + 1
    assert "Transformations 42" in plain(page)
    assert "images somebody asked for its address 40" in plain(page)
    assert "Nothing is limited" in page
    longer = (await house.client.get(f"{PATH}?days=90")).text
    assert "Transformations 542" in plain(longer)
    stored = plain((await house.client.get(f"{PATH}?meter=storage_bytes&days=7")).text)
    assert "Storage 2 MB" in stored
    assert "images originals 2 MB" in stored


async def test_limits_are_bars_with_their_share(house: House):
    await house.sign_in()
    await count(house, (1, "transformations", "image", "upload", 90))
    async with house.database.transaction() as session:
        await quotas.put(session, house.cloud.id, {"transformations": 100}, now=house.clock.now())
    page = (await house.client.get(PATH)).text
    assert 'aria-label="Transformations: 90 %"><rect width="90.0"' in page
    assert "90 of 100" in plain(page)


async def test_the_same_comes_as_a_file(house: House):
    await house.sign_in()
    await count(house, (0, "transformations", "image", "upload", 2))
    answer = await house.client.get(f"{PATH}.csv?days=7")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="demo-usage-7-days.csv"'
    day = house.clock.now().date().isoformat()
    assert answer.text.splitlines() == [
        "cloud,day,meter,kind,cause,amount",
        f"demo,{day},transformations,image,upload,2",
    ]


@pytest.mark.parametrize("asked", ["days=365&meter=gold", "days=-1", "meter=", "days=%00"])
async def test_what_is_no_span_and_no_meter_is_thirty_days_of_transformations(house: House, asked: str):
    await house.sign_in()
    answer = await house.client.get(f"{PATH}?{asked}")
    assert answer.status_code == 200
    assert answer.text.count('aria-current="true"') >= 2
    assert ">30 days</a>" in answer.text


async def test_nobody_sees_figures_who_may_not_and_the_menu_does_not_lead_there(house: House):
    await house.person("Vera", UserRole.MEDIA_LIBRARY_USER)
    await house.sign_in("vera@firm.example")
    assert PATH not in (await house.client.get("/console/demo")).text
    for path in (PATH, f"{PATH}.csv"):
        assert (await house.client.get(path)).status_code == 403
