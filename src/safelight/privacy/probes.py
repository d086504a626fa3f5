"""Probes: look for rests after an erasure, in every column of the database and in files; written apart from erasers.

Nothing here knows what a context keeps or how it forgets: a probe asks the database which tables and columns there are,
and searches all of them for what must not be there.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from safelight.ports.database import Session

MARK_BYTES = 32
WORDS_MAX = 2000
"""Most words that one search takes."""
UNUSUAL_CHARS_MIN = 10
CHUNK_BYTES = 1024 * 1024
FILE_BYTES_MAX = 1024 * 1024 * 1024
"""A larger file is read no further."""

_COLUMNS = text(
    """
    SELECT space.nspname AS space, class.relname AS name,
        array_agg(quote_ident(field.attname) ORDER BY field.attnum) FILTER (
            WHERE kind.typname IN ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'inet', 'cidr', 'uuid', 'tsvector',
                'citext', 'hstore', 'xml', '_text', '_varchar', '_uuid', '_inet', '_json', '_jsonb')) AS texts,
        array_agg(quote_ident(field.attname) ORDER BY field.attnum) FILTER (WHERE kind.typname = 'bytea') AS bytes,
        bool_or(field.attname = 'cloud_id') AS has_cloud
    FROM pg_class class
    JOIN pg_namespace space ON space.oid = class.relnamespace
    JOIN pg_attribute field ON field.attrelid = class.oid AND field.attnum > 0 AND NOT field.attisdropped
    JOIN pg_type kind ON kind.oid = field.atttypid
    WHERE class.relkind IN ('r', 'p', 'm') AND NOT class.relispartition
        AND space.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_PARTED = re.compile(r"[^\W\d_].*[\d\s._-].*\S|\d.*[^\W\d_]", re.DOTALL)
_SPLIT = re.compile(r"[^0-9A-Za-z@._+\-\u0080-\uffff]+")


@dataclass(frozen=True)
class Hit:
    """Rows of a table, or a file, that hold something. `is_elsewhere`: of another cloud, whose owner decides."""

    place: str
    count: int
    is_elsewhere: bool = False


@dataclass(frozen=True)
class Looked:
    """What was found in files; and which files could not be read, or not to their end."""

    hits: list[Hit]
    unread: list[str]


def mark_of(word: str, salt: bytes) -> bytes:
    """By which a word is known again, and not told: as the database computes it below."""
    return hashlib.sha256(salt + word.lower().encode()).digest()


def marks_of(words: Iterable[str], salt: bytes) -> list[bytes]:
    """Of words that stand alone in a text: ids and addresses. Names of several words are not among them."""
    return sorted({mark_of(word, salt) for word in words if word and not _SPLIT.search(word)})


def unusual(names: Iterable[str]) -> list[str]:
    """Names that hardly anybody else has: of some length, of several parts or with a number. Others prove nothing."""
    return [name for name in dict.fromkeys(names) if len(name) >= UNUSUAL_CHARS_MIN and _PARTED.search(name)]


async def search_words(
    session: Session,
    words: Sequence[str],
    *,
    cloud_ids: Sequence[str] = (),
    passed: Sequence[str] = (),
    of_this_transaction: bool = False,
) -> list[Hit]:
    """Every row that holds one of the words anywhere; tables that are `passed` are declared to keep something.

    `of_this_transaction`: rows alone that were written in it, which are found without reading what is in others.
    """
    wanted = [word for word in dict.fromkeys(words) if word][:WORDS_MAX]
    test = "EXISTS (SELECT 1 FROM unnest(CAST(:words AS text[])) AS word WHERE strpos(lower({text}), lower(word)) > 0)"
    if of_this_transaction:
        test = f"xmin = CAST(pg_current_xact_id() AS xid) AND {test}"
    return await _search(session, test, {"words": wanted}, cloud_ids, passed) if wanted else []


async def search_marks(
    session: Session,
    marks: Sequence[bytes],
    salt: bytes,
    *,
    passed: Sequence[str] = (),
) -> list[Hit]:
    """The same long after, when only marks are left of who is looked for."""
    test = (
        r"EXISTS (SELECT 1 FROM regexp_split_to_table(lower({text}), '[^\w@.+-]+') AS word "
        "WHERE sha256(CAST(:salt AS bytea) || convert_to(word, 'UTF8')) = ANY(CAST(:marks AS bytea[])))"
    )
    params = {"marks": list(marks), "salt": salt}
    return await _search(session, test, params, (), passed) if marks else []


async def _search(
    session: Session, test: str, params: Mapping[str, object], cloud_ids: Sequence[str], passed: Sequence[str]
) -> list[Hit]:
    hits: list[Hit] = []
    for row in await session.fetch(_COLUMNS):
        # What is no text in bytes is written out as numbers, and does no harm.
        told = [f"CAST({each} AS text)" for each in row["texts"] or ()]
        told += [f"encode({each}, 'escape')" for each in row["bytes"] or ()]
        if not told or row["name"] in passed:
            continue
        ours = "cloud_id = '' OR cloud_id = ANY(CAST(:clouds AS text[]))" if row["has_cloud"] else "true"
        of = {"clouds": list(cloud_ids)} if row["has_cloud"] else {}
        found = await session.fetch_one(
            # Names come from the catalogue and are quoted; what somebody wrote goes along as parameters.
            text(
                f"SELECT count(*) FILTER (WHERE {ours}) AS here, count(*) FILTER (WHERE NOT ({ours})) AS elsewhere "  # noqa: S608
                f"FROM {_quoted(row['space'])}.{_quoted(row['name'])} "
                f"WHERE {test.format(text='concat_ws(chr(32), ' + ', '.join(told) + ')')}"
            ),
            {**params, **of},
        )
        place = f"database: {row['name']}"
        if found is not None and found["here"]:
            hits.append(Hit(place, found["here"]))
        if found is not None and found["elsewhere"]:
            hits.append(Hit(place, found["elsewhere"], is_elsewhere=True))
    return hits


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def search_folder(folder: Path, words: Sequence[str], passed: Sequence[Path] = ()) -> Looked:
    """Every file below a folder that holds one of the words; what went away meanwhile is not there."""
    wanted = [word.encode() for word in words if word]
    looked = Looked([], [])
    for path in sorted(folder.rglob("*")) if wanted else []:
        if any(path.is_relative_to(each) for each in passed) or not path.is_file() or path.is_symlink():
            continue
        name = str(path.relative_to(folder))
        try:
            count, is_whole = _count(path, wanted)
        except FileNotFoundError:
            continue
        except OSError:
            count, is_whole = 0, False
        if count:
            looked.hits.append(Hit(f"file: {name}", count))
        if not is_whole:
            looked.unread.append(name)
    return looked


def _count(path: Path, words: Sequence[bytes]) -> tuple[int, bool]:
    """How many of the words are in a file, read in pieces that overlap by the longest; whether it was read whole."""
    longest, found, rest, read = max(len(word) for word in words), set[bytes](), b"", 0
    with path.open("rb") as file:
        while read < FILE_BYTES_MAX and (chunk := file.read(CHUNK_BYTES)):
            read += len(chunk)
            piece = rest + chunk
            found |= {word for word in words if word in piece}
            rest = piece[-longest:]
        return len(found), not file.read(1)
