"""Profiles: the streaming profiles of a cloud: in which sizes and rates a film is made for streaming."""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from safelight.derived.model import Profile
from safelight.derived.store import profile_of, streaming_profiles
from safelight.kernel.errors import Conflict, Invalid, NotFound, TooMuch
from safelight.ports.database import Session
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.spec import Vocabulary

NAME_CHARS_MAX = 255
NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
REPRESENTATIONS_MAX = 30
PROFILES_MAX = 1000
"""Of one cloud."""

# Width and height, H.264 profile and level, bit rate: from the finest to the coarsest.
_LADDER = (
    (3840, 2160, "high:5.1", "35m"),
    (2560, 1440, "high:5.0", "16m"),
    (1920, 1080, "high:4.0", "8500k"),
    (1280, 720, "main:3.1", "5500k"),
    (960, 540, "main:3.1", "3500k"),
    (640, 360, "baseline:3.0", "2m"),
    (480, 270, "baseline:3.0", "800k"),
    (320, 240, "baseline:3.0", "192k"),
)
# Where in the ladder each one that comes along begins and ends, and how many percent of the rate it takes.
_PREDEFINED = {
    "4k": (0, 8, 100),
    "full_hd": (2, 8, 100),
    "hd": (3, 8, 100),
    "sd": (4, 8, 100),
    "full_hd_wifi": (2, 6, 100),
    "full_hd_lean": (2, 7, 60),
    "hd_lean": (3, 7, 60),
}
P = streaming_profiles.c


def _rate(text: str, percent: int) -> str:
    if percent == 100:
        return text
    kilobits = int(text[:-1]) * (1000 if text.endswith("m") else 1)
    return f"{kilobits * percent // 100}k"


def _predefined(name: str) -> Profile:
    first, end, percent = _PREDEFINED[name]
    steps = [
        f"br_{_rate(rate, percent)},c_limit,h_{height},vc_h264:{level},w_{width}"
        for width, height, level, rate in _LADDER[first:end]
    ]
    return Profile(name, None, tuple(steps), is_predefined=True)


PREDEFINED: Mapping[str, Profile] = {name: _predefined(name) for name in _PREDEFINED}


async def list(session: Session, cloud_id: str) -> builtins.list[Profile]:
    """Those that come along, perhaps changed, and then the cloud's own, by name."""
    rows = await session.fetch(select(streaming_profiles).where(P.cloud_id == cloud_id).order_by(P.name))
    own = {row["name"]: _marked(profile_of(row)) for row in rows}
    return [own.pop(name, profile) for name, profile in PREDEFINED.items()] + [*own.values()]


async def get(session: Session, cloud_id: str, name: str) -> Profile:
    """Raises NotFound."""
    found = await _find(session, cloud_id, name) or PREDEFINED.get(name)
    if found is None:
        raise NotFound(f"Can't find streaming profile with name {name[:NAME_CHARS_MAX]}")
    return found


async def create(session: Session, cloud_id: str, profile: Profile, *, now: datetime) -> Profile:
    """Raises Conflict for a name that is taken."""
    if profile.name in PREDEFINED:
        raise Conflict(f"Streaming profile {profile.name} already exists")
    row = await session.fetch_one(select(func.count().label("count")).where(P.cloud_id == cloud_id))
    if row is not None and row["count"] >= PROFILES_MAX:
        raise TooMuch(f"A cloud may have {PROFILES_MAX} streaming profiles.")
    added = insert(streaming_profiles).values(_row(cloud_id, profile, now)).on_conflict_do_nothing().returning(P.name)
    if await session.fetch_one(added) is None:
        raise Conflict(f"Streaming profile {profile.name} already exists")
    return profile


async def change(
    session: Session,
    cloud_id: str,
    name: str,
    *,
    display_name: str | None = None,
    representations: Sequence[str] | None = None,
    now: datetime,
) -> Profile:
    """Change what is given; one that came along becomes the cloud's own. Raises NotFound."""
    profile = await get(session, cloud_id, name)
    if display_name is not None:
        profile = replace(profile, display_name=display_name)
    if representations is not None:
        profile = replace(profile, representations=tuple(representations))
    row = _row(cloud_id, profile, now)
    changed = {key: value for key, value in row.items() if key not in {"cloud_id", "name", "created_at"}}
    await session.execute(
        insert(streaming_profiles).values(row).on_conflict_do_update(index_elements=[P.cloud_id, P.name], set_=changed)
    )
    return profile


async def delete(session: Session, cloud_id: str, name: str) -> None:
    """One that came along is again what it was. Raises NotFound."""
    await get(session, cloud_id, name)
    await session.execute(delete_rows(streaming_profiles).where(P.cloud_id == cloud_id, P.name == name))


def checked(name: str, display_name: str | None, representations: Sequence[str], vocabulary: Vocabulary) -> Profile:
    """A profile that can be kept. Raises Invalid."""
    if not 0 < len(name) <= NAME_CHARS_MAX or not set(name) <= NAME_LETTERS:
        raise Invalid(f"Invalid streaming profile name: {name[:80]}")
    return Profile(name, display_name, checked_representations(representations, vocabulary))


def checked_representations(representations: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Each must be a transformation. Raises Invalid."""
    if not 0 < len(representations) <= REPRESENTATIONS_MAX:
        raise Invalid(f"A streaming profile has from 1 to {REPRESENTATIONS_MAX} representations")
    for text in representations:
        try:
            parse(text, vocabulary)
        except TransformError as error:
            raise Invalid(f"Invalid representation: {error.message}") from error
    return tuple(representations)


async def _find(session: Session, cloud_id: str, name: str) -> Profile | None:
    row = await session.fetch_one(select(streaming_profiles).where(P.cloud_id == cloud_id, P.name == name))
    return None if row is None else _marked(profile_of(row))


def _marked(profile: Profile) -> Profile:
    return replace(profile, is_predefined=profile.name in PREDEFINED)


def _row(cloud_id: str, profile: Profile, now: datetime) -> dict[str, object]:
    return {
        "cloud_id": cloud_id,
        "name": profile.name,
        "display_name": profile.display_name,
        "representations": [*profile.representations],
        "created_at": now,
    }
