"""Keep: a file that was made here -> an asset. Bytes first, then the row, as with every upload."""

from dataclasses import dataclass

from safelight.assets import catalogue
from safelight.assets.model import Added, NewAsset
from safelight.assets.originals import Originals
from safelight.assets.reach import check_added
from safelight.kernel.clock import Clock
from safelight.kernel.rights import EVERYTHING, Rights
from safelight.ports.database import Database
from safelight.uploads.receive import Then, nothing_else
from safelight.uploads.staging import Staged, Staging


@dataclass(frozen=True)
class Keep:
    """What is called so already becomes its older version."""

    database: Database
    originals: Originals
    staging: Staging
    clock: Clock

    async def __call__(
        self, new: NewAsset, staged: Staged, *, then: Then = nothing_else, rights: Rights = EVERYTHING
    ) -> Added:
        """The staged file is gone afterwards, whatever happens. `then`: what else belongs into the transaction.

        `rights`: of who asked for it.
        """
        try:
            await self.originals.adopt(new.cloud_id, new.version_id, staged.path)
            async with self.database.transaction() as session:
                added = await catalogue.add(session, new, may_overwrite=True, now=self.clock.now())
                check_added(rights, added)
                await then(session, added.asset)
        finally:
            await self.staging.drop(staged)
        return added
