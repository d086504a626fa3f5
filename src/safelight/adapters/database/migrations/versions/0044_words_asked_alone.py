"""The index of words is asked for words alone: whose words it has not is asked for once, and not with each word."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they are at this revision; later ones replace them.
FUNCTIONS = (
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


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(sa.text(function.replace(":", r"\:")))
