"""Subjects of holds: what is kept of people because of holds and cases, and that it is; erasures leave it alone."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Table, and_, or_, select

from safelight.kernel.holdings import Stage, Subject
from safelight.ports.rows import Rows
from safelight.privacy.hold import Sort
from safelight.privacy.holds import ENDED_DAYS
from safelight.privacy.store_holds import cases, held_records, holds

GROUND_HOLD = "That something was held, and why, is kept to answer for it (GDPR 5(2), 17(3)(e))"
GROUND_HELD = "What a hold names is kept, sealed and apart, until it ends (GDPR 17(3)(e))"
GROUND_CASE = "That terms were enforced, and how it ended, is kept for claims (GDPR 17(3)(e))"
COPIES = "Sealed copies of records that this archive has, or had when they were there; kept until a hold ends"


def _of_scope(table: Table) -> Callable[[Subject], ColumnElement[bool]]:
    """As Scope.covers says it of values."""
    c = table.c

    def whose(subject: Subject) -> ColumnElement[bool]:
        return or_(
            and_(c.scope == Sort.ACCOUNT.value, c.account_id != "", c.account_id == (subject.account_id or "")),
            and_(c.scope == Sort.USER.value, c.user_id.in_(subject.user_ids)),
            and_(c.scope.in_([Sort.CLOUD.value, Sort.ASSET.value]), c.cloud_id.in_(subject.cloud_ids)),
        )

    return whose


def _told(subject: Subject) -> ColumnElement[bool]:
    """Those that their person may hear of; the round of each hour ends a gag whose time is over."""
    return and_(_of_scope(holds)(subject), holds.c.is_gagged.is_(False))


def _copies(subject: Subject) -> ColumnElement[bool]:
    return held_records.c.hold_id.in_(select(holds.c.id).where(_told(subject)))


ROWS = (
    Rows(
        holds,
        _told,
        ("hold",),
        Stage.LOGS,
        hidden=("owner", "basis", "is_gagged", "warned_days"),
        ground=GROUND_HOLD,
        keep_days=ENDED_DAYS,
        is_kept=True,
    ),
    Rows(
        held_records,
        _copies,
        ("held-record",),
        Stage.LOGS,
        why_not_given=COPIES,
        ground=GROUND_HELD,
        is_kept=True,
    ),
    Rows(
        cases,
        _of_scope(cases),
        ("enforcement-case",),
        Stage.LOGS,
        hidden=("opened_by", "basis"),
        ground=GROUND_CASE,
        keep_days=ENDED_DAYS,
        is_kept=True,
    ),
)
