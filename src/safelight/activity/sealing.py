"""Seal: who asked, address and agent in full, only with the key of the day; many of them in one piece. Pure."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.activity.model import Client
from safelight.kernel.errors import Internal

AGENT_CHARS_MAX = 512
"""So much of an agent is kept; browsers send 150."""
ADDRESS_CHARS_MAX = 64
NONCE_BYTES = 12
VERSION = b"\x02"
QUICK = 1
"""How hard zlib tries: agents are alike, and the first pass finds that."""


@dataclass(frozen=True)
class Asker:
    """Who asked, how often, and how much was sent."""

    address: str
    agent: str
    requests: int
    bytes_sent: int


Askers = Mapping[Client, Sequence[int]]
"""Who asked -> how often, and how much was sent."""


def seal(rows: Mapping[str, Askers], cipher: AESGCM, nonce: bytes, day: str) -> bytes:
    """`rows` are by the id of what they asked for; `day` must be the same to open it."""
    agents: dict[str, int] = {}
    written = {
        id: [
            [address[:ADDRESS_CHARS_MAX], agents.setdefault(agent[:AGENT_CHARS_MAX], len(agents)), *sums]
            for (address, agent), sums in askers.items()
        ]
        for id, askers in rows.items()
    }
    plain = zlib.compress(json.dumps([list(agents), written], separators=(",", ":")).encode(), QUICK)
    return VERSION + nonce + cipher.encrypt(nonce, plain, VERSION + day.encode())


def unseal(sealed: bytes, key: bytes, day: str) -> dict[str, list[Asker]]:
    """By the id of what they asked for. Raises Internal for what was not sealed with this key on this day."""
    version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        plain = AESGCM(key).decrypt(nonce, rest, version + day.encode())
    except (InvalidTag, ValueError) as error:
        raise Internal("A sealed address cannot be read with the key of its day.", day=day) from error
    agents, written = json.loads(zlib.decompress(plain))
    return {
        id: [Asker(address, agents[agent], requests, sent) for address, agent, requests, sent in askers]
        for id, askers in written.items()
    }
