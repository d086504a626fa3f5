"""How long the catalogue keeps what is not an asset itself."""

from datetime import timedelta

from safelight.assets.bulk_model import OPEN
from safelight.assets.bulk_store import bulks
from safelight.assets.versions_store import backups
from safelight.ports.terms import Term


def terms(*, bulk_days: int, backup_days: int) -> tuple[Term, ...]:
    """`backup_days` of 0: older versions are kept as long as their owner wants them."""
    back = bulks.alias("back")
    is_open = bulks.c.state.in_([state.value for state in OPEN])
    is_taken_back = (
        back.select()
        .where(back.c.cloud_id == bulks.c.cloud_id, back.c.undoes == bulks.c.id, back.c.state.in_([*OPEN]))
        .exists()
    )
    found = Term(
        "asset-bulks",
        bulks,
        bulks.c.created_at,
        timedelta(days=bulk_days),
        held=is_open | is_taken_back,
        ground="it has not ended, or is just being taken back",
    )
    if backup_days <= 0:
        return (found,)
    ended = backups.c.ended_at
    return (found, Term("asset-backups", backups, ended, timedelta(days=backup_days), counted=ended.is_not(None)))
