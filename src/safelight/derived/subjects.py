"""Subjects: what derived files give, and forget, of a cloud; every composite lies in the cloud of its assets."""

from safelight.derived.holdings import HOLDINGS
from safelight.derived.store import derived_files, derived_parts, streaming_profiles, transformations
from safelight.ports.rows import Rows, RowsKeeper, of_clouds

KEEPER = RowsKeeper(
    "derived",
    HOLDINGS,
    (
        Rows(derived_parts, of_clouds(derived_parts)),
        Rows(derived_files, of_clouds(derived_files), ("derived-files",)),
        Rows(transformations, of_clouds(transformations), ("transformations",), is_portable=True),
        Rows(streaming_profiles, of_clouds(streaming_profiles), ("transformations",), is_portable=True),
    ),
)
