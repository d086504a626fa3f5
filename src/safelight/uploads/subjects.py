"""Subjects: what uploads give, and forget, of a cloud: what is still coming in, and how it is to come in."""

from safelight.kernel.holdings import Stage
from safelight.ports.rows import Rows, RowsKeeper, of_clouds
from safelight.uploads.holdings import HOLDINGS
from safelight.uploads.store import upload_parts, upload_presets, upload_sessions, waiting_uploads

KEEPER = RowsKeeper(
    "uploads",
    HOLDINGS,
    (
        Rows(waiting_uploads, of_clouds(waiting_uploads), ("upload-waiting",), Stage.QUEUES),
        Rows(upload_parts, of_clouds(upload_parts), ("upload-parts",), Stage.QUEUES),
        Rows(upload_sessions, of_clouds(upload_sessions), (), Stage.QUEUES),
        Rows(upload_presets, of_clouds(upload_presets), is_portable=True),
    ),
)
