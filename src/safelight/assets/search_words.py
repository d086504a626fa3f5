"""The words of an asset in one index, and how it is asked: a sieve, behind which each field still decides."""

from typing import Any

from sqlalchemy import DDL, Function, event, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from safelight.ports.tables import METADATA

ESCAPED = r"""\\(["\\/bfnrt]|u[0-9a-f]{4})"""
"""What JSON writes in place of a letter: a break of line is a letter behind a backslash there, which is no word."""

# Of words over 100 characters the beginning is in the index. Who has more than 200,000 characters passes every sieve:
# the index holds so much of one asset, and no more. The pattern is ESCAPED.
FUNCTIONS = (
    r"""
CREATE OR REPLACE FUNCTION public.asset_words(
    name text, display_name text, folder text, tags text[], context jsonb, metadata jsonb
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 400 AS $$
DECLARE
    pairs text := context::text || metadata::text;
    said text := concat_ws(' ', name, display_name, folder, array_to_string(tags, ' '),
        regexp_replace(pairs, '\\(["\\/bfnrt]|u[0-9a-f]{4})', ' ', 'g'));
BEGIN
    IF length(said) > 200000 THEN
        RETURN array_to_tsvector(ARRAY['*']);
    END IF;
    RETURN array_to_tsvector(ARRAY(
        SELECT DISTINCT left(word, 100)
        FROM regexp_split_to_table(lower(said COLLATE "default"), '[^[:alnum:]]+') AS word WHERE word <> ''
    ));
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.asked_words(said text, is_prefix boolean)
RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT coalesce(
        '(' || string_agg(quote_literal(word) || CASE WHEN is_prefix AND is_last THEN ':*' ELSE '' END, ' & ')
            || ') | ''*''',
        '! ''*none'''
    )::tsquery FROM (
        SELECT left(word, 100) AS word, lead(word) OVER (ORDER BY place) IS NULL AS is_last
        FROM regexp_split_to_table(lower(said COLLATE "default"), '[^[:alnum:]]+')
            WITH ORDINALITY AS split (word, place) WHERE word <> ''
    ) AS words);
END $$
""",
)

for _function in FUNCTIONS:
    event.listen(METADATA, "before_create", DDL(_function.replace("%", "%%")))


def words_of(columns: ReadOnlyColumnCollection[str, Any]) -> Function[Any]:
    """All words of an asset, to the letter as the index has them."""
    c = columns
    return func.asset_words(c.name, c.display_name, c.folder, c.tags, c.context, c.metadata, type_=TSVECTOR())
