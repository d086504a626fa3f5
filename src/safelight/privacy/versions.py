"""Versions: the policy as it was posted, when each version binds, and the rules by which a new one is posted.

draft (what the installation would say now) -> posted -> effective -> superseded. A version binds so many days after it
was posted here; how many follows from what changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.ports.database import Session
from safelight.privacy import ledger, note, policy_page, store_policy
from safelight.privacy.change import Change, Class, changes, class_of
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.note import Verifier
from safelight.privacy.policy import Policy
from safelight.privacy.signing import Signer

DAYS: Mapping[Class, int] = {Class.FIRST: 0, Class.MINOR: 7, Class.SUBSTANTIAL: 30}
"""From posting to binding (PP-68, PP-69)."""
VERSIONS_MAX = 1000
CITATION_CHARS_MAX = 500
NUMBER_MAX = 2**31 - 1


class State(StrEnum):
    """Where a version stands at a moment."""

    POSTED = "posted"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Version:
    """One that was posted. `documents` are its texts, `content` the model that they were made of."""

    number: int
    kind: Class
    hash: str
    content: Mapping[str, Any]
    documents: Mapping[str, policy_page.Document]
    citation: str
    posted_at: datetime
    effective_at: datetime
    note: str

    @property
    def is_whole(self) -> bool:
        """Whether what is kept is what was signed."""
        return policy_page.hash_of(self.content) == self.hash and note.parse(self.note)[0] == _text(self)


def _text(version: Version) -> str:
    """What is signed."""
    return (
        f"policy version {version.number}\nsha256 {version.hash}\nclass {version.kind}\n"
        f"posted {_moment(version.posted_at)}\neffective {_moment(version.effective_at)}\n"
        f"texts {policy_page.hash_of(version.documents)}\ncitation {' '.join(version.citation.split())}\n"
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@dataclass(frozen=True)
class Draft:
    """What posting now would do."""

    changes: Sequence[Change]
    kind: Class


def draft(policy: Policy, versions: Sequence[Version]) -> Draft:
    """Compared with what was posted last; `versions` are the newest first."""
    if not versions:
        return Draft((), Class.FIRST)
    found = changes(versions[0].content, policy_page.content(policy))
    return Draft(found, class_of(found))


async def list_all(session: Session) -> list[Version]:
    """The newest first."""
    return [_version(row) for row in await store_policy.all_versions(session, VERSIONS_MAX)]


async def get(session: Session, number: int) -> Version:
    row = await store_policy.version(session, number) if 0 < number <= NUMBER_MAX else None
    if row is None:
        raise NotFound(f"There is no version {number} of the policy.")
    return _version(row)


def effective(versions: Sequence[Version], at: datetime) -> Version | None:
    """Which one binds at a moment."""
    binding = [each for each in versions if each.effective_at <= at]
    return max(binding, key=lambda each: (each.effective_at, each.number)) if binding else None


def state_of(version: Version, versions: Sequence[Version], at: datetime) -> State:
    if version.effective_at > at:
        return State.POSTED
    binding = effective(versions, at)
    return State.EFFECTIVE if binding and binding.number == version.number else State.SUPERSEDED


async def post(
    session: Session,
    policy: Policy,
    signer: Signer,
    now: datetime,
    *,
    kind: Class | None = None,
    citation: str = "",
    effective_at: datetime | None = None,
) -> Version:
    """Make it public. `kind` may ask for a slower class than is computed, or `legal`; for a quicker one never."""
    before = await list_all(session)
    found = draft(policy, before)
    content = policy_page.content(policy)
    if before and policy_page.hash_of(content) == before[0].hash:
        raise Conflict(f"Nothing differs from version {before[0].number}.")
    wanted = _allowed(found, kind, citation, effective_at, now)
    when = effective_at or now + timedelta(days=DAYS[wanted])
    if before:
        # A later version never binds before an earlier one.
        when = max(when, before[0].effective_at)
    unsigned = Version(
        number=before[0].number + 1 if before else 1,
        kind=wanted,
        hash=policy_page.hash_of(content),
        content=content,
        documents=policy_page.documents(policy),
        citation=citation,
        posted_at=now,
        effective_at=when,
        note="",
    )
    signed = await signer.sign(session, _text(unsigned), now)
    row = {**vars(unsigned), "class": str(wanted), "note": signed}
    del row["kind"]
    await store_policy.add(session, row)
    entry = Entry(EntryType.POLICY_POSTED, now, clause="PP-74", counts={"version": unsigned.number},
                  detail=bytes.fromhex(unsigned.hash))  # fmt: skip
    await ledger.append(session, entry)
    return _version(row)


def _allowed(found: Draft, kind: Class | None, citation: str, effective_at: datetime | None, now: datetime) -> Class:
    """Raises Invalid for a class that the change is not."""
    if len(citation) > CITATION_CHARS_MAX:
        raise Invalid(f"A citation has {CITATION_CHARS_MAX} letters at most.")
    if kind is Class.LEGAL:
        if not citation:
            raise Invalid("PP-70: a change that the law demands names that law: --citation.")
        if effective_at is None or effective_at < now:
            raise Invalid("PP-70: a change that the law demands has a day, not before today: --effective.")
        return kind
    if effective_at is not None or citation:
        raise Invalid("A day and a citation belong to a change that the law demands: --class legal.")
    if found.kind is Class.FIRST or kind is None:
        return found.kind
    if kind is Class.FIRST:
        raise Invalid("There is a version already.")
    if kind is Class.MINOR and found.kind is Class.SUBSTANTIAL:
        reasons = "; ".join(f"{each.place}: {each.words}" for each in found.changes if each.is_substantial)
        raise Invalid(f"PP-69: this change is substantial ({reasons[:500]}).")
    return kind


def is_signed(version: Version, verifiers: Sequence[Verifier]) -> bool:
    """Whether a key of this installation signed exactly this."""
    return version.is_whole and note.is_signed(version.note, verifiers)


def _version(row: Mapping[str, Any]) -> Version:
    return Version(
        number=row["number"],
        kind=Class(row["class"]),
        hash=row["hash"],
        content=row["content"],
        documents=row["documents"],
        citation=row["citation"],
        posted_at=row["posted_at"],
        effective_at=row["effective_at"],
        note=row["note"],
    )
