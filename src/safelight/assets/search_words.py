"""The words of an asset in one index, and how it is asked: a sieve, behind which each field still decides."""

from typing import Any

from sqlalchemy import DDL, Function, event, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safelight.ports.tables import METADATA

WORD_CHARS_MAX = 100
"""Of longer words the beginning is in the index."""
TEXT_CHARS_MAX = 200_000
"""Who has more text passes every sieve: the index holds so much of one asset, and no more."""

ESCAPED = r"""\\(["\\/bfnrt]|u[0-9a-f]{4})"""
"""What JSON writes in place of a letter."""

# In JSON a break of line is a letter behind a backslash, which is no word.
FUNCTIONS = (
    rf"""
CREATE OR REPLACE FUNCTION public.asset_words(
    name text, display_name text, folder text, tags text[], context jsonb, metadata jsonb
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 400 AS $$
DECLARE
    pairs text := context::text || metadata::text;
    said text := concat_ws(' ', name, display_name, folder, array_to_string(tags, ' '),
        regexp_replace(pairs, '{ESCAPED}', ' ', 'g'));
BEGIN
    IF length(said) > {TEXT_CHARS_MAX} THEN
        RETURN array_to_tsvector(ARRAY['*']);
    END IF;
    RETURN array_to_tsvector(ARRAY(
        SELECT DISTINCT left(word, {WORD_CHARS_MAX})
        FROM regexp_split_to_table(lower(said COLLATE "default"), '[^[:alnum:]]+') AS word WHERE word <> ''
    ));
END $$
""",  # noqa: S608 - numbers and a pattern of this file
    rf"""
CREATE OR REPLACE FUNCTION public.asked_words(said text, is_prefix boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT coalesce(
        '(' || string_agg(quote_literal(word) || CASE WHEN is_prefix AND is_last THEN ':*' ELSE '' END, ' & ')
            || ') | ''*''',
        '! ''*none'''
    )::tsquery FROM (
        SELECT left(word, {WORD_CHARS_MAX}) AS word, lead(word) OVER (ORDER BY place) IS NULL AS is_last
        FROM regexp_split_to_table(lower(said COLLATE "default"), '[^[:alnum:]]+')
            WITH ORDINALITY AS split (word, place) WHERE word <> ''
    ) AS words);
END $$
""",  # noqa: S608 - numbers and a pattern of this file
)

for _function in FUNCTIONS:
    event.listen(METADATA, "before_create", DDL(_function.replace("%", "%%")))


def words_of(columns: ReadOnlyColumnCollection[str, Any]) -> Function[Any]:
    """All words of an asset, to the letter as the index has them."""
    c = columns
    return func.asset_words(c.name, c.display_name, c.folder, c.tags, c.context, c.metadata, type_=TSVECTOR())
