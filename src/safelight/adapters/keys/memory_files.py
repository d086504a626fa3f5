"""MemoryFileKeys: the twin of FileKeys."""

from safelight.kernel.errors import KeyWithdrawn
from safelight.kernel.ids import random_bytes


class MemoryFileKeys:
    """FileKeys in a dictionary. The keys of `withdrawn` clouds are there, and not to be had."""

    def __init__(self) -> None:
        self.withdrawn: set[str] = set()
        self._secrets: dict[tuple[str, str], bytes] = {}

    async def ensure(self, cloud_id: str, key: str) -> bytes:
        self._check(cloud_id)
        return self._secrets.setdefault((cloud_id, key), random_bytes(32))

    async def find(self, cloud_id: str, key: str) -> bytes | None:
        self._check(cloud_id)
        return self._secrets.get((cloud_id, key))

    async def destroy(self, cloud_id: str, key: str) -> None:
        self._secrets.pop((cloud_id, key), None)

    async def destroy_below(self, cloud_id: str, prefix: str) -> int:
        below = [each for each in self._secrets if each[0] == cloud_id and each[1].startswith(prefix)]
        for each in below:
            del self._secrets[each]
        return len(below)

    def _check(self, cloud_id: str) -> None:
        if cloud_id in self.withdrawn:
            raise KeyWithdrawn(cloud_id)
