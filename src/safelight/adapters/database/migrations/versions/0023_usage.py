"""What is counted: figures by day, limits, and the triggers that count what is stored.

What is there already counts for the day on which it came.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# As they are at this revision; later ones replace them.
FUNCTIONS = (
    r"""
CREATE OR REPLACE FUNCTION public.usage_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('safelight.now', true), '')::timestamptz, now())
$$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_day() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (public.usage_now() AT TIME ZONE 'UTC')::date
$$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_of_format(format text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN format IN ('mp4', 'webm', 'mov', 'mkv', 'avi', 'flv', 'mpeg', 'ts', '3gp', 'ogv', 'wmv', 'mp3', 'wav',
            'ogg', 'flac', 'm4a', 'aac', 'aiff', 'amr', 'm3u8', 'mpd') THEN 'video'
        WHEN format = 'json' THEN 'raw'
        ELSE 'image'
    END
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
        ('transformations', 'upload', CASE
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
        ('transformations', 'upload', CASE
            WHEN NEW.version_id = OLD.version_id OR NEW.kind = 'raw'
                OR current_setting('safelight.restores', true) = 'yes' THEN 0 ELSE 1 END)
    ) AS change (meter, cause, amount) WHERE amount <> 0;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_assets_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, 'original', amount FROM (
        SELECT cloud_id, kind, sum(size_bytes) AS bytes, count(*) AS number FROM gone GROUP BY cloud_id, kind
    ) AS sums, LATERAL (VALUES ('storage_bytes', -bytes), ('objects', -number)) AS change (meter, amount)
    WHERE amount <> 0;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_backup_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign integer := CASE WHEN NEW.ended_at IS NULL THEN -1 ELSE 1 END;
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount) VALUES
        (NEW.cloud_id, public.usage_day(), 'storage_bytes', NEW.kind, 'backup', sign * NEW.size_bytes),
        (NEW.cloud_id, public.usage_day(), 'objects', NEW.kind, 'backup', sign);
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_backups_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, 'backup', amount FROM (
        SELECT cloud_id, kind, sum(size_bytes) AS bytes, count(*) AS number
        FROM gone WHERE ended_at IS NOT NULL GROUP BY cloud_id, kind
    ) AS sums, LATERAL (VALUES ('storage_bytes', -bytes), ('objects', -number)) AS change (meter, amount)
    WHERE amount <> 0;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_derived_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, 'derived', amount FROM (
        SELECT cloud_id, public.usage_of_format(format) AS kind, sum(size_bytes) AS bytes, count(*) AS number,
            sum(transformations) AS transformations, sum(seconds) AS seconds
        FROM added GROUP BY cloud_id, public.usage_of_format(format)
    ) AS sums, LATERAL (VALUES
        ('storage_bytes', bytes), ('objects', number), ('transformations', transformations), ('video_seconds', seconds)
    ) AS change (meter, amount) WHERE amount <> 0;
    INSERT INTO public.usage_items
        (cloud_id, id, asset_id, made_at, kind, format, size_bytes, transformations, seconds)
    SELECT cloud_id, id, asset_id, public.usage_now(), public.usage_of_format(format), format, size_bytes,
        transformations, seconds
    FROM added ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_derived_mended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount) VALUES
        (NEW.cloud_id, public.usage_day(), 'storage_bytes', public.usage_of_format(NEW.format), 'derived',
            NEW.size_bytes - OLD.size_bytes);
    RETURN NULL;
END $$
""",
    r"""
CREATE OR REPLACE FUNCTION public.usage_derived_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.usage_changes (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, public.usage_day(), meter, kind, 'derived', amount FROM (
        SELECT cloud_id, public.usage_of_format(format) AS kind, sum(size_bytes) AS bytes, count(*) AS number
        FROM gone GROUP BY cloud_id, public.usage_of_format(format)
    ) AS sums, LATERAL (VALUES ('storage_bytes', -bytes), ('objects', -number)) AS change (meter, amount)
    WHERE amount <> 0;
    RETURN NULL;
END $$
""",
)

_ADDED, _GONE = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT", "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"

# An UPDATE is asked row by row whether it matters at all: most of them write words and change no figure.
TRIGGERS = (
    ("usage_added", "assets", f"AFTER INSERT ON public.assets {_ADDED}", "usage_assets_added"),
    (
        "usage_changed",
        "assets",
        "AFTER UPDATE ON public.assets FOR EACH ROW WHEN (NEW.version_id <> OLD.version_id)",
        "usage_asset_changed",
    ),
    ("usage_gone", "assets", f"AFTER DELETE ON public.assets {_GONE}", "usage_assets_gone"),
    (
        "usage_changed",
        "backups",
        "AFTER UPDATE ON public.backups FOR EACH ROW WHEN ((NEW.ended_at IS NULL) <> (OLD.ended_at IS NULL))",
        "usage_backup_changed",
    ),
    ("usage_gone", "backups", f"AFTER DELETE ON public.backups {_GONE}", "usage_backups_gone"),
    ("usage_added", "derived_files", f"AFTER INSERT ON public.derived_files {_ADDED}", "usage_derived_made"),
    (
        "usage_changed",
        "derived_files",
        "AFTER UPDATE ON public.derived_files FOR EACH ROW WHEN (NEW.size_bytes <> OLD.size_bytes)",
        "usage_derived_mended",
    ),
    ("usage_gone", "derived_files", f"AFTER DELETE ON public.derived_files {_GONE}", "usage_derived_gone"),
)

KIND_OF_BACKUP = """
UPDATE backups SET kind = coalesce(
    (SELECT a.kind FROM assets AS a WHERE a.cloud_id = backups.cloud_id AND a.id = backups.asset_id),
    (SELECT p.kind FROM placeholders AS p WHERE p.cloud_id = backups.cloud_id AND p.id = backups.asset_id),
    'raw'
)
"""

BEFORE = """
INSERT INTO usage_daily (cloud_id, day, meter, kind, cause, amount)
SELECT cloud_id, day, meter, kind, cause, sum(amount) FROM (
    SELECT cloud_id, (created_at AT TIME ZONE 'UTC')::date AS day, meter, kind, 'original' AS cause, amount
    FROM assets, LATERAL (VALUES ('storage_bytes', size_bytes), ('objects', 1)) AS change (meter, amount)
    UNION ALL
    SELECT cloud_id, (to_timestamp(version) AT TIME ZONE 'UTC')::date, 'transformations', kind, 'upload', 1
    FROM assets WHERE kind <> 'raw'
    UNION ALL
    SELECT cloud_id, (ended_at AT TIME ZONE 'UTC')::date, meter, kind, 'backup', amount
    FROM backups, LATERAL (VALUES ('storage_bytes', size_bytes), ('objects', 1)) AS change (meter, amount)
    WHERE ended_at IS NOT NULL
    UNION ALL
    SELECT cloud_id, (created_at AT TIME ZONE 'UTC')::date, meter, public.usage_of_format(format), 'derived', amount
    FROM derived_files, LATERAL (
        VALUES ('storage_bytes', size_bytes), ('objects', 1), ('transformations', 1)
    ) AS change (meter, amount)
) AS before GROUP BY cloud_id, day, meter, kind, cause
"""


def upgrade() -> None:
    for function in FUNCTIONS:
        op.execute(sa.text(function.replace(":", r"\:")))
    op.add_column("derived_files", sa.Column("transformations", sa.Integer(), server_default="1", nullable=False))
    op.add_column("derived_files", sa.Column("seconds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("backups", sa.Column("kind", sa.Text(), nullable=True))
    op.execute(KIND_OF_BACKUP)
    op.alter_column("backups", "kind", nullable=False)
    _counts("usage_changes", sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False), key="id")
    _counts("usage_daily", key=None)
    op.create_table(
        "usage_items",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("cloud_id", "id", "asset_id")),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "format")),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("transformations", "seconds")),
        sa.PrimaryKeyConstraint("cloud_id", "id", name="pk_usage_items"),
    )
    op.create_index("ix_usage_items_made", "usage_items", ["cloud_id", "made_at", "id"])
    limits = ("credits", "transformations", "storage_bytes", "bandwidth_bytes", "video_seconds")
    op.create_table(
        "quotas",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in limits),
        sa.Column("past_quota", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", name="pk_quotas"),
    )
    op.create_table(
        "quota_alerts",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "meter", "percent", name="pk_quota_alerts"),
    )
    op.execute(BEFORE)
    for name, _table, when, does in TRIGGERS:
        op.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION public.{does}()")


def _counts(table: str, *more: sa.Column[int], key: str | None) -> None:
    names = ("cloud_id", key) if key else ("cloud_id", "day", "meter", "kind", "cause")
    op.create_table(
        table,
        sa.Column("cloud_id", sa.Text(), nullable=False),
        *more,
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("meter", "kind", "cause")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*names, name=f"pk_{table}"),
    )
