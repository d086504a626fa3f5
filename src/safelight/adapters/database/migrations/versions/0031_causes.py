"""What is counted tells for whom it was made, and whether what came in was changed on its way.

What was counted before keeps the one word that it had.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they are at this revision; later ones replace them.
FUNCTIONS = (
    r"""
CREATE OR REPLACE FUNCTION public.usage_came_by() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN current_setting('safelight.develops', true) = 'yes' THEN 'incoming' ELSE 'upload' END
$$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_made_for() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('safelight.cause', true), ''), 'delivery')
$$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_assets_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, cause, amount FROM (
        SELECT cloud_id, kind, sum(size_bytes) AS bytes, count(*) AS number FROM added GROUP BY cloud_id, kind
    ) AS sums, LATERAL (VALUES
        ('storage_bytes', 'original', bytes),
        ('objects', 'original', number),
        ('transformations', public.usage_came_by(), CASE
            WHEN kind = 'raw' OR current_setting('safelight.restores', true) = 'yes' THEN 0 ELSE number END)
    ) AS change (meter, cause, amount) WHERE amount <> 0;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_asset_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT NEW.cloud_id, public.usage_day(), meter, NEW.kind, cause, amount FROM (VALUES
        ('storage_bytes', 'original', NEW.size_bytes - OLD.size_bytes),
        ('transformations', public.usage_came_by(), CASE
            WHEN NEW.version_id = OLD.version_id OR NEW.kind = 'raw'
                OR current_setting('safelight.restores', true) = 'yes' THEN 0 ELSE 1 END)
    ) AS change (meter, cause, amount) WHERE amount <> 0;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_derived_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, cause, amount FROM (
        SELECT cloud_id, public.usage_of_format(format) AS kind, sum(size_bytes) AS bytes, count(*) AS number,
            sum(transformations) AS transformations, sum(seconds) AS seconds
        FROM added GROUP BY cloud_id, public.usage_of_format(format)
    ) AS sums, LATERAL (VALUES
        ('storage_bytes', 'derived', bytes),
        ('objects', 'derived', number),
        ('transformations', public.usage_made_for(), transformations),
        ('video_seconds', public.usage_made_for(), seconds)
    ) AS change (meter, cause, amount) WHERE amount <> 0;
    INSERT INTO public.usage_items
        (cloud_id, id, asset_id, made_at, kind, format, size_bytes, transformations, seconds, cause)
    SELECT cloud_id, id, asset_id, public.usage_now(), public.usage_of_format(format), format, size_bytes,
        transformations, seconds, public.usage_made_for()
    FROM added ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
""",
)


def upgrade() -> None:
    op.add_column("usage_items", sa.Column("cause", sa.Text(), nullable=False, server_default="derived"))
    for function in FUNCTIONS:
        op.execute(function)
