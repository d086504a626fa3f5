"""FileKeys: the secret of each sealed file. Destroy it, and the bytes mean nothing any more, wherever copies lie."""

from typing import Protocol


class FileKeys(Protocol):
    """Secrets by the cloud that a file belongs to, empty for the installation's own, and by the key of the file."""

    async def ensure(self, cloud_id: str, key: str) -> bytes:
        """The secret of a file that is about to be written, made if need be. Raises KeyWithdrawn.

        It need not outlive a crash by itself: what is committed afterwards brings it along.
        """
        ...

    async def find(self, cloud_id: str, key: str) -> bytes | None:
        """None where there is none, or none any more. Raises KeyWithdrawn."""
        ...

    async def destroy(self, cloud_id: str, key: str) -> None:
        """To destroy what is not there is no error."""
        ...

    async def destroy_below(self, cloud_id: str, prefix: str) -> int:
        """Of all files whose keys begin with `prefix`; how many there were."""
        ...
