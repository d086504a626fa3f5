"""Display names: one that no other asset of its folder has, for who asks for it."""

from sqlalchemy import func, or_, select

from safelight.assets.listing import path_key
from safelight.assets.model import AssetRef
from safelight.assets.store import A
from safelight.kernel.ids import random_name
from safelight.ports.database import Session

CHARS_MAX = 255
SUFFIX_CHARS = 6


async def free(session: Session, cloud_id: str, ref: AssetRef, folder: str, display_name: str) -> str:
    """The name itself, or with random letters behind it where another asset than `ref` has it.

    Who asks for the same folder at the same moment waits for the end of the transaction. Locks of rows are taken
    after this one, or two requests could wait for each other.
    """
    lock = func.hashtextextended(f"display_name/{cloud_id}/{folder.lower()}", 0)
    await session.fetch(select(func.pg_advisory_xact_lock(lock)))
    another = or_(A.kind != ref.kind.value, A.access != ref.access.value, A.name != ref.name)
    in_folder = func.lower(A.folder) == path_key(folder)
    taken = select(A.id).where(A.cloud_id == cloud_id, A.display_name == display_name, in_folder, another).limit(1)
    if await session.fetch_one(taken) is None:
        return display_name
    return display_name[: CHARS_MAX - SUFFIX_CHARS - 1] + f"_{random_name(SUFFIX_CHARS)}"
