"""Search on the real database: what each expression finds, how it is sorted, cut and counted."""

import inspect
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.assets import catalogue, folders, versions
from safelight.assets.access import Rule
from safelight.assets.model import AssetRef, Facts, Order
from safelight.assets.query import QueryError
from safelight.assets.search import OTHER_QUERY, Bucket, Search, Sort, search, search_folders
from safelight.assets.store import analyses, sights
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"
NOTED = {"sku": "X-1", "left": 9, "sizes": ["s", "m"]}
ASSETS = (
    # name, days ago, words
    ("pets/Red_Cat", 0, {"tags": ("kitten", "two words"), "context": {"stage": "new", "price": "12"}, "folder": "a"}),
    ("pets/dog", 2, {"facts": Facts(3_000_000, "a" * 32, "png", 1600, 900), "folder": "a/b", "tags": ("Kitten",)}),
    ("note.txt", 40, {"kind": Kind.RAW, "facts": Facts(5, "b" * 32, None), "metadata": NOTED}),
    (
        "größe 🐈",
        400,
        {"access": Access.PRIVATE, "facts": Facts(10, "c" * 32, "jpg", 10, 10), "context": {"stage": "old"}},
    ),
)  # fmt: skip


@pytest.fixture
async def filled(session, new, now):
    for name, days, words in ASSETS:
        wanted = new(name, **{"display_name": name.rpartition("/")[2], **words})
        await catalogue.add(session, wanted, may_overwrite=True, now=now - timedelta(days=days))
    await catalogue.add(session, new("other", cloud_id="cloud-two"), may_overwrite=True, now=now)
    return session


@pytest.fixture
async def analysed(filled, now):
    """One picture was asked about itself."""
    dog = await catalogue.get(filled, CLOUD, AssetRef(Kind.IMAGE, Access.UPLOAD, "pets/dog"))
    await catalogue.update(filled, dog, access_control=(Rule(needs_token=True),), now=now)
    ids = {"cloud_id": CLOUD, "version_id": dog.version_id}
    facts = {
        "colors": {"predominant": {"google": [["red", 60.5], ["white", 20.0]], "cloudinary": []}},
        "traits": {"grayscale": False, "semi_transparent": False, "illustration_score": 0.25},
        "metadata": {"metadata": {"Model": "Box 3", "ISO": "200", "DateTimeOriginal": "2025:12:24 18:00:00"}},
        "quality": {"quality_analysis": {"focus": 0.5}, "quality_score": 0.75},
        "accessibility": {"accessibility_analysis": {"colorblind_accessibility_score": 1.0}},
    }
    rows = [{**ids, "kind": kind, "facts": each} for kind, each in facts.items()]
    await filled.execute(analyses.insert().values(rows))
    face = [0.1, 0.1, 0.2, 0.2, 1.0]
    await filled.execute(sights.insert().values({**ids, "kind": "face", "eye": "one", "regions": [face, face]}))
    return filled


@pytest.mark.parametrize(
    ("expression", "is_found"),
    [
        ("access_mode:authenticated", True),
        ("access_mode=public", False),
        ("grayscale=false", True),
        ("grayscale:true", False),
        ("illustration_score<0.5", True),
        ("illustration_score:[0.3 TO 1]", False),
        ("quality_score>=0.75", True),
        ("quality_analysis.focus>0.4", True),
        ("quality_analysis.noise>0", False),
        ("accessibility_analysis.colorblind_accessibility_score=1", True),
        ("face_count:2", True),
        ("face_count>2", False),
        ("colors:red", True),
        ("colors=blue", False),
        ("colors:(blue OR white)", True),
        ("colors.red>=60", True),
        ("colors.red>61", False),
        ("colors.white:*", True),
        ("colors.blue:*", False),
        ("image_metadata.Model:box", True),
        ("image_metadata.ISO>100", True),
        ("image_metadata.Lens:box", False),
        ("taken_at:2025-12-24", True),
        ("taken_at>2025-12-25", False),
        ("taken_at:[2025 TO 2026]", True),
        ("taken_at>1m", True),
        ("taken_at>1d", False),
    ],
)
async def test_what_a_picture_told_is_searched(analysed, now, expression, is_found):
    assert await names(analysed, now, f"({expression}) AND dog") == ([DOG] if is_found else [])
    turned = await names(analysed, now, f"NOT ({expression})")
    assert (DOG in turned, CAT in turned) == (not is_found, expression != "access_mode=public")


@pytest.mark.parametrize(
    "expression", ["zz* " * 200, "tags:a OR " * 199 + "b", "tags=a AND " * 100 + "NOT b", "-(a b) " * 60]
)
async def test_a_long_question_needs_no_deeper_a_stack(filled, now, expression):
    usual, used = sys.getrecursionlimit(), len(inspect.stack())
    sys.setrecursionlimit(used + STACK_LEFT)
    try:
        await names(filled, now, expression)
    finally:
        sys.setrecursionlimit(usual)


async def names(session, now, expression, *sorts):
    found = await search(session, CLOUD, Search(expression, sorts), now)
    assert found.page.total_count == len(found.page.items)
    return [asset.name.rpartition("/")[2] for asset in found.page.items]


# Frames. The driver and the compiler of SQL take about half of them for the shortest question.
STACK_LEFT = 400
CAT, DOG, NOTE, SIZE = "Red_Cat", "dog", "note.txt", "größe 🐈"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", [CAT, DOG, NOTE, SIZE]),
        ("cat", [CAT]),
        ("CAT", [CAT]),
        ("ca", []),
        ("ca*", [CAT]),
        ("GRÖSSE OR GRÖßE", [SIZE]),
        ("🐈", [SIZE]),
        ("pets -dog", [CAT]),
        ("dog_nobody", [DOG]),
        ('"dog_nobody"', []),
        ("red_cat", [CAT]),
        ("public_id:dog_nobody", []),
        ("new", [CAT]),
        ("public_id:pets/*", [CAT, DOG]),
        ("public_id=pets/dog", [DOG]),
        ("public_id=pets/D*", []),
        ("filename:red*", [CAT]),
        ("filename=dog", [DOG]),
        ("tags:kitten", [CAT, DOG]),
        ("tags=kitten", [CAT]),
        ("tags=kit*", [CAT]),
        ('tags:"two words"', [CAT]),
        ("tags:words", [CAT]),
        ("tags", [CAT, DOG]),
        ("-tags", [NOTE, SIZE]),
        ("NOT tags=kitten", [DOG, NOTE, SIZE]),
        ("context", [CAT, SIZE]),
        ("context:stage", [CAT, SIZE]),
        ("context.price", [CAT]),
        ("context.stage=new", [CAT]),
        ("context.stage:NEW", [CAT]),
        ("context.price>5", [CAT]),
        ("context.price>50", []),
        ("-context.stage=new", [DOG, NOTE, SIZE]),
        ("metadata", [NOTE]),
        ("metadata=sku", [NOTE]),
        ("metadata.sku:x-1", [NOTE]),
        ("metadata.left<10", [NOTE]),
        ("metadata.left=9", [NOTE]),
        ("metadata.left=09", [NOTE]),
        ("metadata.left=9.5", []),
        ("context.price=12", [CAT]),
        ("metadata.sizes=m", [NOTE]),
        ("metadata.sizes=M", []),
        ("metadata.left:[1 TO 9]", []),
        ("asset_folder=a", [CAT]),
        ("asset_folder:A/*", [CAT, DOG]),
        ('asset_folder=""', [NOTE, SIZE]),
        ("asset_folder:*", [CAT, DOG, NOTE, SIZE]),
        ('asset_folder:"*" AND status:(active OR pending)', [CAT, DOG, NOTE, SIZE]),
        ("type:private", [SIZE]),
        ("resource_type:(image OR raw) AND type=upload", [CAT, DOG, NOTE]),
        ("resource_type:image AND format=(png OR webp)", [DOG]),
        ("-format:jpg", [DOG, NOTE]),
        ("bytes>1m", [DOG]),
        ("bytes:[5 TO 10]", [CAT, NOTE]),
        ("bytes:{5 TO *]", [CAT, DOG, SIZE]),
        ("pixels>1m", [DOG]),
        ("aspect_ratio:16:9", [DOG]),
        ('aspect_ratio:"16:9"', [DOG]),
        ("aspect_ratio:square", [SIZE]),
        ("aspect_ratio>1.4", [DOG]),
        ("uploaded_at>1d", [CAT]),
        ("created_at<2025-12-01", [NOTE, SIZE]),
        ("created_at:2026-01-02", [CAT]),
        ("created_at:2025-12", [DOG]),
        ("created_at:[1y TO 1w]", [NOTE]),
        ("last_updated.tags_updated_at>1d", []),
        ("status:active AND cat", [CAT]),
        ("status:deleted", []),
        ("etag=" + "a" * 32, [DOG]),
        ("unknown:1", []),
        ("NOT unknown:1", [CAT, DOG, NOTE, SIZE]),
        ("moderation_kind:manual", []),
        ("moderation_status=pending", []),
        ("transparent:false AND dog", [DOG]),
        (r"filename:a\'\)\;", []),
        ('"%" OR "\'"', []),
    ],
)
async def test_what_is_found(filled, now, expression, expected):
    assert await names(filled, now, expression) == expected


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("bytes>abc", "a number is needed here, with one of the units b, k, kb, m, mb, g, gb (at letter 7, `abc`)"),
        ("bytes>1x", "a number is needed here"),
        ("width>99999999999999999", "this number is too large"),
        ("created_at>soon", "a time is needed here"),
        ("created_at>0000", "a time is needed here"),
        ("aspect_ratio:1:0", "a ratio has no zero in it"),
    ],
)
async def test_a_value_that_cannot_be_is_pointed_at(filled, now, expression, words):
    with pytest.raises(QueryError) as caught:
        await search(filled, CLOUD, Search(expression), now)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        ([("public_id", "asc")], [SIZE, NOTE, CAT, DOG]),
        ([("bytes", "desc")], [DOG, SIZE, CAT, NOTE]),
        ([("resource_type", "desc"), ("width", "asc")], [NOTE, CAT, SIZE, DOG]),
        ([("created_at", "asc")], [SIZE, NOTE, DOG, CAT]),
        ([("score", "desc")], [CAT, DOG, NOTE, SIZE]),
    ],
)
async def test_it_is_sorted_and_a_walk_misses_nothing(filled, now, sorts, expected):
    asked = [Sort(field, Order(order)) for field, order in sorts]
    found, cursor = [], None
    while True:
        page = (await search(filled, CLOUD, Search("", tuple(asked), 1, cursor), now)).page
        found += [asset.name.rpartition("/")[2] for asset in page.items]
        assert page.total_count == 4
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == expected


async def test_a_cursor_belongs_to_its_query(filled, now):
    cursor = (await search(filled, CLOUD, Search("", (), 1), now)).page.next_cursor
    with pytest.raises(Invalid, match=OTHER_QUERY):
        await search(filled, CLOUD, Search("cat", (), 1, cursor), now)
    for spoilt in ("x", cursor[:-4], "W10"):
        with pytest.raises(Invalid, match="Invalid next_cursor"):
            await search(filled, CLOUD, Search("", (), 1, spoilt), now)


async def test_what_cannot_be_sorted_or_counted_is_told(filled, now):
    with pytest.raises(Invalid, match="Invalid sort_by field color"):
        await search(filled, CLOUD, Search("", (Sort("color", Order.ASCENDING),)), now)
    with pytest.raises(Invalid, match="Invalid aggregate color"):
        await search(filled, CLOUD, Search("", counts=(("color", ()),)), now)


async def test_values_and_buckets_are_counted_over_all_pages(filled, now):
    small = Bucket("small", None, 100.0)
    asked = Search("", (), 1, counts=(("format", ()), ("resource_type", ()), ("bytes", (small, Bucket("big", 100.0)))))
    assert (await search(filled, CLOUD, asked, now)).counts == {
        "format": {"jpg": 2, "png": 1},
        "resource_type": {"image": 3, "raw": 1},
        "bytes": {"small": 3, "big": 1},
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", ["a", "a/b", "c d"]),
        ("name:b", ["a/b"]),
        ("name=c*", ["c d"]),
        ("path=a", ["a"]),
        ("path:a/*", ["a/b"]),
        ("created_at>1d", ["a", "a/b", "c d"]),
        ("updated_at>1d AND name:d", ["c d"]),
        ("nothing:1", []),
    ],
)
async def test_folders_are_found(session, now, expression, expected):
    for path in ("a/b", "c d"):
        await folders.create(session, CLOUD, path, now)
    page = await search_folders(session, CLOUD, Search(expression, (Sort("path", Order.ASCENDING),)), now)
    assert ([folder.path for folder in page.items], page.total_count) == (expected, len(expected))


@pytest.fixture
async def erased(filled, now):
    """The cat is gone and can come back; the dog has a version that is kept."""
    cat, dog = [
        await catalogue.get(filled, CLOUD, AssetRef(Kind.IMAGE, Access.UPLOAD, f"pets/{name}")) for name in (CAT, DOG)
    ]
    for asset in (cat, dog):
        await versions.keep(filled, asset, now)
    await catalogue.delete(filled, cat, now)
    return filled


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", [DOG, NOTE, SIZE]),
        ("cat", []),
        ("status:active AND pets", [DOG]),
        ("status:deleted", [CAT]),
        ("status=deleted AND tags=kitten", [CAT]),
        ("status:deleted AND dog", []),
        ("status:(active OR deleted) AND pets", [CAT, DOG]),
        ("NOT status:deleted", [DOG, NOTE, SIZE]),
        ("backup_bytes>0", [DOG]),
        ("backup_bytes:0 AND resource_type=image", [SIZE]),
    ],
)
async def test_what_was_erased_is_found_where_it_is_spoken_of(erased, now, expression, expected):
    assert await names(erased, now, expression) == expected


async def test_what_was_erased_is_told_sorted_counted_and_cut_like_the_rest(erased, now):
    sorts = (Sort("public_id", Order.ASCENDING), Sort("score", Order.DESCENDING))
    asked = Search("status:* OR status:deleted", sorts, 3, None, (("format", ()), ("bytes", (Bucket("all"),))))
    found = await search(erased, CLOUD, asked, now)
    cat = found.page.items[2]
    assert (cat.name, cat.is_placeholder, cat.facts.size_bytes, cat.tags) == (
        "pets/Red_Cat",
        True,
        0,
        ("kitten", "two words"),
    )
    assert (found.page.total_count, found.counts) == (4, {"format": {"jpg": 2, "png": 1}, "bytes": {"all": 4}})
    assert found.backup_bytes == {cat.id: 7}
    rest = await search(erased, CLOUD, replace(asked, cursor=found.page.next_cursor), now)
    assert [asset.name for asset in rest.page.items] == ["pets/dog"]
    assert rest.backup_bytes == {rest.page.items[0].id: 3_000_000}
