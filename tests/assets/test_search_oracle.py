"""Two thousand expressions find what a slow and obvious evaluation in Python over the same rows finds."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import false, func, select, update

from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, NewAsset
from safelight.assets.query import Anywhere, Clause, Comparison, Every, Neither, Query, Range, Some, Text
from safelight.assets.query_fields import condition
from safelight.assets.query_parse import parse
from safelight.assets.query_values import Asked
from safelight.assets.search import Search, search
from safelight.assets.search_fields import ANYWHERE, field_named
from safelight.assets.search_way import BOUNDS, Bounds
from safelight.assets.store import A, assets
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"
EXPRESSIONS = 2000
AT_ONCE = 25
ROWS = 60
WORDS = ("cat", "dog", "Blue", "sky", "x-1", "two words", "äpfel", "12", "a_b", "line\nbreak", 'say "so"')
NUMBERS = {
    "bytes": lambda asset: asset.facts.size_bytes,
    "width": lambda asset: asset.facts.width,
    "height": lambda asset: asset.facts.height,
}
TIMES = {
    "created_at": lambda asset: asset.created_at,
    "updated_at": lambda asset: asset.updated_at,
    "uploaded_at": lambda asset: datetime.fromtimestamp(asset.version, UTC),
}
WHOLE = {
    "format": lambda asset: asset.facts.format,
    "type": lambda asset: asset.access.value,
    "resource_type": lambda asset: asset.kind.value,
}
TEXTS = {
    "public_id": lambda asset: asset.name,
    "filename": lambda asset: asset.name.rpartition("/")[2],
    "display_name": lambda asset: asset.display_name,
}
WRITTEN = (
    "", "cat", "-cat", "cat dog", "cat AND dog", "+cat dog", "cat -dog", "NOT cat OR dog", "tags", "-tags", "context",
    "tags:cat", "tags=cat", "tags=ca*", "tags:ca*", "tags:(cat OR sky)", "context.alt:blue", "context.alt=Blue",
    "context:alt", "metadata.left>5", "metadata.left=3", "asset_folder=a", 'asset_folder:"a/*"', "asset_folder:A/B",
    "bytes>1k", "bytes:[100 TO 2000]", "bytes:{100 TO *]", "-bytes<500", "format=(jpg OR png)",
    "format:JPG", "format=JPG",
    "created_at>3d", "created_at:[2w TO 1w]", "created_at:2025-12-30", "resource_type:image AND width>=300",
    "public_id:a_b*", "filename:cat*", "display_name:blue", '"two words"', "line", "break", "context.alt:break",
    "tags:*", "unknown:1", "-unknown:1", "(cat OR dog) AND NOT (sky OR format:png)", "!cat", "a_b", "say",
)  # fmt: skip


def _pieces(text: str) -> list[str]:
    return [piece for piece in re.split(r"[\W_]+", text.lower()) if piece]


def _stands_in(text: str | None, value: Text) -> bool:
    """Word by word, one behind the other."""
    if text is None:
        return False
    wanted, there = _pieces(value.text), _pieces(text)
    for start in range(len(there) - len(wanted) + 1):
        window = there[start : start + len(wanted)]
        whole = wanted if not value.is_prefix else wanted[:-1]
        if window[: len(whole)] == whole and (not value.is_prefix or window[-1].startswith(wanted[-1])):
            return True
    return False


def _in_order(left, comparison: Comparison, right) -> bool:
    if left is None:
        return False
    return {
        Comparison.HAS: left == right,
        Comparison.IS: left == right,
        Comparison.OVER: left > right,
        Comparison.FROM: left >= right,
        Comparison.UNDER: left < right,
        Comparison.TO: left <= right,
    }[comparison]


def _text(text: str | None, comparison: Comparison, value: Text) -> bool:
    if text is None or value.is_any:
        return bool(text)
    if comparison is Comparison.HAS:
        return _stands_in(text, value)
    if comparison is Comparison.IS and value.is_prefix:
        return text.startswith(value.text)
    return _in_order(text.encode(), comparison, value.text.encode())


def _whole(text: str | None, comparison: Comparison, value: Text) -> bool:
    if text is None or value.is_any:
        return text is not None
    said = value.text
    if comparison is Comparison.HAS:
        text, said = text.lower(), said.lower()
    return text.startswith(said) if value.is_prefix else text == said


def _folder(path: str, comparison: Comparison, value: Text) -> bool:
    said = value.text.lstrip("/") if value.is_prefix else value.text.strip("/")
    if comparison is Comparison.HAS:
        path, said = path.lower(), said.lower()
    if not value.is_prefix:
        return path == said
    return path.startswith(said) or (said.endswith("/") and path == said[:-1])


def _amount(text: str) -> float:
    units = {"k": 1024, "m": 1024**2}
    return float(text[:-1]) * units[text[-1]] if text[-1] in units else float(text)


def _moment(text: str, now: datetime) -> tuple[datetime, datetime]:
    ago = re.fullmatch(r"(\d+)([hdw])", text)
    if ago:
        at = now - timedelta(hours=int(ago[1]) * {"h": 1, "d": 24, "w": 168}[ago[2]])
        return at, at + timedelta(seconds=1)
    start = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    return start, start + timedelta(days=1)


def _entry(pairs, key: str, comparison: Comparison, value: Text) -> bool:
    said = pairs.get(key)
    if said is None or value.is_any:
        return said is not None
    number = re.fullmatch(r"-?\d+(\.\d+)?", value.text)
    if comparison is Comparison.IS and not value.is_prefix:
        return (
            said == value.text
            or (isinstance(said, list) and value.text in said)
            or (bool(number) and not isinstance(said, (str, list)) and float(said) == float(value.text))
        )
    text = str(said)
    if comparison not in (Comparison.HAS, Comparison.IS) and number and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return _in_order(float(text), comparison, float(value.text))
    return _text(text, comparison, value)


def _clause(asset: Asset, name: str, comparison: Comparison, value: Text, now: datetime) -> bool:
    if name in TEXTS:
        return _text(TEXTS[name](asset), comparison, value)
    if name in WHOLE:
        return _whole(WHOLE[name](asset), comparison, value)
    if name in NUMBERS:
        amount = NUMBERS[name](asset)
        return amount is not None if value.is_any else _in_order(amount, comparison, _amount(value.text))
    if name in TIMES:
        at, (start, end) = TIMES[name](asset), _moment(value.text, now)
        return start <= at < end if comparison in (Comparison.HAS, Comparison.IS) else _in_order(at, comparison, start)
    if name == "asset_folder":
        return _folder(asset.folder, comparison, value)
    if name == "tags":
        return bool(asset.tags) if value.is_any else any(_text(tag, comparison, value) for tag in asset.tags)
    if name in ("context", "metadata"):
        pairs = getattr(asset, name)
        return any(key.startswith(value.text) if value.is_prefix else key == value.text for key in pairs)
    of, _, key = name.partition(".")
    return of in ("context", "metadata") and _entry(getattr(asset, of), key, comparison, value)


def _anywhere(asset: Asset, value: Text) -> bool:
    if value.text in ("tags", "context", "metadata") and not value.is_quoted and not value.is_prefix:
        return bool(getattr(asset, value.text))
    pairs = [word for of in (asset.context, asset.metadata) for pair in of.items() for word in map(str, pair)]
    parts = [] if value.is_quoted or value.is_prefix else [part for part in value.text.split("_") if part]
    named = [value, *(Text(part, 0, 0) for part in parts if len(parts) > 1)]
    return any(_stands_in(asset.name, each) for each in named) or any(
        _stands_in(text, value) for text in (asset.display_name, asset.folder, *asset.tags, *pairs)
    )


def holds(query: Query, asset: Asset, now: datetime) -> bool:
    """The obvious evaluation."""
    match query:
        case Every(parts):
            return all(holds(part, asset, now) for part in parts)
        case Some(parts):
            return any(holds(part, asset, now) for part in parts)
        case Neither(part):
            return not holds(part, asset, now)
        case Anywhere(value):
            return _anywhere(asset, value)
        case Clause(subject, comparison, Text() as value):
            return _clause(asset, subject.text, comparison, value, now)
        case Clause(subject, _, Range(low, high, from_low, to_high)):
            over = Comparison.FROM if from_low else Comparison.OVER
            under = Comparison.TO if to_high else Comparison.UNDER
            return (low is None or _clause(asset, subject.text, over, low, now)) and (
                high is None or _clause(asset, subject.text, under, high, now)
            )


def _said(dice: random.Random) -> str:
    word = dice.choice(WORDS)
    if dice.random() < 0.3 and word.isalnum():
        return word[: dice.randint(2, len(word))] + "*"
    # Of JSON as text a quote or a break is more than a letter: there only words are looked for.
    word = dice.choice(_pieces(word)) if not word.replace("_", "").isalnum() and dice.random() < 0.5 else word
    return word if word.replace("_", "").isalnum() else '"' + word.replace('"', '\\"').replace("\n", " ") + '"'


def _one(dice: random.Random) -> str:
    sign = dice.choice((":", "="))
    amount = dice.choice(("100", "300", "500", "2000"))
    match dice.randrange(9):
        case 0:
            return _said(dice)
        case 1:
            return f"{dice.choice([*TEXTS, 'tags'])}{sign}{_said(dice)}"
        case 2:
            return f"{dice.choice(['context.alt', 'metadata.sku', 'metadata.left'])}{sign}{_said(dice)}"
        case 3:
            if dice.random() < 0.3:
                return f"bytes{dice.choice('><')}1k"
            return f"{dice.choice(list(NUMBERS))}{dice.choice([':', '=', '>', '>=', '<', '<=', ':>'])}{amount}"
        case 4:
            ends = dice.choice(("[100 TO 500]", "{300 TO 2000]", "[* TO 500}", "{300 TO *}"))
            return f"{dice.choice(list(NUMBERS))}:{ends}"
        case 5:
            when = dice.choice(("1d", "3d", "1w", "2025-12-28", "12h"))
            return f"{dice.choice(list(TIMES))}{dice.choice(['>', '<', '>=', '<=', ':'])}{when}"
        case 6:
            return f"asset_folder{sign}" + dice.choice(("a", "A", '"a/*"', "a/b", '"a/B/*"', '""'))
        case 7:
            values = dice.sample(["jpg", "PNG", "png", "webp", "j*"], 2)
            return f"format{sign}({values[0]} {dice.choice(['OR ', ''])}{values[1]})"
        case _:
            return dice.choice(
                ("resource_type:image", "type=private", "tags", "context:alt", "metadata=sku", "nothing:1")
            )


def _expression(dice: random.Random, depth: int = 0) -> str:
    if depth > 2 or dice.random() < 0.4:
        return _one(dice)
    parts = [_expression(dice, depth + 1) for _ in range(dice.randint(1, 3))]
    joined = dice.choice((" AND ", " OR ", " ", " && ", " || ", " -")).join(parts)
    return dice.choice(("({})", "NOT ({})", "-({})", "({})")).format(joined)


@pytest.fixture
async def rows(session, now):
    dice = random.Random(7)
    found = []
    for number in range(ROWS):
        picked = dice.sample(WORDS, 4)
        is_raw = number % 7 == 0
        new = NewAsset(
            cloud_id=CLOUD,
            kind=Kind.RAW if is_raw else Kind.IMAGE,
            access=Access.PRIVATE if number % 5 == 0 else Access.UPLOAD,
            name=f"{dice.choice(('a/', 'a/B/', ''))}{picked[0].replace(chr(10), ' ')}_{number}",
            version_id=f"version-{number}",
            facts=Facts(
                dice.choice((100, 300, 1024, 2000, 5000)),
                "0" * 32,
                None if is_raw else dice.choice(("jpg", "png", "webp")),
                None if is_raw else dice.choice((100, 300, 500)),
                None if is_raw else dice.choice((100, 300, 500)),
            ),
            folder=dice.choice(("", "a", "A/b", "a/B")),
            display_name=picked[1],
            tags=tuple(dice.sample(WORDS, dice.randint(0, 3))),
            context={"alt": picked[2]} if number % 3 else {},
            metadata={"sku": picked[3], "left": dice.choice((3, 12, 300))} if number % 2 else {},
        )
        added = await catalogue.add(session, new, may_overwrite=True, now=now - timedelta(hours=number * 5))
        found.append(await _changed(session, added.asset, timedelta(hours=dice.choice((0, 0, 3, 40)))))
    return found


async def _changed(session, asset, later):
    """A clock that was wrong may have said that it was before the asset was made."""
    at = asset.updated_at + later
    await session.execute(update(assets).where(A.id == asset.id).values(updated_at=at))
    return replace(asset, updated_at=at)


def expressions() -> list[str]:
    dice = random.Random(11)
    return [*WRITTEN, *(_expression(dice) for _ in range(EXPRESSIONS - len(WRITTEN)))]


async def test_each_condition_holds_where_it_should(session, rows, now):
    wrong, said = [], expressions()
    for start in range(0, len(said), AT_ONCE):
        some = said[start : start + AT_ONCE]
        columns = [
            func.coalesce(condition(parse(one), field_named, ANYWHERE, Asked(one, now)), false()).label(f"one_{number}")
            for number, one in enumerate(some)
        ]
        found = {row["id"]: row for row in await session.fetch(select(A.id, *columns).where(A.cloud_id == CLOUD))}
        for number, one in enumerate(some):
            query = parse(one)
            wrong += [
                (one, asset.name) for asset in rows if found[asset.id][f"one_{number}"] != holds(query, asset, now)
            ]
    assert not wrong, f"{len(wrong)}, the first: {wrong[:5]}"


@pytest.mark.parametrize(
    "bounds",
    [
        BOUNDS,
        Bounds(small=0),  # gathered, by the index of words where it knows something
        Bounds(small=0, gathered_max=-1, large=0),  # walked, and not counted
    ],
)
async def test_what_a_search_finds_is_what_holds(session, rows, now, bounds):
    for expression in expressions()[:100]:
        page = (await search(session, CLOUD, Search(expression, max_results=500), now, bounds)).page
        expected = {asset.name for asset in rows if holds(parse(expression), asset, now)}
        assert ({asset.name for asset in page.items}, page.total_count) == (expected, len(expected)), expression


OLD = (
    "updated_at<2025-12-25", "updated_at<=2025-12-25", "last_updated.updated_at:[* TO 2025-12-25]", "uploaded_at<1w",
    "uploaded_at:[2025-12-22 TO 2025-12-27}", "updated_at<5d AND uploaded_at<1w", "updated_at:2025-12-25",
    "updated_at<5d OR uploaded_at<2025-12-22", "-updated_at<2025-12-25", "updated_at>5d", "uploaded_at:[1w TO *]",
)  # fmt: skip


@pytest.mark.parametrize("are_clocks_right", [True, False])
@pytest.mark.parametrize("expression", OLD)
async def test_what_is_old_is_found_whatever_the_clocks_were(session, rows, now, expression, are_clocks_right):
    if not are_clocks_right:
        rows = [await _changed(session, asset, -timedelta(days=asset.facts.size_bytes % 3)) for asset in rows]
        await session.execute(update(assets).where(A.id == rows[9].id).values(version=rows[9].version - 400_000))
        rows[9] = replace(rows[9], version=rows[9].version - 400_000)
    query = parse(expression.replace("last_updated.", ""))
    expected = [asset.name for asset in rows if holds(query, asset, now)]
    for bounds in (BOUNDS, Bounds(small=0), Bounds(small=0, gathered_max=-1, large=0)):
        page = (await search(session, CLOUD, Search(expression, max_results=500), now, bounds)).page
        assert [asset.name for asset in page.items] == expected, bounds
    assert 0 < len(expected) < ROWS
