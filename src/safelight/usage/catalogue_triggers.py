"""Catalogue triggers: whoever changes what is stored, counts it, in the same transaction and without a choice.

Counting by hand would be one line at each of a dozen places that write these tables, and one forgotten line is a wrong
bill for ever. The functions only add rows of differences to `usage_changes`. See docs/decisions/0019.
"""

from sqlalchemy import DDL, event

from safelight.ports.tables import METADATA

# The moment is that of the database, unless a clock that people set by hand has been told to the transaction
# (adapters/database/postgres.py). What brings an old version back (assets/restoring.py) says so: nothing came in.
# Who changes what comes in (assets/catalogue.py) says so, and who makes a file says for whom (derived/files.py).
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

for _function in FUNCTIONS:
    event.listen(METADATA, "before_create", DDL(_function.replace("%", "%%")))
for _name, _table, _when, _does in TRIGGERS:
    _statement = f"CREATE OR REPLACE TRIGGER {_name} {_when} EXECUTE FUNCTION public.{_does}()"
    event.listen(METADATA, "after_create", DDL(_statement))
