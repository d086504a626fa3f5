"""The plan of each kind of question, where one cloud has much and another little: none reads the rows of all assets."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import Select, insert, select, text

from safelight.assets.listing import cut
from safelight.assets.model import Listing, Order
from safelight.assets.search import Search, Sort, search
from safelight.assets.search_counting import explained
from safelight.assets.search_way import BOUNDS, STRETCH_MAX, Bounds, Expected, Means, way_of
from safelight.assets.store import assets

ROWS = 3000
SETTINGS = text("SELECT name, setting FROM pg_settings WHERE name ~ '^enable_|^plan_|^jit$|work_mem|gather'")
BY_NAME = (Sort("public_id", Order.ASCENDING),)
BY_SIZE = (Sort("bytes", Order.DESCENDING),)
QUESTIONS = (
    (Search(), "ix_assets_created"),
    (Search("rare7"), "ix_assets_words"),
    (Search('"picture 77"'), "ix_assets_words"),
    (Search("filename:picture_77*"), "ix_assets_words"),
    (Search("filename:picture_7*", BY_NAME), "name"),
    (Search("rare7 OR tags=tag7"), "ix_assets_words"),
    (Search("", BY_NAME), "ix_assets_sorted_name"),
    (Search("bytes>0", BY_SIZE), "ix_assets_size"),
    (Search("tags=rare7"), "ix_assets_words"),
    (Search("tags:rare7", BY_SIZE), "ix_assets_words"),
    (Search("metadata.sku=rare7 OR context.alt=rare8"), "ix_assets_words"),
    (Search("context:rare"), "ix_assets_words"),
    (Search("many AND format=jpg", BY_SIZE), ""),
    (Search("rare7", (Sort("width", Order.ASCENDING),)), "ix_assets_words"),
    (Search("width>3000 AND resource_type:image"), ""),
    (Search('asset_folder="folder-7"'), "ix_assets_folder"),
    (Search("created_at:[2025-12-01 TO 2025-12-02]"), "ix_assets_created"),
    (Search("updated_at<2025-12-02"), "ix_assets_changed_before"),
    (Search("uploaded_at<2025-12-02"), "ix_assets_uploaded_before"),
    (Search("format=tiff"), "ix_assets_format"),
    (Search("width:[100 TO 110]"), "ix_assets_width"),
    (Search("height>2990"), "ix_assets_height"),
    (Search("pixels<10000"), "ix_assets_pixels"),
    (Search(f"etag={77:032x}"), "ix_assets_md5"),
    (Search("rare7 AND created_at<2025-12-31"), "ix_assets_words"),
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
            "version_id": f"version-{number}", "size_bytes": number * 10, "md5": f"{number:032x}",
            "width": number, "height": ROWS - number,
            "format": "tiff" if number % 500 == 7 else "jpg", "has_alpha": False, "folder": f"folder-{number % 300}",
            "display_name": f"rare{number % 900}", "tags": [f"rare{number % 900}", "many"],
            "context": {"rare": "x"} if number == 30 else {}, "metadata": {"sku": f"rare{number % 900}"},
            "created_at": now, "updated_at": now,
        }
        for number in range(ROWS)
    ]  # fmt: skip
    await session.execute(insert(assets), rows)
    await session.execute(text("UPDATE assets SET created_at = created_at - interval '1 minute' * size_bytes"))
    await session.execute(text("ANALYZE assets"))
    return session


ALL_BOUNDS = (
    BOUNDS,
    Bounds(gathered_max=-1, stretched_max=1e6, stretched_max_dear=1e6),  # all in stretches of the order
    Bounds(gathered_max=-1, stretched_max=-1, stretched_max_dear=-1, large=0),  # all walked, and not counted
)


async def test_no_question_reads_all_assets(filled, now):
    others = []
    for bounds, (asked, index) in product(ALL_BOUNDS, QUESTIONS):
        for cloud in ("cloud-one", "cloud-two"):
            listening = Listening(filled)
            await search(listening, cloud, asked, now, bounds)
            assert not [plan for plan in listening.plans if "Seq Scan" in plan], asked
            # Where the index of words is not asked, the words of no row are made again to look at them.
            looked_at = [part for plan in listening.plans for part in plan.split("'Filter': ")[1:]]
            if bounds is BOUNDS:
                assert not [part for part in looked_at if "asset_words" in part.partition("', '")[0]], asked
            if cloud == "cloud-one" and bounds is BOUNDS and index not in "".join(listening.plans):
                others.append((asked.expression, asked.sorts, index))
    assert not others


async def test_a_list_by_tag_or_note_reads_not_all_assets(filled):
    for tag, context, number in (
        ("rare7", None, 4),
        ("many", None, 10),
        (None, ("rare", None), 1),
        (None, ("alt", "rare7"), 0),
    ):
        listening = Listening(filled)
        page = await cut(listening, "cloud-one", Listing(tag=tag, context=context))
        assert not [plan for plan in listening.plans if "Seq Scan" in plan], (tag, context)
        assert len(page.items) == number, (tag, context)


async def test_each_way_leads_to_the_same_pages(filled, now):
    each = (Search("many", max_results=40), Search("tags:many", BY_SIZE, 700), Search("tags=rare7", BY_NAME, 1))
    for bounds, asked in product(ALL_BOUNDS, each):
        expected = [row["id"] for row in await filled.fetch(_in_order(asked))]
        found, cursor = [], None
        while len(found) < 90 and (cursor or not found):
            page = (await search(filled, "cloud-one", replace(asked, cursor=cursor), now, bounds)).page
            found += [asset.id for asset in page.items]
            cursor = page.next_cursor
        assert found == expected[: len(found)], (asked, bounds)
        assert len(found) == min(len(expected), max(90, len(found)))


def _in_order(asked):
    rows = select(assets.c.id).where(assets.c.cloud_id == "cloud-one")
    if "rare7" in asked.expression:
        rows = rows.where(assets.c.display_name == "rare7")
    match asked.sorts:
        case (Sort("bytes"),):
            return rows.order_by(assets.c.size_bytes.desc(), assets.c.id.desc())
        case (Sort("public_id"),):
            return rows.order_by(assets.c.name, assets.c.id)
        case _:
            return rows.order_by(assets.c.created_at.desc(), assets.c.id.desc())


WORDS = Means(has_order=True, has_words=True, has_one_key=True)
DEAR = Means(has_order=True, has_words=True, has_one_key=True, is_cheap=True, is_dear=True)
TWO_KEYS = Means(has_order=True, has_words=True, is_cheap=True, is_dear=True)
NO_WORDS = Means(has_order=True, has_one_key=True)
RARE = Means(has_order=True, has_words=True, has_one_key=True, is_dear=True)
BEGUN = Means(has_order=True, has_words=True, has_one_key=True, is_open=True)
NO_ORDER = Means(has_order=False, has_words=True)


@pytest.mark.parametrize(
    ("rows", "found", "means", "expected"),
    [
        (50, 5, DEAR, (None, 10_000, None, False)),  # a small cloud is read
        (8_000, 100, WORDS, (212, 10_000, 3849, False)),
        (8_000, 7_000, WORDS, (None, 10_000, 500, True)),
        (900_000, 1_000, DEAR, (2258, None, 40_000, False)),  # in stretches, should there be more of them
        (900_000, 8_000, WORDS, (None, None, 11_475, False)),
        (900_000, 20_000, WORDS, (None, None, 18_360, True)),  # soon met by who walks
        (900_000, 20_000, DEAR, (None, None, 4590, False)),
        (900_000, 70_000, DEAR, (None, None, 2622, True)),
        (900_000, 9_000, TWO_KEYS, (20_000, None, None, False)),
        (900_000, 3_000, NO_WORDS, (3387, None, None, False)),
        (900_000, 9_000, NO_WORDS, (None, None, 10_200, True)),  # and gathered, should it all be far away
        (900_000, 30_000, NO_WORDS, (None, None, None, False)),
        (900_000, 4_000, RARE, (2258, None, 22_950, False)),  # as many as of any word that the statistics do not know
        (900_000, 4_000, BEGUN, (None, None, 15_300, False)),  # of which there are more than they know
        (900_000, 70_000, NO_ORDER, (1_820_000, None, None, False)),  # all that is found must be sorted
    ],
)
def test_what_is_found_is_gathered_where_that_is_less_work(rows, found, means, expected):
    way = way_of(Expected(rows, found, 3_000 if means in (RARE, BEGUN) else 0), Bounds(), 50, means)
    assert (way.gathered_max, way.exact_max, way.stretch, way.is_walked_first) == expected
    assert way.stretch is None or way.stretch <= STRETCH_MAX


async def test_a_search_leaves_the_settings_of_its_transaction_as_they_were(filled, now):
    before = await filled.fetch(SETTINGS)
    await search(filled, "cloud-one", Search("rare7 AND -many OR tags:rare8"), now)
    assert await filled.fetch(SETTINGS) == before
