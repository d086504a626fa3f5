"""Subjects: what the catalogue gives, and forgets, of a cloud: its assets with all that was written about them."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select

from safelight.assets.holdings import HOLDINGS
from safelight.assets.originals import version_prefix
from safelight.assets.store import (
    analyses,
    assets,
    backups,
    bulk_failures,
    bulk_traces,
    bulks,
    folders,
    metadata_fields,
    metadata_rules,
    placeholders,
    relations,
    sights,
    snapshot_chunks,
    snapshots,
)
from safelight.kernel.errors import NotFound
from safelight.kernel.holdings import Stored, Subject
from safelight.ports.database import Session
from safelight.ports.edge import Edge
from safelight.ports.rows import Rows, RowsKeeper, of_clouds


def _file(row: RowMapping) -> Stored:
    """Under the name that its URLs have, so that a person knows it again."""
    ending = f".{row['format']}" if row["format"] and row["kind"] != "raw" else ""
    name = f"{row['cloud_id']}/{row['kind']}/{row['access']}/{row['name']}{ending}"
    return Stored(version_prefix(row["cloud_id"], row["version_id"]) + "original", name, int(row["size_bytes"]))


def _former(row: RowMapping) -> Stored:
    ending = f".{row['format']}" if row["format"] and row["kind"] != "raw" else ""
    name = f"{row['cloud_id']}/versions/{row['asset_id']}/{row['version']}-{row['version_id']}{ending}"
    return Stored(version_prefix(row["cloud_id"], row["version_id"]) + "original", name, int(row["size_bytes"]))


ROWS = (
    Rows(bulk_failures, of_clouds(bulk_failures), ("asset-bulks",)),
    Rows(bulk_traces, of_clouds(bulk_traces), ("asset-bulks",)),
    Rows(bulks, of_clouds(bulks), ("asset-bulks",)),
    Rows(snapshot_chunks, of_clouds(snapshot_chunks)),
    Rows(snapshots, of_clouds(snapshots)),
    Rows(analyses, of_clouds(analyses), ("asset-analyses",), is_portable=True),
    Rows(sights, of_clouds(sights), ("asset-sights",), is_portable=True),
    Rows(relations, of_clouds(relations), is_portable=True),
    Rows(
        assets,
        of_clouds(assets),
        ("asset-names", "asset-content", "asset-notes", "asset-origin"),
        file=_file,
        is_portable=True,
    ),
    Rows(backups, of_clouds(backups), ("asset-backups",), file=_former, is_portable=True),
    Rows(placeholders, of_clouds(placeholders), ("asset-backups",), is_portable=True),
    Rows(folders, of_clouds(folders), ("asset-names",), is_portable=True),
    Rows(metadata_rules, of_clouds(metadata_rules), ("asset-notes",), is_portable=True),
    Rows(metadata_fields, of_clouds(metadata_fields), ("asset-notes",), is_portable=True),
)


def keeper_of(edge: Edge) -> RowsKeeper:
    """The cache in front forgets each asset with its row."""

    async def tell_edge(_session: Session, _subject: Subject, gone: Sequence[RowMapping]) -> None:
        await edge.purge([row["id"] for row in gone])

    return RowsKeeper("assets", HOLDINGS, ROWS, then={"assets": tell_edge})


async def cloud_of(session: Session, asset_id: str) -> str:
    """In which cloud a file lies, for who looks after all of them. Raises NotFound."""
    row = await session.fetch_one(select(assets.c.cloud_id).where(assets.c.id == asset_id))
    if row is None:
        raise NotFound(f"There is no file with the asset id `{asset_id[:64]}`.")
    return str(row["cloud_id"])
