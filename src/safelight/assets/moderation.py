"""Moderation: who looks at an asset before it counts as good, in which order, and what comes of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from safelight.assets.model import Asset, Review, Status

MANUAL = "manual"
DUPLICATE = "duplicate"

Reviews = tuple[Review, ...]
Asked = tuple[str, str]
"""A kind, and what was said behind it."""

_OPEN = frozenset({Status.QUEUED, Status.PENDING})
SAID = frozenset({Status.APPROVED, Status.REJECTED})


def begun(asked: Collection[Asked], now: datetime) -> Reviews:
    """All that shall look; the first begins, the others wait for it."""
    return tuple(
        Review(kind, Status.QUEUED if place else Status.PENDING, now, argument)
        for place, (kind, argument) in enumerate(asked)
    )


def decided(
    reviews: Reviews,
    kind: str,
    status: Status,
    now: datetime,
    response: tuple[Mapping[str, str | float], ...] = (),
) -> Reviews:
    """The reviews when the pending one of this kind has come to its end; unchanged if none is pending.

    The next begins, or none of them does: what is rejected once need not be looked at again.
    """
    at = next((at for at, one in enumerate(reviews) if (one.kind, one.status) == (kind, Status.PENDING)), None)
    if at is None:
        return reviews
    mine = replace(reviews[at], status=status, updated_at=now, response=response)
    return (*reviews[:at], mine, *_rest(reviews[at + 1 :], status, now))


def by_person(reviews: Reviews, status: Status, now: datetime) -> Reviews:
    """The reviews after a person has said so, whoever is asked and whatever a program has said before."""
    others = tuple(one for one in reviews if one.kind != MANUAL)
    mine = next((one for one in reviews if one.kind == MANUAL), Review(MANUAL, status, now))
    if status is Status.REJECTED:
        others = tuple(_aborted(one, now) for one in others)
    return (*others, replace(mine, status=status, updated_at=now))


def verdict(reviews: Reviews) -> Status | None:
    """What holds in all: the word of a person where one has spoken. None: nobody looks."""
    if not reviews:
        return None
    said = {one.status for one in reviews if one.kind == MANUAL}
    if said & SAID:
        return said.pop()
    found = {one.status for one in reviews}
    # A person who is asked once more has yet to speak, whatever was said before.
    if Status.REJECTED in found and Status.PENDING not in found:
        return Status.REJECTED
    return Status.PENDING if found & _OPEN else Status.APPROVED


def is_hidden(asset: Asset, *, hides_pending: bool) -> bool:
    """Then nothing of it is shown: it was rejected, or waits to be approved where a cloud wants that first."""
    found = verdict(asset.moderation)
    return found is Status.REJECTED or (hides_pending and found is Status.PENDING)


def deciding(reviews: Reviews) -> Review | None:
    """The one of them that tells most: a person who has spoken, or whoever came last."""
    spoken = [one for one in reviews if one.kind == MANUAL and one.status in SAID]
    begun_yet = [one for one in reviews if one.status not in {Status.QUEUED, Status.ABORTED}]
    return next(iter([*spoken, *reversed(begun_yet), *reviews]), None)


def _rest(reviews: Reviews, status: Status, now: datetime) -> Reviews:
    if status is Status.REJECTED:
        return tuple(_aborted(one, now) for one in reviews)
    at = next((at for at, one in enumerate(reviews) if one.status is Status.QUEUED), None)
    if at is None:
        return reviews
    return (*reviews[:at], replace(reviews[at], status=Status.PENDING, updated_at=now), *reviews[at + 1 :])


def _aborted(review: Review, now: datetime) -> Review:
    return replace(review, status=Status.ABORTED, updated_at=now) if review.status in _OPEN else review


def nameless(response: Sequence[Mapping[str, str | float]]) -> tuple[Mapping[str, str | float], ...]:
    """What a program found, without the names of other assets: for who may not see all of them."""
    return tuple({name: value for name, value in found.items() if name != "public_id"} for found in response)
