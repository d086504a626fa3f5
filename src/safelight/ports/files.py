"""Files: a sheet that is all files below some names in the store of bytes, by cloud."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from safelight.kernel.holdings import Found, Holding, Item, Receipt, Searched, Sheet, Stage, Subject
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Session

WITH_ROWS = "Handed out with the record that it belongs to"

PrefixOf = Callable[[str], str]
"""The id of a cloud -> what the names of its files begin with."""


@dataclass(frozen=True)
class FilesKeeper:
    """A Keeper (kernel/holdings.py) of bytes. `prefixes`: by sheet."""

    context: str
    blobs: BlobStore
    prefixes: Mapping[str, PrefixOf]

    @property
    def holdings(self) -> Sequence[Holding]:
        """Those of the records: a file without its record tells of nobody."""
        return ()

    @property
    def sheets(self) -> Sequence[Sheet]:
        return [Sheet(name, (), ("key", "bytes"), Stage.FILES, why_not_given=WITH_ROWS) for name in self.prefixes]

    def coverage(self) -> Sequence[Searched]:
        return [Searched(f"store: {name}") for name in self.prefixes]

    async def give(self, transaction: Session, subject: Subject, sheet: str) -> AsyncIterator[Item]:
        for item in ():
            yield item

    async def forget(self, transaction: Session, subject: Subject, sheet: str, limit: int) -> Receipt:
        """All at once: a store takes a whole branch away, and one that was half gone goes on from there."""
        prefix_of = self.prefixes[sheet]
        return Receipt(sheet, sum([await self.blobs.delete_prefix(prefix_of(each)) for each in subject.cloud_ids]))

    async def look(self, transaction: Session, subject: Subject) -> Sequence[Found]:
        found = [Found(name, await self._count(subject, of)) for name, of in self.prefixes.items()]
        return [Found(each.sheet, each.count, (f"store: {each.sheet}",) if each.count else ()) for each in found]

    async def _count(self, subject: Subject, prefix_of: PrefixOf) -> int:
        count = 0
        for cloud_id in subject.cloud_ids:
            async for _ in self.blobs.list(prefix_of(cloud_id)):
                count += 1
        return count
