"""Promises: what binds today: the version that was posted and has come into effect, or what would be posted first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound
from safelight.ports.database import Session
from safelight.privacy import policy_page, selfcheck, versions
from safelight.privacy.change import Change, changes
from safelight.privacy.policy import Policy
from safelight.privacy.policy_page import Document
from safelight.privacy.versions import State, Version

DAY_CHARS = len("2027-02-01")


@dataclass(frozen=True)
class Shown:
    """A version as it is shown now. `version` None: nothing was posted yet, and this is a draft."""

    document: Document
    version: Version | None
    state: State | None
    upcoming: Version | None = None
    """The next that will bind."""


@dataclass(frozen=True)
class Promises:
    """`policy` is what this installation does; what it promised lies in the database."""

    policy: Policy
    clock: Clock

    async def current(self, session: Session, language: str, at: datetime | None = None) -> Shown:
        """What binds at a moment. Raises NotFound for one before anything was posted."""
        moment, known = at or self.clock.now(), await versions.list_all(session)
        binding = versions.effective(known, moment)
        if binding is None:
            if at is not None:
                raise NotFound("Nothing was posted by then.")
            return Shown(self._visible(policy_page.document(self.policy, language)), None, None)
        coming = [each for each in known if each.effective_at > moment]
        return self._shown(binding, known, language, min(coming, key=lambda each: each.effective_at, default=None))

    async def version(self, session: Session, language: str, number: int) -> Shown:
        """One of them, whether it binds or not. Raises NotFound."""
        found = await versions.get(session, number)
        return self._shown(found, await versions.list_all(session), language)

    async def history(self, session: Session) -> list[tuple[Version, State, Sequence[Change]]]:
        """The newest first, each with what it changed."""
        known, now = await versions.list_all(session), self.clock.now()
        before = {each.number: each for each in known}
        return [
            (
                each,
                versions.state_of(each, known, now),
                changes(before[each.number - 1].content, each.content) if each.number - 1 in before else (),
            )
            for each in known
        ]

    async def checked(self, session: Session) -> Mapping[str, Any]:
        """What the last selfcheck found, by clause."""
        found = await selfcheck.last(session)
        return {each["clause"]: each for each in found[0]["results"]} if found else {}

    def _shown(self, version: Version, known: Sequence[Version], language: str, coming: Version | None = None) -> Shown:
        document = version.documents.get(language) or version.documents["en"]
        state = versions.state_of(version, known, self.clock.now())
        return Shown(self._visible(document), version, state, coming)

    def _visible(self, document: Document) -> Document:
        return policy_page.visible(document, self.policy, self.clock.now().date())


def moment_of(word: str) -> datetime:
    """`2027-02-01` or a whole moment, as `as_of` says it. Raises Invalid."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise Invalid("as_of must be a day such as 2027-02-01, or a moment.") from error
    if len(word) == DAY_CHARS:
        found += timedelta(days=1, microseconds=-1)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
