"""OnDemand: a URL of pictures that nobody had put together yet -> made once and kept, as the call would."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from safelight.accounts.model import Cloud, Manner, Principal
from safelight.activity.taken import UNTOLD, Taken
from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.derived.maker import OneMaker
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.uploads.composing import Asked, Make
from safelight.uploads.multi import Parse, ref_of


@dataclass(frozen=True)
class OnDemand:
    """The public pictures of a tag are there for everybody: so is what is made of them."""

    database: Database
    makers: Mapping[Access, Make]
    parse: Parse
    maker: OneMaker = field(default_factory=OneMaker)
    taken: Taken = UNTOLD

    async def __call__(self, cloud: Cloud, access: Access, tag: str, transformation: str) -> None:
        """Raises NotFound where there are no pictures with the tag."""
        words: dict[str, str | list[str]] = {"tag": tag}
        if transformation:
            words["transformation"] = transformation
        ref = ref_of(self.parse(words), access)

        async def find() -> Asset | None:
            async with self.database.transaction() as session:
                return await catalogue.find(session, cloud.id, ref)

        async def make() -> Asset:
            asked = Asked(Principal(cloud, Manner.UNSIGNED), access.value, words, Kind.IMAGE, ref, taken=self.taken)
            return (await self.makers[access](asked)).asset

        await self.maker(self.database, cloud.id, f"compose/{cloud.id}/{access}/{ref.name}", find, make)
