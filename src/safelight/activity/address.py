"""Address: what may be kept of one. Shortened to its network; in full only sealed with the day's key. Pure."""

import hmac
import ipaddress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.kernel.errors import Internal

BITS_V4 = 24
BITS_V6 = 48
AGENT_CHARS_MAX = 512
"""So much of an agent is kept; browsers send 150."""
NONCE_BYTES = 12
VISITOR_BYTES = 16
ADDRESS_CHARS_MAX = 64
BETWEEN = "\n"
"""No address holds one."""
VERSION = b"\x01"


def network_of(address: str) -> str:
    """`192.0.2.77` -> `192.0.2.0/24`, and of an IPv6 address its /48; empty for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bits = BITS_V4 if found.version == 4 else BITS_V6
    # By the bytes: a network of the library takes four times as long, and each visitor comes by here.
    first = found.packed[: bits // 8].ljust(len(found.packed), b"\0")
    return f"{ipaddress.ip_address(first)}/{bits}"


def seal(address: str, agent: str, cipher: AESGCM, nonce: bytes, day: str) -> bytes:
    """Both in one, so that with the key both are gone; `day` must be the same to open it."""
    plain = f"{address[:ADDRESS_CHARS_MAX]}{BETWEEN}{agent[:AGENT_CHARS_MAX]}".encode(errors="replace")
    return VERSION + nonce + cipher.encrypt(nonce, plain, VERSION + day.encode())


def unseal(sealed: bytes, key: bytes, day: str) -> tuple[str, str]:
    """Address and agent. Raises Internal for what was not sealed with this key on this day."""
    version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        plain = AESGCM(key).decrypt(nonce, rest, version + day.encode())
    except (InvalidTag, ValueError) as error:
        raise Internal("A sealed address cannot be read with the key of its day.", day=day) from error
    address, _, agent = plain.decode().partition(BETWEEN)
    return address, agent


def visitor_of(salt: bytes, network: str, family: str) -> bytes:
    """What a visitor without an account is told apart by for one day; nobody finds the way back without the salt."""
    return hmac.digest(salt, f"{network}\n{family}".encode(), "sha256")[:VISITOR_BYTES]
