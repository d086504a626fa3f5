"""The plan of each kind of question, where one cloud has much and another little: none reads the rows of all assets."""

import pytest
from sqlalchemy import Select, insert, text

from safelight.assets.model import Order
from safelight.assets.search import Search, Sort, search
from safelight.assets.search_counting import explained
from safelight.assets.search_way import Bounds, Expected, way_of
from safelight.assets.store import assets

ROWS = 3000
SETTINGS = text("SELECT name, setting FROM pg_settings WHERE name ~ '^enable_|^plan_|^jit$|work_mem|gather'")
BY_NAME = (Sort("public_id", Order.ASCENDING),)
BY_SIZE = (Sort("bytes", Order.DESCENDING),)
QUESTIONS = (
    (Search(), "ix_assets_created"),
    (Search("rare7"), "ix_assets_words"),
    (Search("filename:rare777*"), "ix_assets_words"),
    (Search("filename:rare7*", BY_NAME), "name"),
    (Search("rare7 OR tags=tag7"), "ix_assets_words"),
    (Search("", BY_NAME), "ix_assets_sorted_name"),
    (Search("bytes>0", BY_SIZE), "ix_assets_size"),
    (Search("tags=rare7"), "ix_assets_tags"),
    (Search("metadata.sku=rare7"), ""),
    (Search('asset_folder="folder-7"'), "ix_assets_folder"),
    (Search("created_at:[2025-12-01 TO 2025-12-02]"), "ix_assets_created"),
    (Search("format=tiff"), "ix_assets_format"),
    (Search("", (Sort("uploaded_at", Order.DESCENDING),)), "ix_assets_uploaded"),
)


class Listening:
    """A session that keeps the plan of all that it is asked."""

    def __init__(self, session):
        self.session, self.plans = session, []

    async def fetch(self, statement, params=None):
        await self.note(statement)
        return await self.session.fetch(statement, params)

    async def fetch_one(self, statement, params=None):
        await self.note(statement)
        return await self.session.fetch_one(statement, params)

    async def note(self, statement):
        if isinstance(statement, Select) and "assets" in str(statement) and "backups" not in str(statement):
            self.plans.append(str(await explained(self.session, statement)))


@pytest.fixture
async def filled(session, now):
    rows = [
        {
            "cloud_id": "cloud-two" if number % 60 == 0 else "cloud-one", "id": f"id-{number}", "kind": "image",
            "access": "upload", "name": f"a/picture_{number}", "version": 1_700_000_000 + number,
            "version_id": f"version-{number}", "size_bytes": number * 10, "md5": "0" * 32,
            "format": "tiff" if number % 500 == 7 else "jpg", "has_alpha": False, "folder": f"folder-{number % 300}",
            "display_name": f"rare{number % 900}", "tags": [f"rare{number % 900}", "many"],
            "context": {}, "metadata": {"sku": f"rare{number % 900}"}, "created_at": now, "updated_at": now,
        }
        for number in range(ROWS)
    ]  # fmt: skip
    await session.execute(insert(assets), rows)
    await session.execute(text("UPDATE assets SET created_at = created_at - interval '1 minute' * size_bytes"))
    await session.execute(text("ANALYZE assets"))
    return session


async def test_no_question_reads_all_assets(filled, now):
    others = []
    for asked, index in QUESTIONS:
        for cloud in ("cloud-one", "cloud-two"):
            listening = Listening(filled)
            await search(listening, cloud, asked, now)
            assert not [plan for plan in listening.plans if "Seq Scan" in plan], asked
            # Where the index of words is not asked, the words of no row are made again to look at them.
            looked_at = [part for plan in listening.plans for part in plan.split("'Filter': ")[1:]]
            assert not [part for part in looked_at if "asset_words" in part.partition("', '")[0]], asked
            if cloud == "cloud-one" and index not in "".join(listening.plans):
                others.append((asked.expression, asked.sorts, index))
    assert not others


@pytest.mark.parametrize(
    ("rows", "found", "has_order", "is_cheap", "expected"),
    [
        (50, 5, True, True, (None, 10_000)),  # a small cloud is read
        (8_000, 100, True, False, (319, 10_000)),
        (8_000, 7_000, True, False, (None, 10_000)),
        (900_000, 3_000, True, False, (3387, None)),
        (900_000, 9_000, True, False, (None, None)),
        (900_000, 9_000, True, True, (20_000, None)),
        (900_000, 70_000, True, True, (None, None)),
        (900_000, 70_000, False, True, (1_820_000, None)),  # where there is no order, all that is found must be sorted
    ],
)
def test_what_is_found_is_gathered_where_that_is_less_work(rows, found, has_order, is_cheap, expected):
    way = way_of(Expected(rows, found), Bounds(), 50, has_order=has_order, is_cheap=is_cheap)
    assert (way.gathered_max, way.exact_max) == expected


async def test_a_search_leaves_the_settings_of_its_transaction_as_they_were(filled, now):
    before = await filled.fetch(SETTINGS)
    await search(filled, "cloud-one", Search("rare7 AND -many OR tags:rare8"), now)
    assert await filled.fetch(SETTINGS) == before
