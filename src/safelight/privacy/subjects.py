"""Subjects: what the privacy engine itself gives, and forgets, of people: the archives that they asked for."""

from sqlalchemy import select

from safelight.kernel.holdings import Stage, Subject
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Session
from safelight.ports.rows import Rows, RowsKeeper, either, of_account, of_people
from safelight.privacy.holdings import HOLDINGS
from safelight.privacy.store_subjects import exports


def keeper_of(blobs: BlobStore) -> RowsKeeper:
    whose = either(of_account(exports), of_people(exports))

    async def drop_files(session: Session, subject: Subject) -> None:
        for row in await session.fetch(select(exports.c.blob_key).where(whose(subject))):
            await blobs.delete(row["blob_key"])

    return RowsKeeper(
        "privacy",
        HOLDINGS,
        (Rows(exports, whose, ("export-archive",), Stage.QUEUES, hidden=("sealed", "blob_key", "sha256")),),
        first={"exports": drop_files},
    )
