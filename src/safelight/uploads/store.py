"""The SQL of uploads: presets, and the sessions of large files that come in pieces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    RowMapping,
    Select,
    Table,
    Text,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal
from safelight.uploads.model import Part, Preset, UploadSession
from safelight.uploads.waiting_store import waiting_uploads as waiting_uploads

upload_presets = Table(
    "upload_presets",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column(
        "name", Text(collation="C"), primary_key=True, info=not_personal("chosen by the owner for a set of settings")
    ),
    Column("is_unsigned", Boolean, nullable=False),
    Column("disallows_public_id", Boolean, nullable=False),
    Column("words", JSONB, nullable=False, info=not_personal("settings of the owner")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

upload_sessions = Table(
    "upload_sessions",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a hash of what the client calls its upload")),
    Column("total_bytes", BigInteger),
    Column("asset_id", Text, info=not_personal("a random id made here")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    # Its time was over once, and it got a last respite: nobody has sent a piece since.
    Column("is_last_call", Boolean, nullable=False, server_default="false"),
)
Index("ix_upload_sessions_expires_at", upload_sessions.c.expires_at)

upload_parts = Table(
    "upload_parts",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("session_id", Text, primary_key=True, info=not_personal("a hash of what the client calls its upload")),
    Column("start", BigInteger, primary_key=True),
    Column("end", BigInteger, nullable=False),
    Column("md5", Text, nullable=False, info=personal("upload-parts")),
    Column("blob_key", Text, nullable=False, info=not_personal("made of random ids")),
)

P, S, R = upload_presets.c, upload_sessions.c, upload_parts.c


# --- presets ----------------------------------------------------------------------------------------------------


async def find_preset(session: Session, cloud_id: str, name: str) -> Preset | None:
    row = await session.fetch_one(select(upload_presets).where(P.cloud_id == cloud_id, P.name == name))
    return None if row is None else _preset(row)


async def list_presets(
    session: Session, cloud_id: str, after: tuple[datetime, str] | str | None, limit: int, *, by_name: bool, falls: bool
) -> list[Preset]:
    """By name, or by time and name; those behind `after`, downwards if it `falls`."""
    order = [P.name] if by_name else [P.created_at, P.name]
    chosen = select(upload_presets).where(P.cloud_id == cloud_id)
    if after is not None:
        place, behind = tuple_(*order), tuple_(*([after] if isinstance(after, str) else after))
        chosen = chosen.where(place < behind if falls else place > behind)
    rows = await session.fetch(chosen.order_by(*(one.desc() if falls else one for one in order)).limit(limit))
    return [_preset(row) for row in rows]


async def add_preset(session: Session, preset: Preset) -> bool:
    """False if the name is taken."""
    added = insert(upload_presets).values(**_preset_values(preset)).on_conflict_do_nothing().returning(P.name)
    return await session.fetch_one(added) is not None


async def change_preset(session: Session, preset: Preset) -> None:
    await session.execute(
        update(upload_presets)
        .where(P.cloud_id == preset.cloud_id, P.name == preset.name)
        .values(**_preset_values(preset))
    )


async def delete_preset(session: Session, cloud_id: str, name: str) -> bool:
    return bool(await session.execute(delete(upload_presets).where(P.cloud_id == cloud_id, P.name == name)))


def _preset_values(preset: Preset) -> dict[str, Any]:
    return {
        "cloud_id": preset.cloud_id,
        "name": preset.name,
        "is_unsigned": preset.is_unsigned,
        "disallows_public_id": preset.disallows_public_id,
        "words": dict(preset.words),
        "created_at": preset.created_at,
    }


def _preset(row: RowMapping) -> Preset:
    return Preset(
        cloud_id=row["cloud_id"],
        name=row["name"],
        is_unsigned=row["is_unsigned"],
        disallows_public_id=row["disallows_public_id"],
        words=row["words"],
        created_at=row["created_at"],
    )


# --- sessions ---------------------------------------------------------------------------------------------------


async def open_session(session: Session, cloud_id: str, session_id: str, expires_at: datetime) -> UploadSession:
    """The session with its parts, made if it is not there; locked until the end of the transaction."""
    await session.execute(
        insert(upload_sessions)
        .values(cloud_id=cloud_id, id=session_id, expires_at=expires_at)
        .on_conflict_do_update(
            index_elements=["cloud_id", "id"], set_={"expires_at": expires_at, "is_last_call": False}
        )
    )
    found = await find_session(session, cloud_id, session_id, locked=True)
    assert found is not None, "just written, and locked by us since"
    return found


async def find_session(
    session: Session, cloud_id: str, session_id: str, *, locked: bool = False
) -> UploadSession | None:
    query: Select[Any] = select(upload_sessions).where(S.cloud_id == cloud_id, S.id == session_id)
    row = await session.fetch_one(query.with_for_update() if locked else query)
    if row is None:
        return None
    parts = await session.fetch(
        select(upload_parts).where(R.cloud_id == cloud_id, R.session_id == session_id).order_by(R.start)
    )
    return UploadSession(
        cloud_id=cloud_id,
        id=session_id,
        total_bytes=row["total_bytes"],
        asset_id=row["asset_id"],
        parts=tuple(Part(part["start"], part["end"], part["md5"], part["blob_key"]) for part in parts),
        expires_at=row["expires_at"],
    )


async def set_total(session: Session, cloud_id: str, session_id: str, total_bytes: int) -> None:
    await session.execute(_one_session(cloud_id, session_id).values(total_bytes=total_bytes))


async def add_part(session: Session, cloud_id: str, session_id: str, part: Part) -> None:
    """One that begins at the same place may be there already: it stays."""
    await session.execute(
        insert(upload_parts)
        .values(
            cloud_id=cloud_id,
            session_id=session_id,
            start=part.start,
            end=part.end,
            md5=part.md5,
            blob_key=part.blob_key,
        )
        .on_conflict_do_nothing()
    )


async def unfinished_bytes(session: Session, cloud_id: str) -> int:
    """What the pieces of all unfinished uploads of a cloud take."""
    row = await session.fetch_one(
        select(func.coalesce(func.sum(R.end - R.start), 0).label("size_bytes"))
        .join(upload_sessions, (S.cloud_id == R.cloud_id) & (S.id == R.session_id))
        .where(R.cloud_id == cloud_id, S.asset_id.is_(None))
    )
    return 0 if row is None else int(row["size_bytes"])


async def finish_session(session: Session, cloud_id: str, session_id: str, asset_id: str) -> None:
    """The session is an asset now. Its parts stay known until it expires, so that a repeat is seen as one."""
    await session.execute(_one_session(cloud_id, session_id).values(asset_id=asset_id))


async def restart_session(session: Session, cloud_id: str, session_id: str) -> None:
    """The session is as new."""
    await session.execute(delete(upload_parts).where(R.cloud_id == cloud_id, R.session_id == session_id))
    await session.execute(_one_session(cloud_id, session_id).values(asset_id=None, total_bytes=None))


async def bring_back(session: Session, until: datetime) -> int:
    """Those that last longer than any may were written by a clock that was ahead: they last as long as any."""
    return await session.execute(update(upload_sessions).where(S.expires_at > until).values(expires_at=until))


async def call_expired(session: Session, now: datetime, until: datetime) -> int:
    """Give all whose time is over for the first time a last respite; how many they are."""
    return await session.execute(
        update(upload_sessions)
        .where(S.expires_at < now, S.is_last_call.is_(False))
        .values(expires_at=until, is_last_call=True)
    )


async def expired_sessions(session: Session, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """(cloud_id, id) of sessions whose respite is over, too, the oldest first."""
    is_over = (S.expires_at < now) & S.is_last_call
    rows = await session.fetch(select(S.cloud_id, S.id).where(is_over).order_by(S.expires_at).limit(limit))
    return [(row["cloud_id"], row["id"]) for row in rows]


async def delete_session(session: Session, cloud_id: str, session_id: str, now: datetime) -> list[str] | None:
    """Forget an expired session; the keys of its parts. None if it has been used again meanwhile, or is gone."""
    gone = await session.execute(
        delete(upload_sessions).where(S.cloud_id == cloud_id, S.id == session_id, S.expires_at < now, S.is_last_call)
    )
    if not gone:
        return None
    rows = await session.fetch(
        delete(upload_parts).where(R.cloud_id == cloud_id, R.session_id == session_id).returning(R.blob_key)
    )
    return [row["blob_key"] for row in rows if row["blob_key"]]


async def known_part_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a part has."""
    rows = await session.fetch(select(R.blob_key).where(R.blob_key.in_(keys)))
    return {row["blob_key"] for row in rows}


def _one_session(cloud_id: str, session_id: str) -> Any:
    return update(upload_sessions).where(S.cloud_id == cloud_id, S.id == session_id)
