"""Named: the transformations of a cloud: those with a name, and those that were used."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.events import CHANGED
from safelight.derived import files
from safelight.derived.model import Named
from safelight.derived.store import digest_of, named_of, transformations
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.page import Page, cursor_of
from safelight.ports.database import Session
from safelight.ports.fixed import fixed

T = transformations.c

_OF_DIGESTS = fixed(
    select(transformations)
    .where(T.cloud_id == bindparam("cloud_id"), T.digest == any_(bindparam("digests", type_=ARRAY(Text))))
    .order_by(T.is_named.desc())
)
_ADD = fixed(insert(transformations).on_conflict_do_nothing().returning(T.digest))

NAME_CHARS_MAX = 1024
LETTERS_FORBIDDEN = frozenset("\\/?&#%.,<>")


def bare(name: str) -> str:
    """The name without the `t_` that URLs put in front."""
    return name.removeprefix("t_")


def text_of(named: Named) -> str:
    """How the rows of files that were made by it say it."""
    return f"t_{named.name}" if named.is_named else named.transformation


def check_name(name: str) -> str:
    """The bare name, or Invalid."""
    name = bare(name)
    if not name or len(name) > NAME_CHARS_MAX or LETTERS_FORBIDDEN & set(name) or not name.isprintable():
        raise Invalid(f"Invalid transformation name: {name[:80]}")
    return name


async def create(
    session: Session,
    cloud_id: str,
    name: str,
    transformation: str,
    *,
    now: datetime,
    is_allowed_for_strict: bool = False,
) -> Named:
    """Raises Conflict for a name that is taken."""
    named = Named(cloud_id, check_name(name), transformation, is_allowed_for_strict, False, True, now)
    if not await _insert(session, named):
        raise Conflict(f"Transformation {named.name} already exists")
    await _call_out(session, cloud_id)
    return named


async def find(session: Session, cloud_id: str, name: str) -> Named | None:
    """By its name, with or without `t_`, or else by what it says, if it was used."""
    digests = _digests(name)
    rows = await session.fetch(select(transformations).where(T.cloud_id == cloud_id, T.digest.in_(digests)))
    return min((named_of(row) for row in rows), key=lambda named: not named.is_named, default=None)


async def definitions(session: Session, cloud_id: str, names: Iterable[str]) -> dict[str, Named]:
    """Those of the names that exist, by their bare name."""
    digests = [digest_of(name, is_named=True) for name in names]
    rows = await session.fetch(select(transformations).where(T.cloud_id == cloud_id, T.digest.in_(digests)))
    return {named.name: named for named in map(named_of, rows)}


async def list(
    session: Session,
    cloud_id: str,
    *,
    is_named: bool | None = None,
    max_results: int = 10,
    cursor: str | None = None,
) -> Page[Named]:
    """Newest first."""
    query = select(transformations).where(T.cloud_id == cloud_id)
    if is_named is not None:
        query = query.where(T.is_named == is_named)
    if cursor:
        query = query.where(T.id < files.after(cursor))
    rows = await session.fetch(query.order_by(T.id.desc()).limit(max_results + 1))
    items = [named_of(row) for row in rows[:max_results]]
    return Page(items, cursor_of([rows[max_results - 1]["id"]]) if len(rows) > max_results else None)


async def change(
    session: Session,
    cloud_id: str,
    name: str,
    *,
    transformation: str | None = None,
    is_allowed_for_strict: bool | None = None,
) -> Named:
    """Change what is given. Files that were made by the old words stay, but nobody asks for them any more."""
    named = await _get(session, cloud_id, name)
    values: dict[str, Any] = {}
    if transformation is not None:
        if not named.is_named:
            raise Invalid("Only a named transformation can be changed")
        values["transformation"] = transformation
    if is_allowed_for_strict is not None:
        values["is_allowed_for_strict"] = is_allowed_for_strict
    if not values:
        return named
    row = await session.fetch_one(
        update(transformations)
        .where(T.cloud_id == cloud_id, T.digest == _digest(named))
        .values(**values)
        .returning(transformations)
    )
    await _call_out(session, cloud_id)
    return named if row is None else named_of(row)


async def delete(session: Session, cloud_id: str, name: str) -> int:
    """Delete it and what was made by it; how many files that were. Raises NotFound."""
    named = await _get(session, cloud_id, name)
    await session.execute(delete_rows(transformations).where(T.cloud_id == cloud_id, T.digest == _digest(named)))
    await _call_out(session, cloud_id)
    return await files.drop_by(session, cloud_id, text_of(named))


async def note_used(
    session: Session, cloud_id: str, transformation: str, now: datetime, *, is_allowed_for_strict: bool = False
) -> None:
    """A file has been made by these words: list them, or mark the name that they are."""
    if not transformation:
        return
    unnamed = Named(cloud_id, transformation, transformation, is_allowed_for_strict, True, False, now)
    digests = [_digest(unnamed)]
    if transformation.startswith("t_"):
        digests.append(digest_of(bare(transformation), is_named=True))
    row = await session.fetch_one(_OF_DIGESTS, {"cloud_id": cloud_id, "digests": digests})
    if row is None:
        await _insert(session, unnamed)
    elif not row["is_used"]:
        await session.execute(
            update(transformations).where(T.cloud_id == cloud_id, T.digest == row["digest"]).values(is_used=True)
        )


async def _insert(session: Session, named: Named) -> bool:
    """False: it is there already."""
    row = vars(named) | {"id": new_id(), "digest": _digest(named)}
    return await session.fetch_one(_ADD, row) is not None


async def _get(session: Session, cloud_id: str, name: str) -> Named:
    named = await find(session, cloud_id, name)
    if named is None:
        raise NotFound(f"Transformation not found - {name}")
    return named


def _digest(named: Named) -> str:
    return digest_of(named.name, is_named=named.is_named)


def _digests(name: str) -> tuple[str, str]:
    return digest_of(bare(name), is_named=True), digest_of(name, is_named=False)


async def _call_out(session: Session, cloud_id: str) -> None:
    """A name may stand in any URL of the cloud."""
    await session.notify(CHANGED, f"{cloud_id}/")
