"""The ledger takes one line after the other, keeps them as they are, and refuses what could tell of a person."""

import asyncio
import hashlib
import json

import pytest
import rfc8785
from sqlalchemy import text

from safelight.kernel.errors import Conflict, Internal
from safelight.privacy import ledger, merkle
from safelight.privacy.entry import Entry, EntryType, body_of, commitment_of, fault_of


async def bodies(session) -> list[str]:
    return [row["body"] for row in await session.fetch(text("SELECT body FROM ledger_entries ORDER BY seq"))]


async def test_lines_are_numbered_from_nought_and_come_to_the_root_by_the_book(session, now):
    for number in range(11):
        entry = Entry(EntryType.RETENTION_DAILY, now, "PP-53", counts={"sessions.done": number})
        assert await ledger.append(session, entry) == number
    leaves = [merkle.leaf_hash(body.encode()) for body in await bodies(session)]
    while len(leaves) > 1:
        pairs = [leaves[at : at + 2] for at in range(0, len(leaves), 2)]
        leaves = [merkle.node_hash(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    assert await ledger.size(session) == 11
    assert await ledger.root(session, 11) == leaves[0]


async def test_a_line_is_one_text_in_one_order(session, now):
    await ledger.append(session, Entry(EntryType.EXPORT_MADE, now, "PP-45", counts={"b": 2, "a": 1}, detail=b"a file"))
    [body] = await bodies(session)
    assert body == (
        '{"clause":"PP-45","counts":{"a":1,"b":2},'
        f'"detail_hash":"{hashlib.sha256(b"a file").hexdigest()}",'
        '"seq":0,"ts":"2026-01-02T03:04:05Z","type":"export.made","v":1}'
    )


async def test_a_person_is_a_commitment_that_only_the_salt_opens(session, now):
    entry = Entry(EntryType.ERASURE_STEP, now, "PP-46", subject="usr_1", detail=b"what there was")
    await ledger.append(session, entry)
    salt = await ledger.salt_of(session, "usr_1")
    [body] = [json.loads(each) for each in await bodies(session)]
    assert body["subject_commit"] == commitment_of("usr_1", salt) == await ledger.commitment(session, "usr_1")
    assert body["detail_hash"] == hashlib.sha256(b"safelight-detail" + salt + b"what there was").hexdigest()
    assert "usr_1" not in json.dumps(body)


async def test_once_the_salt_is_gone_the_line_is_nobodys_but_can_go_on(session, now):
    was = await ledger.commitment(session, "usr_1")
    await ledger.forget_salt(session, "usr_1")
    await ledger.forget_salt(session, "usr_1")
    await ledger.append(session, Entry(EntryType.ERASURE_PROBED, now, commitment=was))
    [body] = await bodies(session)
    assert json.loads(body)["subject_commit"] == was
    assert await ledger.commitment(session, "usr_1") != was


async def test_many_at_once_wait_for_each_other_and_leave_no_gap(database, now):
    async def one() -> int:
        async with database.transaction() as session:
            return await ledger.append(session, Entry(EntryType.SELFCHECK, now))

    assert sorted(await asyncio.gather(*(one() for _ in range(12)))) == list(range(12))


async def test_what_is_undone_leaves_no_gap(database, now):
    async def fail() -> None:
        async with database.transaction() as session:
            await ledger.append(session, Entry(EntryType.SELFCHECK, now))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.transaction() as session:
        assert await ledger.append(session, Entry(EntryType.SELFCHECK, now)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET body = '{}'",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
        "UPDATE ledger_checkpoints SET note = ''",
        "DELETE FROM ledger_checkpoints",
        "TRUNCATE ledger_checkpoints",
    ],
)
async def test_what_was_written_stays(session, now, statement):
    await ledger.append(session, Entry(EntryType.SELFCHECK, now))
    with pytest.raises((Internal, Conflict)) as raised:
        async with session.savepoint():
            await session.execute(text(statement))
    assert "only grows" in str(raised.value.__cause__)


@pytest.mark.parametrize(
    "entry",
    [
        {"counts": {"ada@example.org": 1}},
        {"counts": {"Ada Lovelace": 1}},
        {"counts": {"192.0.2.7": 1}},
        {"counts": {"sessions": True}},
        {"counts": {"sessions": 1.5}},
        {"counts": {f"n{number}": 1 for number in range(401)}},
        {"clause": "Ada"},
        {"commitment": "usr_1"},
        {"commitment": "a" * 63},
    ],
)
def test_what_could_tell_of_a_person_is_refused_and_not_told_again(now, entry):
    with pytest.raises(Internal, match="must not be written into the ledger") as raised:
        body_of(Entry(EntryType.SELFCHECK, now, **entry), 0)
    assert "Ada" not in str(raised.value)
    assert "ada" not in str(raised.value)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, ""),
        ({"note": "to Ada"}, "the field of another name"),
        ({"type": "ada.removed"}, "the field type"),
        ({"ts": "2026-01-02 for Ada"}, "the field ts"),
        ({"seq": -1}, "the field seq"),
        ({"v": 2}, "the field v"),
        ({"counts": {}}, "the field counts"),
        ({"detail_hash": "Ada"}, "the field detail_hash"),
    ],
)
def test_a_line_has_these_fields_and_no_other(now, more, fault):
    body = json.loads(body_of(Entry(EntryType.SELFCHECK, now), 0))
    assert fault_of(body | more) == fault


def test_a_line_without_a_kind_is_none(now):
    assert fault_of({"v": 1, "seq": 0, "ts": "2026-01-02T03:04:05Z"}) == "type missing"


def test_the_text_is_what_a_verifier_makes_without_any_library(now):
    body = body_of(Entry(EntryType.SELFCHECK, now, "PP-53", counts={"b": 2, "a": -1}), 7)
    assert body == rfc8785.dumps(json.loads(body))
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
