"""A catalogue of realistic rows of any size: tags by a power law, twenty metadata fields, three clouds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import psycopg
from psycopg import sql

from safelight.render.likeness import BAND_BITS, BANDS, KIND, LAYOUT, Likeness

SMALL, MIDDLE, LARGE = "cloud-small", "cloud-middle", "cloud-large"
SMALL_ROWS = 50
MIDDLE_SHARE = 0.1
TAGS = 5000
METADATA_FIELDS = 20

# Each value comes from the number of the row by a hash: the same catalogue each time, on every machine.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION pg_temp.lot(number bigint, salt text) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN ((hashtextextended(salt || number::text, 7) & 1073741823)::double precision + 1) / 1073741825;
CREATE OR REPLACE FUNCTION pg_temp.word(number bigint) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (ARRAY['ba','ce','di','fo','gu','ha','je','ki','lo','mu'])[1 + number % 10]
    || (ARRAY['ran','sel','tin','von','bur','lam','nep','rig','dos','kup'])[1 + number / 10 % 10]
    || (ARRAY['a','ed','is','or','um','al','en','ix','os','ut'])[1 + number / 100 % 10]
    || CASE WHEN number >= 1000 THEN (number / 1000)::text ELSE '' END;
CREATE OR REPLACE FUNCTION pg_temp.rank(number bigint, salt text, most integer) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN floor(power(most::double precision, pg_temp.lot(number, salt)))::bigint - 1;
"""

ROWS = """
INSERT INTO assets (cloud_id, id, kind, access, name, version, version_id, size_bytes, md5, format, width, height,
    pages, has_alpha, folder, display_name, original_filename, tags, context, metadata, created_at, updated_at)
SELECT %(cloud)s, 'as-' || md5(%(cloud)s || i), kind, CASE WHEN i %% 50 = 0 THEN 'private' ELSE 'upload' END,
    folder || '/' || word || '_' || i, extract(epoch FROM at)::bigint, 've-' || md5(%(cloud)s || i || 'v'),
    (exp(8 + 9 * pg_temp.lot(i, 'bytes')))::bigint, md5(i::text), format, width, height, 1,
    i %% 9 = 0, folder, initcap(word) || ' ' || pg_temp.word(pg_temp.rank(i, 'second', 3000)), word || '.' || format,
    ARRAY(SELECT DISTINCT pg_temp.word(pg_temp.rank(i, 'tag' || n, %(tags)s)) FROM generate_series(1, 1 + i %% 8) n),
    jsonb_build_object('alt', word || ' in ' || split_part(folder, '/', 1), 'caption', pg_temp.word(i %% 700)),
    (SELECT jsonb_object_agg('field_' || n, CASE n %% 3
        WHEN 0 THEN to_jsonb(pg_temp.rank(i, 'meta' || n, 10000))
        WHEN 1 THEN to_jsonb(pg_temp.word(pg_temp.rank(i, 'meta' || n, 200)))
        ELSE to_jsonb(
            CASE n WHEN 2 THEN 'sku-' || i
                ELSE pg_temp.word(pg_temp.rank(i, 'meta' || n, 9000)) END) END) FROM generate_series(1, %(fields)s) n),
    at, at
FROM (
    SELECT i, CASE WHEN i %% 20 = 0 THEN 'raw' WHEN i %% 15 = 0 THEN 'video' ELSE 'image' END AS kind,
        CASE WHEN i %% 20 = 0 THEN 'pdf' WHEN i %% 15 = 0 THEN 'mp4'
             ELSE (ARRAY['jpg','jpg','jpg','jpg','png','png','webp','gif'])[1 + i %% 8] END AS format,
        (400 + 5600 * pg_temp.lot(i, 'width'))::integer AS width,
        (400 + 5600 * pg_temp.lot(i, 'height'))::integer AS height,
        pg_temp.word(pg_temp.rank(i, 'folder', 300)) || '/' || pg_temp.word(pg_temp.rank(i, 'below', 300)) AS folder,
        pg_temp.word(pg_temp.rank(i, 'name', 9000)) AS word,
        timestamptz '2026-01-01' - interval '1 minute' * (pg_temp.lot(i, 'at') * 2000000) AS at
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) i
) AS made
"""


@dataclass(frozen=True)
class Sizes:
    """How many assets each cloud has."""

    small: int
    middle: int
    large: int


def sizes(rows: int) -> Sizes:
    middle = int(rows * MIDDLE_SHARE)
    return Sizes(SMALL_ROWS, middle, rows - middle - SMALL_ROWS)


def fill(connection: psycopg.Connection, rows: int, *, part: int = 50_000) -> Sizes:
    """So many assets in all; what the planner knows is fresh after it.

    The indexes are made when the rows are there: a million rows take minutes so, and an hour the other way.
    """
    wanted = sizes(rows)
    clouds = {LARGE: wanted.large, MIDDLE: wanted.middle, SMALL: wanted.small}
    plant(connection, {cloud: range(1, count + 1) for cloud, count in clouds.items()}, part=part)
    return wanted


def plant(connection: psycopg.Connection, clouds: Mapping[str, range], *, part: int = 50_000) -> None:
    """The rows of these numbers in each cloud."""
    connection.execute("SET synchronous_commit = off")
    connection.execute(FUNCTIONS)
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'assets' AND indexname NOT LIKE 'pk%'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    for cloud, numbers in clouds.items():
        for first in range(numbers.start, numbers.stop, part):
            words = {"cloud": cloud, "first": first, "last": min(numbers.stop - 1, first + part - 1)}
            connection.execute(ROWS, {**words, "tags": TAGS, "fields": METADATA_FIELDS})
            connection.commit()
    for _, definition in indexes:
        # A worker that looks for missing indexes may have been quicker.
        connection.execute(definition.replace("INDEX", "INDEX IF NOT EXISTS", 1))
        connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE assets")


def add_likenesses(connection: psycopg.Connection) -> int:
    """What each picture of the large cloud looks like: shapes as hashes are, colours about the middle of all."""
    chance = Random(7)
    pictures = connection.execute(
        "SELECT version_id FROM assets WHERE cloud_id = %s AND kind = 'image' ORDER BY id", (LARGE,)
    ).fetchall()
    with connection.cursor().copy("COPY analyses (cloud_id, version_id, kind, facts) FROM STDIN") as copy:
        for (version_id,) in pictures:
            shape = tuple(chance.getrandbits(BAND_BITS) for _ in range(BANDS))
            layout = tuple(int(chance.gauss(55 if wave == 0 else 0, 18 if wave < 3 else 9)) for wave in range(LAYOUT))
            facts = {KIND: Likeness(shape, layout).facts()}
            copy.write_row((LARGE, version_id, KIND, json.dumps(facts)))
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE analyses")
    return len(pictures)
