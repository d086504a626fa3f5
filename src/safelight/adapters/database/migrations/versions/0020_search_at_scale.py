"""Indexes for searches among a million assets: of all words of an asset, and of each order that people walk in.

Where there are many assets they are made later, while everything goes on (adapters/database/later.py).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they are at this revision; later ones replace them.
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


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(sa.text(function.replace(":", r"\:")))
    orders = {
        "created": ["created_at"],
        "updated": ["updated_at"],
        "uploaded": ["to_timestamp(version)"],
        "sorted_name": ["name"],
        "size": ["size_bytes"],
        "format": ["lower(format)", "created_at"],
    }
    for name, values in orders.items():
        op.create_index(f"ix_assets_{name}", "assets", [sa.text(each) for each in ("cloud_id", *values, "id")])
    words = sa.text("asset_words(name, display_name, folder, tags, context, metadata)")
    op.create_index("ix_assets_words", "assets", [words], postgresql_using="gin")
