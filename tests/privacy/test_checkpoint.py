"""A checkpoint stands for the ledger as it was; two of them prove that it only grew in between."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.errors import Internal, Invalid
from safelight.privacy import checkpoint, ledger, merkle, note
from safelight.privacy.checkpoint import Roster, checkpoint_of
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.note import Checkpoint, Verifier
from tests.privacy.evidence import NAME, checkpoints_of, verifiers, write


@pytest.fixture
def checkpoints(database, clock):
    return checkpoints_of(database, clock)


async def test_a_checkpoint_is_a_signed_note_of_size_root_time_and_roster(checkpoints, session, clock):
    await write(session, clock, 3)
    signed = await checkpoints.make(session)
    [verifier] = await verifiers(checkpoints, session)
    lines = signed.split("\n")
    # The line of the first key is the fourth.
    assert lines[:2] == [NAME, "4"]
    assert base64.b64decode(lines[2]) == await ledger.root(session, 4)
    assert lines[3:5] == ["at 2026-01-02T03:04:08Z", f"roster 0 {base64.b64encode(Roster([]).root).decode()}"]
    assert lines[5] == ""
    assert lines[6].startswith(f"— {NAME} ")
    assert lines[7:] == [""]
    assert note.is_signed(signed, [verifier])


async def test_each_hour_the_ledger_is_signed_and_the_newest_is_told(checkpoints, database, clock):
    async with database.transaction() as session:
        assert await checkpoints.is_late(session, 3600)
    await checkpoints.sign_ledger({})
    clock.advance(timedelta(hours=1))
    await checkpoints.sign_ledger({})
    async with database.transaction() as session:
        assert not await checkpoints.is_late(session, 3600)
        newest = checkpoint_of(await checkpoints.newest(session))
        kept = await session.fetch(text("SELECT at FROM ledger_checkpoints"))
    assert newest.at == clock.now()
    assert len(kept) == 2


async def test_a_later_checkpoint_is_proved_to_hold_the_earlier_one(checkpoints, session, clock):
    await write(session, clock, 5)
    old = checkpoint_of(await checkpoints.make(session))
    await write(session, clock, 6)
    new = checkpoint_of(await checkpoints.make(session))
    path = await checkpoint.consistency(session, old.size, new.size)
    assert merkle.proves_consistency(old.size, new.size, old.root, new.root, path)
    path = await checkpoint.inclusion(session, 2, new.size)
    [row] = await session.fetch(text("SELECT body FROM ledger_entries WHERE seq = 2"))
    assert merkle.proves_inclusion(merkle.leaf_hash(row["body"].encode()), 2, new.size, path, new.root)


@pytest.mark.parametrize(("leaf", "size"), [(0, 9), (3, 3), (-1, 3), (0, -1)])
async def test_nothing_is_proved_of_what_is_not_there(session, clock, leaf, size):
    await write(session, clock, 3)
    with pytest.raises(Invalid):
        await checkpoint.inclusion(session, leaf, size)
    with pytest.raises(Invalid):
        await checkpoint.consistency(session, size + 1, size)


async def test_a_new_key_is_told_of_by_the_ledger_and_by_the_old_key(checkpoints, session, clock):
    await checkpoints.make(session)
    [old] = await verifiers(checkpoints, session)
    clock.advance(timedelta(days=1))
    new = await checkpoints.rotate(session)
    handed_over = await checkpoints.newest(session)
    assert note.is_signed(handed_over, [old])
    assert note.is_signed(handed_over, [new])
    clock.advance(timedelta(hours=1))
    after = await checkpoints.make(session)
    assert note.is_signed(after, [new])
    assert not note.is_signed(after, [old])
    [row] = await session.fetch(text("SELECT sealed, retired_at FROM signing_keys WHERE retired_at IS NOT NULL"))
    assert row["sealed"] is None
    kinds = await session.fetch(text("SELECT type FROM ledger_entries ORDER BY seq"))
    assert [row["type"] for row in kinds] == ["key.made", "key.made"]


async def test_the_secret_lies_sealed(checkpoints, session, clock):
    await checkpoints.make(session)
    [row] = await session.fetch(text("SELECT id, sealed FROM signing_keys"))
    with pytest.raises(Internal):
        checkpoints.signer.store.open(row["sealed"], "privacy/signing/another")
    assert len(checkpoints.signer.store.open(row["sealed"], f"privacy/signing/{row['id']}")) == 32


async def test_who_is_on_the_roster_is_signed_with_the_ledger(checkpoints, session, clock):
    for number in range(7):
        await ledger.append(session, Entry(EntryType.EXPORT_MADE, clock.now(), subject=f"usr_{number}"))
    was = bytes.fromhex(await ledger.commitment(session, "usr_3"))
    await ledger.forget_salt(session, "usr_3")
    signed = checkpoint_of(await checkpoints.make(session))
    assert signed.roster_size == 6
    rows = await session.fetch(text("SELECT commitment FROM ledger_salts"))
    roster = Roster(sorted(bytes.fromhex(row["commitment"]) for row in rows))
    assert roster.root == signed.roster_root
    for each in roster.absence(was):
        path = [bytes.fromhex(one) for one in each["proof"]]
        leaf = merkle.leaf_hash(bytes.fromhex(each["commit"]))
        assert merkle.proves_inclusion(leaf, each["index"], 6, path, signed.roster_root)
    with pytest.raises(Invalid):
        roster.absence(roster.commitments[0])


@pytest.mark.parametrize("who", range(0, 10, 2))
def test_absence_shows_the_two_that_stand_where_somebody_would_stand(who):
    roster = Roster([bytes([number]) * 32 for number in (1, 3, 5, 7)])
    near = [each["commit"][:2] for each in roster.absence(bytes([who]) * 32)]
    assert near == [f"0{number}" for number in (who - 1, who + 1) if 1 <= number <= 7]


def test_the_key_of_a_note_reads_back_and_a_wrong_one_is_told():
    verifier = Verifier(NAME, b"p" * 32)
    assert Verifier.parse(f"{verifier}\n") == verifier
    for wrong in ("", "a+b", f"{verifier}x", str(verifier).replace("media", "other"), f"{NAME}+00000000+AAAA"):
        with pytest.raises(Invalid):
            Verifier.parse(wrong)


@pytest.mark.parametrize(
    "text_",
    [
        "",
        "x",
        "a\n\nb\n",
        "a\n\n— name AAAA\n",
        "a\n\n— name !!\n",
        "a\n\n— name AAAAAAAA",
        f"{'a' * 20_000}\n\n— n AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_told(text_):
    with pytest.raises(Invalid):
        note.parse(text_)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["origin", "one", "AAAA", "at 2026-01-02T03:04:08Z", "roster 0 AAAA", ""],
        ["origin", "1", "AAAA", "at noon", "roster 0 AAAA", ""],
        ["origin", "1", "AAAA", "at 2026-01-02T03:04:08Z", "list 0 AAAA", ""],
        ["origin", "1", "AAAA", "at 2026-01-02T03:04:08Z", "roster 0 AAAA", "more", ""],
    ],
)
def test_what_is_no_checkpoint_is_told(lines):
    with pytest.raises(Invalid):
        Checkpoint.parse("\n".join(lines))
