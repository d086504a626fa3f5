"""Opened: what is in a sealed file, with the keys as they lie in the database, and without our own store."""

from safelight.adapters.blobs import frames
from safelight.adapters.blobs.sealed import SUFFIX
from safelight.adapters.keys.local import keys_of
from safelight.kernel.errors import Internal
from safelight.vault import wrapping
from tests.faults.standing import Standing


def plain(standing: Standing, key: str, data: bytes) -> tuple[str, bytes]:
    """The key of the plain file and what is in it; of a file that is not sealed both as they are."""
    if not key.endswith(SUFFIX):
        return key, data
    key = key.removesuffix(SUFFIX)
    secret = _secret(standing, key)
    if secret is None:
        return key, b""
    try:
        cipher = frames.resume(secret, key, data[: frames.HEADER_BYTES])
        return key, frames.unseal(cipher, 0, data[frames.HEADER_BYTES :], ends=True)
    except Internal:  # it was changed
        return key, b""


def _secret(standing: Standing, key: str) -> bytes | None:
    found = standing.query(
        "SELECT f.cloud_id, f.wrapped, c.sealed FROM file_keys f "
        "JOIN cloud_keys c ON c.cloud_id = f.cloud_id AND c.number = f.number WHERE f.key = %s",
        key,
    )
    for cloud_id, wrapped, sealed in found:
        cloud_key = keys_of(_master(standing), "the data folder").open(sealed, wrapping.of_cloud(cloud_id))
        return wrapping.file_secret(cloud_key, cloud_id, key, wrapped)
    return None


def _master(standing: Standing) -> str:
    return (standing.data / "master.key").read_text()
