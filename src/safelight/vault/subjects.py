"""Subjects: the keys of somebody's files. Nobody is given them, and they go before the files do."""

from safelight.kernel.holdings import Stage
from safelight.ports.rows import Rows, RowsKeeper, of_clouds
from safelight.vault.store import cloud_keys, file_keys, owner_keys

_KEYS = "A key of files: an export holds the files themselves, and tells only that there is one"

KEEPER = RowsKeeper(
    "vault",
    (),
    tuple(
        Rows(table, of_clouds(table), (), Stage.ROWS, why_not_given=_KEYS)
        for table in (file_keys, cloud_keys, owner_keys)
    ),
)
