"""The words of an asset in one index, and how it is asked: a sieve, behind which each field still decides."""

from typing import Any

from sqlalchemy import DDL, ColumnElement, Function, event, func
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safelight.ports.tables import METADATA

ESCAPED = r"""\\(["\\/bfnrt]|u[0-9a-f]{4})"""
"""What JSON writes in place of a letter: a break of line is a letter behind a backslash there, which is no word."""
CUT_CHARS = 100
"""Of longer words, tags, keys and values the beginning is in the index."""
TAG, FILENAME, CONTEXT, METADATA_OF = "#", "/", "@c.", "@m."
"""What stands before a whole tag and its words, the words of a file's name, and a key and its value. No word begins so.
"""
UNLISTED = "*"
"""What stands for all words of who has too many of them."""

# All begins with six letters that stand for the cloud: one cloud's words are not in the way of another's, and the
# statistics know how common a word is in each. There is each word; each two that stand beside each other in one text
# (a text ends at a quote: all of it is JSON here), so that a phrase need not be looked for among all that have its
# words; each tag as a whole, and each key with its value. Who has more than 25,000 characters passes every sieve: a
# tsvector holds 1 MiB. The pattern is ESCAPED, the marks are those above. Whoever changes a function here changes what
# is in the index: a revision makes it anew.
FUNCTIONS = (
    r"""
CREATE OR REPLACE FUNCTION public.asset_words(
    cloud_id text, name text, display_name text, folder text, tags text[], context jsonb, metadata jsonb
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 400 AS $$
DECLARE
    cloud text := left(md5(cloud_id), 6);
    pairs text := context::text || metadata::text;
    said text := regexp_replace(
        concat_ws(' ', to_json(name), to_json(display_name), to_json(folder), to_json(tags), pairs),
        '\\(["\\/bfnrt]|u[0-9a-f]{4})', ' ', 'g');
    words text[];
    whole text[];
BEGIN
    IF length(said) > 25000 THEN
        RETURN array_to_tsvector(ARRAY[cloud || '*']);
    END IF;
    said := btrim(regexp_replace(lower(said COLLATE "default"), '[^[:alnum:]"]+', ' ', 'g'));
    words := string_to_array(said, ' ');
    IF EXISTS (SELECT FROM unnest(words) AS word WHERE length(word) > 100) THEN
        said := regexp_replace(said, '([^ "]{100})[^ "]+', '\1', 'g');
        words := string_to_array(said, ' ');
    END IF;
    whole := ARRAY(
        SELECT cloud || '#' || left(tag, 100) FROM unnest(tags) AS tag WHERE tag IS NOT NULL
        UNION ALL
        SELECT cloud || mark || left(word, 100) FROM (VALUES
            ('#', array_to_string(tags, ' ')), ('/', split_part(name, '/', -1))
        ) AS told (mark, told), LATERAL unnest(string_to_array(
            btrim(regexp_replace(lower(told COLLATE "default"), '[^[:alnum:]]+', ' ', 'g')), ' ')) AS word
        UNION ALL
        SELECT cloud || '@c.' || left(key, 100) || '=' || coalesce(left(value, 100), '') FROM jsonb_each_text(context)
        UNION ALL
        SELECT cloud || '@m.' || left(key, 100) || '=' || coalesce(left(value, 100), '') FROM jsonb_each_text(metadata)
    );
    -- Lists, and numbers that can be written in another way: rare enough to look only where there may be some.
    IF pairs LIKE '%": [%' OR pairs LIKE '%.%0%' THEN
        whole := whole || ARRAY(
            SELECT cloud || side || left(key, 100) || '=' || coalesce(left(CASE jsonb_typeof(one)
                WHEN 'number' THEN trim_scale(one::numeric)::text ELSE one #>> '{}' END, 100), '')
            FROM (
                SELECT '@c.' AS side, key, value FROM jsonb_each(context)
                UNION ALL SELECT '@m.', key, value FROM jsonb_each(metadata)
            ) AS pair, LATERAL jsonb_path_query(value, '$[*]') AS one
            WHERE jsonb_typeof(value) IN ('array', 'number')
        );
    END IF;
    RETURN array_to_tsvector(string_to_array(cloud || replace(replace(said, '"', ''), ' ', ' ' || cloud), ' ')
        || ARRAY(
            SELECT cloud || replace(word, '"', '') || ' ' || replace(next, '"', '')
            FROM unnest(words[: cardinality(words) - 1], words[2 :]) AS pair (word, next)
            WHERE word NOT LIKE '%"' AND next NOT LIKE '"%'
        ) || whole);
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.asked_words(cloud_id text, mark text, said text, is_prefix boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    cloud text := left(md5(cloud_id), 6) || mark;
    words text[] := ARRAY(
        SELECT left(word, 100)
        FROM regexp_split_to_table(lower(said COLLATE "default"), '[^[:alnum:]]+')
            WITH ORDINALITY AS split (word, place) WHERE word <> '' ORDER BY place
    );
    last integer := cardinality(words);
    is_paired boolean := mark = '' AND last > 1;
BEGIN
    RETURN (SELECT coalesce(
        string_agg(quote_literal(cloud || CASE WHEN is_paired THEN word || ' ' || next ELSE word END)
            || CASE WHEN is_prefix AND place + is_paired::integer = last THEN ':*' ELSE '' END, ' & '),
        '! ''*none'''
    )::tsquery FROM unnest(words, words[2 :]) WITH ORDINALITY AS pair (word, next, place)
    WHERE next IS NOT NULL OR NOT is_paired);
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.asked_whole(cloud_id text, said text, is_prefix boolean)
RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    '''' || replace(replace(left(md5(cloud_id), 6) || said, '\', '\\'), '''', '''''') || ''''
        || CASE WHEN is_prefix THEN ':*' ELSE '' END
)::tsquery
""",
)

for _function in FUNCTIONS:
    event.listen(METADATA, "before_create", DDL(_function.replace("%", "%%")))


def words_of(columns: ReadOnlyColumnCollection[str, Any]) -> Function[Any]:
    """All words of an asset, to the letter as the index has them."""
    c = columns
    return func.asset_words(
        c.cloud_id, c.name, c.display_name, c.folder, c.tags, c.context, c.metadata, type_=TSVECTOR()
    )


def asked_unlisted(cloud_id: str) -> Function[Any]:
    """Says so much that its words are not in the index."""
    return func.asked_whole(cloud_id, UNLISTED, False, type_=TSQUERY())


def or_unlisted(cloud_id: str, words: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whatever the index cannot say no to."""
    return words.op("||", return_type=TSQUERY())(asked_unlisted(cloud_id))


def asked_words(cloud_id: str, said: str, *, is_prefix: bool, mark: str = "") -> Function[Any]:
    """Has all these words, one behind the other in pairs; `mark` (TAG, FILENAME): has them there, in any order."""
    return func.asked_words(cloud_id, mark, said, is_prefix, type_=TSQUERY())


def asked_tag(cloud_id: str, tag: str, *, is_prefix: bool = False) -> Function[Any]:
    return func.asked_whole(cloud_id, TAG + tag[:CUT_CHARS], is_prefix, type_=TSQUERY())


def asked_entry(cloud_id: str, side: str, key: str, value: str) -> Function[Any]:
    """`side`: CONTEXT or METADATA_OF. A number is written as short as it can be."""
    return func.asked_whole(cloud_id, f"{side}{key[:CUT_CHARS]}={value[:CUT_CHARS]}", False, type_=TSQUERY())


def asked_key(cloud_id: str, side: str, key: str, *, is_prefix: bool = False) -> Function[Any]:
    """Says anything under a key, or under those that begin so."""
    ended = "" if is_prefix or len(key) > CUT_CHARS else "="
    return func.asked_whole(cloud_id, f"{side}{key[:CUT_CHARS]}{ended}", True, type_=TSQUERY())
