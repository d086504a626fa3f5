"""Masked: records and pictures for a copy, without what they tell of others (PP-49); and what is said of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from safelight.kernel.holdings import Sheet, Subject
from safelight.kernel.veiled import WHOLE, Veiled
from safelight.ports.database import Session
from safelight.privacy.masking import REASON, Own, mask, words_in

NamesWith = Callable[[Session, Sequence[str], Sequence[str]], Awaitable[Sequence[str]]]
"""Names of people of this installation in which one of these words stands; not of those with one of these ids."""


@dataclass
class Redactions:
    """What was masked where, and how often: one line for each file and kind, however many records there are; of each
    picture a line for each place."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    places: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])

    def note(self, path: str, veiled: Veiled) -> None:
        """A picture in which others were covered, or that is not handed out."""
        said = {"path": path, "reason": REASON, "original_sha256": veiled.original_sha256}
        if veiled.why_not:
            self.places.append({**said, "kind": WHOLE, "why": veiled.why_not})
        for each in veiled.covered:
            region = [each.left, each.top, each.width, each.height]
            self.places.append({**said, "kind": each.kind, "region": region})

    def told(self) -> list[Mapping[str, Any]]:
        words = [
            {"path": path, "kind": kind, "reason": REASON, "count": count}
            for (path, kind), count in sorted(self.counts.items())
        ]
        return [*words, *self.places]


@dataclass(frozen=True)
class Masking:
    """Words of records are looked through where their sheet says that they are free."""

    names_with: NamesWith

    async def __call__(
        self, session: Session, subject: Subject, sheet: Sheet, facts: Mapping[str, Any], path: str, noted: Redactions
    ) -> Mapping[str, Any]:
        texts = {name: facts[name] for name in sheet.free_texts if isinstance(facts.get(name), str) and facts[name]}
        if not texts:
            return facts
        own = Own((*subject.emails, *([subject.email] if subject.email else [])), subject.words)
        words = [word.lower() for text in texts.values() for word in words_in(text)]
        names: Sequence[str] = await self.names_with(session, words, subject.user_ids) if words else ()
        done = {name: mask(text, own, names) for name, text in texts.items()}
        for each in done.values():
            for kind, count in each.counts.items():
                noted.counts[path, kind.value] = noted.counts.get((path, kind.value), 0) + count
        return {**facts, **{name: each.text for name, each in done.items()}}
