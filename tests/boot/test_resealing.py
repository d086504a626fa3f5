"""With a new master key everything opens as before, and after resealing without the old one, too."""

import pytest
from sqlalchemy import LargeBinary, select

from safelight.accounts.keys import Keys
from safelight.adapters.keys.local import LocalKeys, keys_of, with_new_key
from safelight.boot.declared import load_tables
from safelight.boot.resealing import SEALED, reseal
from safelight.kernel.errors import Internal, Invalid
from safelight.ports.tables import METADATA
from safelight.privacy import cases
from safelight.privacy.request import Direction
from safelight.vault.ring import Ring
from safelight.vault.store import cloud_keys
from tests.api import Api

OLD = "ab" * 32
PLAIN = frozenset(
    {
        "activity_piece", "digest", "digest_before", "body", "salt", "nodes", "public", "public_key", "credential_id",
        "challenge", "visitor", "secret", "wrapped", "md5", "previous", "marks",
    }
)  # fmt: skip
"""Columns of bytes that the master key does not close itself."""


def test_every_column_of_sealed_bytes_is_in_the_list():
    load_tables()
    bytes_of = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name not in PLAIN
    }
    # Addresses are sealed with the key of their day, which is in the list.
    assert bytes_of - set(SEALED) <= {("traffic_clients", "sealed")}
    assert not {place for place in SEALED if place[1] not in METADATA.tables[place[0]].columns}


def test_a_ring_of_keys_is_one_text():
    first = keys_of(OLD, "here")
    sealed, mark = first.seal(b"old", "context"), first.mark(b"ann@example.org", "letters")
    text = with_new_key(OLD, "here")
    both = keys_of(text, "here")
    assert both.open(sealed, "context") == b"old"
    renewed = both.renewed(sealed, "context")
    assert renewed is not None
    assert both.renewed(renewed, "context") is None
    # The old one goes; marks stay as they were.
    left = keys_of(" ".join(word for word in text.split() if word != OLD), "here")
    assert left.open(renewed, "context") == b"old"
    assert left.mark(b"ann@example.org", "letters") == mark
    with pytest.raises(Internal, match="master key"):
        left.open(sealed, "context")
    assert len(with_new_key(text, "here").split()) == 4


@pytest.mark.parametrize(
    "text", ["", "ab", f"{OLD} xy", f"marks:{OLD}", f"{OLD} marks:{OLD} marks:{OLD}", " ".join([OLD] * 9)]
)
def test_another_text_is_no_ring(text: str):
    with pytest.raises(Invalid, match="64 hex digits"):
        keys_of(text, "here")


async def test_what_was_sealed_is_closed_anew_in_pieces(database, clock):
    old, new = LocalKeys(bytes(32)), LocalKeys(bytes([1]) * 32, bytes(32))
    api = Api(database, clock, keys=Keys(old))
    await api.open()
    other = await api.issue("5678", "another")
    secret = await Ring(database, old, clock).ensure(api.cloud.id, "c/1/original")
    async with database.transaction() as session:
        await cases.add_line(session, old, "request", Direction.IN, "what they wrote", clock.now())
    first = [done async for done in reseal(database, new, batch_rows=1)]
    again = [done async for done in reseal(database, new, batch_rows=1)]
    renewed = {done.place: done.renewed for done in first if done.renewed}
    assert renewed == {
        "api_keys.sealed_secret": 2, "privacy_request_lines.sealed": 1, "cloud_keys.sealed": 1,
    }  # fmt: skip
    assert not [done for done in again if done.renewed]
    alone = LocalKeys(bytes([1]) * 32)
    async with database.transaction() as session:
        found = await Keys(alone).find(session, api.cloud.id, other.api_key)
        assert found is not None
        assert found.secret.reveal() == "another"
        assert [line.text for line in await cases.lines(session, alone, "request")] == ["what they wrote"]
        assert len(await session.fetch(select(cloud_keys))) == 1
    assert await Ring(database, alone, clock).find(api.cloud.id, "c/1/original") == secret
