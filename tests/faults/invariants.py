"""Invariants: what must be true when all is quiet again. Each breach is a line of words."""

import hashlib
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from safelight.adapters.blobs.sealed import SUFFIX
from safelight.adapters.clock.settable import CLOCK_FILE, SettableClock
from safelight.kernel.clock import SystemClock
from tests.faults.clients import url_of
from tests.faults.journal import Slot, World
from tests.faults.opened import plain
from tests.faults.standing import PREFIX, Standing

QUIET_SECONDS_MAX = 180
STALE_SECONDS = 35
"""Who has lost the line to the database may show for so long what it knew (SAFELIGHT_HIT_STALE_SECONDS)."""
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=0"}
"""The store of the tests asks for one, and compares it with nothing: what came in parts is not for everybody."""
SWEEPS = ("sweep_chunks", "sweep_waiting", "sweep_leftovers", "sweep_derived", "sweep_backups", "sweep_webhooks")


def breaches(standing: Standing) -> list[str]:
    """All of them, after the clients have ended."""
    found = [*standing.journal.wrongs]
    found += _jobs(standing)
    found += [words for slot in standing.journal.slots for words in _slot(standing, slot)]
    found += rows_without_bytes(standing)
    found += _sweep(standing)
    found += rows_without_bytes(standing)
    found += _orphans(standing)
    return found


def _jobs(standing: Standing) -> list[str]:
    """All jobs end, without a hand; that one waits before it tries again is shortened here."""
    ends_at = time.monotonic() + QUIET_SECONDS_MAX
    while time.monotonic() < ends_at:
        standing.query("UPDATE jobs.procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
        if not standing.query("SELECT 1 FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT 1"):
            break
        time.sleep(0.5)
    left = standing.query(
        "SELECT task_name, status::text, attempts FROM jobs.procrastinate_jobs WHERE status <> 'succeeded'"
    )
    return [f"the job {name} is {status} after {tries} tries" for name, status, tries in left]


def _slot(standing: Standing, slot: Slot) -> Iterator[str]:
    """What is shown under its names is one of the worlds that may be."""
    names = {name for world in slot.worlds for name in world}
    shown: World = {}
    for _ in range(STALE_SECONDS):
        shown = {name: _shown(standing, name) for name in names}
        if slot.fits(shown):
            break
        time.sleep(1)
    else:
        yield f"shown is {shown}, and it should be one of {slot.worlds}"
    present = next((name for name, md5 in shown.items() if md5), None)
    if present is not None:
        answer = standing.http.get(url_of(standing.safelight, present, 20), timeout=30)
        if answer.status_code != 200:
            yield f"{present} is there and cannot be derived: {answer.status_code} {answer.headers.get('x-cld-error')}"


def _shown(standing: Standing, name: str) -> str | None:
    answer = standing.http.get(url_of(standing.safelight, name), timeout=30)
    if answer.status_code == 200:
        return hashlib.md5(answer.content).hexdigest()
    return None if answer.status_code == 404 else f"answered with {answer.status_code}"


def stored(standing: Standing) -> dict[str, tuple[int, str]]:
    """Key -> size and md5 of all that lies in the store, read without our own client."""
    if standing.shape == "own":
        root = standing.data / "blobs"
        files = (path for path in root.rglob("*") if path.is_file())
        return dict(_opened(standing, str(path.relative_to(root)), path.read_bytes()) for path in files)
    found: dict[str, tuple[int, str]] = {}
    words: dict[str, str] = {"list-type": "2", "prefix": f"{PREFIX}/"}
    while True:
        answer = standing.http.get(standing.bucket, params=words, timeout=60).text
        for entry in re.findall(r"<Contents>(.*?)</Contents>", answer, re.DOTALL):
            key, etag, size = (_tag(entry, tag) for tag in ("Key", "ETag", "Size"))
            key, facts = key.removeprefix(f"{PREFIX}/"), (int(size), etag.replace("&quot;", "").strip('"'))
            if key.endswith(SUFFIX):
                data = standing.http.get(f"{standing.bucket}/{PREFIX}/{key}", headers=SIGNED, timeout=60).content
                key, facts = _opened(standing, key, data)
            found[key] = facts
        token = _tag(answer, "NextContinuationToken")
        if not token:
            return found
        words["continuation-token"] = token


def _tag(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]*)</{tag}>", text)
    return found[1] if found else ""


def _opened(standing: Standing, key: str, data: bytes) -> tuple[str, tuple[int, str]]:
    key, opened = plain(standing, key, data)
    return key, _facts(opened)


def _facts(data: bytes) -> tuple[int, str]:
    return len(data), hashlib.md5(data).hexdigest()


def rows_without_bytes(standing: Standing) -> list[str]:
    """No row without its bytes, and none whose asset is gone."""
    there = stored(standing)
    found: list[str] = []
    for cloud, version, name, size, md5 in standing.query(
        "SELECT cloud_id, version_id, name, size_bytes, md5 FROM assets"
    ):
        key = f"c/{cloud}/{version[-2:]}/{version}/original"
        if there.get(key) != (size, md5):
            found.append(f"{name}: its bytes are {there.get(key)} and not {(size, md5)}")
    for key, size, md5 in standing.query("SELECT blob_key, size_bytes, md5 FROM derived_files"):
        if there.get(key) != (size, md5):
            found.append(f"derived {key}: its bytes are {there.get(key)} and not {(size, md5)}")
    orphans = {
        "derived files of versions that are gone": "SELECT d.id FROM derived_files d LEFT JOIN assets a ON "
        "a.cloud_id = d.cloud_id AND a.version_id = d.version_id WHERE a.id IS NULL",
        "parts of derived files that are gone": "SELECT p.derived_id FROM derived_parts p LEFT JOIN derived_files d ON "
        "d.cloud_id = p.cloud_id AND d.id = p.derived_id WHERE d.id IS NULL",
        "sights of versions that are gone": "SELECT s.version_id FROM sights s LEFT JOIN assets a ON "
        "a.cloud_id = s.cloud_id AND a.version_id = s.version_id WHERE a.id IS NULL",
        "analyses of versions that are gone": "SELECT s.version_id FROM analyses s LEFT JOIN assets a ON "
        "a.cloud_id = s.cloud_id AND a.version_id = s.version_id WHERE a.id IS NULL",
        "uploads that wait": "SELECT 1 FROM waiting_uploads",
    }
    for what, statement in orphans.items():
        rows = standing.query(statement)
        found += [f"{len(rows)} {what}"] if rows else []
    return found


def _sweep(standing: Standing) -> list[str]:
    """What the sweeps do in the nights of some days: what a clock was ahead of is brought back, then has a respite."""
    clock, found = SettableClock(standing.data, SystemClock()), list[str]()
    for days in (2, 4, 6):
        clock.set(SystemClock().now() + timedelta(days=days))
        for name in SWEEPS:
            standing.defer(name)
        found += _jobs(standing)
    return found


def _orphans(standing: Standing) -> list[str]:
    """After the sweeps nothing lies about that no row knows."""
    known = {f"c/{cloud}/{version[-2:]}/{version}/original" for cloud, version in _versions(standing)}
    known |= {str(key) for (key,) in standing.query("SELECT blob_key FROM derived_files")}
    left = [key for key in stored(standing) if key not in known and not key.startswith("health/")]
    staging = Path(standing.data / "staging")
    left += [path.name for path in staging.iterdir()] if staging.exists() else []
    (standing.data / CLOCK_FILE).unlink(missing_ok=True)
    return [f"left lying about: {left[:5]}, {len(left)} in all"] if left else []


def _versions(standing: Standing) -> list[tuple[str, str]]:
    return [(str(cloud), str(version)) for cloud, version in standing.query("SELECT cloud_id, version_id FROM assets")]
