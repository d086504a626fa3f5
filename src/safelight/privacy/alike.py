"""Alike: whether two requests of one person ask for the same, so that one answer is enough. Pure."""

import re
from collections.abc import Iterable

from safelight.privacy.request import COPIES, Kind, Request, State

BY_KIND = COPIES | {Kind.ERASURE, Kind.ACCESS_CATEGORIES, Kind.SHINE_THE_LIGHT, Kind.AUTOMATED_DECISION_INFO}
"""Their words change nothing: whoever asks for a copy twice gets one."""
OPEN = frozenset({State.NEEDS_PERSON, State.WAITING, State.APPROVED, State.EXECUTING, State.ROUTED})
STATES = (*OPEN, State.FULFILLED)
"""In which the earlier one may be."""

_CASE = re.compile(r"\bSL-(\d{4})-(\d{1,9})\b", re.IGNORECASE | re.ASCII)


def is_same(one: Request, other: Request) -> bool:
    """Of one person: whether the answer to one is the answer to the other."""
    if one.kind is not other.kind:
        return False
    return one.kind in BY_KIND or (_words(one), one.refers_to) == (_words(other), other.refers_to)


def earlier(request: Request, others: Iterable[Request]) -> Request | None:
    """The one that it repeats: open and proved; of what is told once a year, answered in this one."""
    for each in others:
        if each.id == request.id or not is_same(request, each) or each.verified_at is None:
            continue
        if each.state in OPEN:
            return each
        is_yearly = request.kind is Kind.SHINE_THE_LIGHT and each.state is State.FULFILLED
        if is_yearly and each.received_at.year == request.received_at.year:
            return each
    return None


def case_in(text: str) -> tuple[int, int] | None:
    """Year and number of the first case that is named."""
    found = _CASE.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _words(request: Request) -> tuple[str, ...]:
    return tuple(" ".join(each.casefold().split()) for each in (request.text, request.hint))
