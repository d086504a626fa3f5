"""One index of words, by cloud, with phrases, whole tags and whole values; none of tags and of notes beside it.

Where there are many assets it is made later, while everything goes on (adapters/database/later.py).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they are at this revision; later ones replace them.
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
        '(' || string_agg(quote_literal(cloud || CASE WHEN is_paired THEN word || ' ' || next ELSE word END)
            || CASE WHEN is_prefix AND place + is_paired::integer = last THEN ':*' ELSE '' END, ' & ')
            || ') | ' || quote_literal(left(cloud, 6) || '*'),
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
        || CASE WHEN is_prefix THEN ':*' ELSE '' END || ' | ' || quote_literal(left(md5(cloud_id), 6) || '*')
)::tsquery
""",
)
BEFORE = (
    "public.asset_words(text, text, text, text[], jsonb, jsonb)",
    "public.asked_words(text, boolean)",
)


def upgrade() -> None:
    for name in ("words", "tags", "context", "metadata"):
        op.drop_index(f"ix_assets_{name}", "assets")
    for function in BEFORE:
        op.execute(f"DROP FUNCTION {function}")
    for function in FUNCTIONS:
        op.execute(sa.text(function.replace(":", r"\:")))
    words = sa.text("asset_words(cloud_id, name, display_name, folder, tags, context, metadata)")
    op.create_index("ix_assets_words", "assets", [words], postgresql_using="gin")
