"""Wrapping: the secret of a file, within the key of its cloud, within its owner's if there is one, within ours."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import RowMapping

from safelight.kernel.errors import Internal, Invalid, KeyWithdrawn
from safelight.kernel.ids import random_bytes
from safelight.ports.keys import KeyStore

KEY_BYTES = 32
NONCE_BYTES = 12


def wrap(key: bytes, plain: bytes, context: str) -> bytes:
    """Encrypt and authenticate a key with another one."""
    nonce = random_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unwrap(key: bytes, wrapped: bytes, context: str) -> bytes:
    """Raises InvalidTag where it is another key, or the wrapped one was changed."""
    return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context.encode())


def sealed_cloud_key(store: KeyStore, cloud_id: str, key: bytes, owner_key: bytes | None) -> bytes:
    """What lies in `cloud_keys.sealed`."""
    within = key if owner_key is None else wrap(owner_key, key, of_cloud(cloud_id))
    return store.seal(within, of_cloud(cloud_id))


def cloud_key(store: KeyStore, row: RowMapping) -> bytes:
    """The opposite, of a row with `cloud_id`, `cloud_sealed`, `is_owned` and `owner_sealed`. Raises KeyWithdrawn."""
    cloud_id = str(row["cloud_id"])
    within = store.open(row["cloud_sealed"], of_cloud(cloud_id))
    if not row["is_owned"]:
        return within
    if row["owner_sealed"] is None:
        raise KeyWithdrawn(cloud_id)
    return opened_by_owner(cloud_id, within, store.open(row["owner_sealed"], of_owner(cloud_id)))


def opened_by_owner(cloud_id: str, within: bytes, owner_key: bytes) -> bytes:
    """Raises Invalid where it is another key than the one that it was closed with."""
    try:
        return unwrap(owner_key, within, of_cloud(cloud_id))
    except InvalidTag as error:
        raise Invalid(
            "This is not the key that the files of this cloud were sealed with.", cloud_id=cloud_id
        ) from error


def file_secret(key: bytes, cloud_id: str, file_key: str, wrapped: bytes) -> bytes:
    try:
        return unwrap(key, wrapped, of_file(cloud_id, file_key))
    except InvalidTag as error:
        raise Internal("The secret of a stored file cannot be opened: it was changed.", key=file_key) from error


def of_cloud(cloud_id: str) -> str:
    return f"vault/cloud/{cloud_id}"


def of_owner(cloud_id: str) -> str:
    return f"vault/owner/{cloud_id}"


def of_file(cloud_id: str, file_key: str) -> str:
    return f"vault/file/{cloud_id}/{file_key}"
