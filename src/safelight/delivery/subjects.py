"""Subjects: what delivery gives, and forgets, of a cloud."""

from safelight.delivery.holdings import HOLDINGS
from safelight.delivery.store import upload_mappings
from safelight.ports.rows import Rows, RowsKeeper, of_clouds

KEEPER = RowsKeeper(
    "delivery",
    HOLDINGS,
    (Rows(upload_mappings, of_clouds(upload_mappings), ("upload-mappings",), is_portable=True),),
)
