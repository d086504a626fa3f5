"""Whoever changes, drops or reorders what was written is found out: here by reading all of it anew."""

import json

import pytest
from sqlalchemy import text

from safelight.privacy import merkle
from safelight.privacy.audit import audit
from tests.privacy.evidence import checkpoints_of, verifiers, write

LINES = 9
OFF = "SET LOCAL session_replication_role = replica"
"""What only the owner of a database can do."""


@pytest.fixture
async def kept(database, session, clock):
    """A ledger with lines and checkpoints; `(checkpoints, a copy of the last checkpoint)`."""
    checkpoints = checkpoints_of(database, clock)
    await checkpoints.make(session)
    await write(session, clock, LINES // 2)
    await checkpoints.make(session)
    await write(session, clock, LINES - LINES // 2)
    return checkpoints, await checkpoints.make(session)


async def found(checkpoints, session, outside=()) -> str:
    told = await audit(session, await verifiers(checkpoints, session), outside)
    return "; ".join(told.faults)


async def rewrite(session, bodies: list[str]) -> None:
    """As who has everything would: lines, hashes and numbers fit together again."""
    await session.execute(text(OFF))
    await session.execute(text("DELETE FROM ledger_entries"))
    rows: list[list[bytes]] = []
    for seq, body in enumerate(bodies):
        line = json.dumps(json.loads(body) | {"seq": seq}, sort_keys=True, separators=(",", ":"))
        rows.append(
            merkle.grown(seq, merkle.leaf_hash(line.encode()), lambda level, at: rows[((at + 1) << level) - 1][level])
        )
        await session.execute(
            text("INSERT INTO ledger_entries VALUES (:seq, '2026-01-02', :type, :body, :nodes)"),
            {"seq": seq, "type": json.loads(line)["type"], "body": line, "nodes": b"".join(rows[-1])},
        )


async def bodies(session) -> list[str]:
    return [row["body"] for row in await session.fetch(text("SELECT body FROM ledger_entries ORDER BY seq"))]


async def test_a_ledger_that_nobody_touched_is_good(kept, session):
    checkpoints, copy = kept
    told = await audit(session, await verifiers(checkpoints, session), [copy])
    assert (told.is_good, told.size, told.checkpoints) == (True, LINES + 1, 3)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE ledger_entries SET body = replace(body, 'number', 'numbers') WHERE seq = 1", "line 1"),
        ("DELETE FROM ledger_entries WHERE seq = 4", "line 4 is missing"),
        ("DELETE FROM ledger_entries WHERE seq > 6", "10 lines were signed for, and there are 7"),
        ("UPDATE ledger_entries SET body = 'x' WHERE seq = 2", "line 2: is no JSON"),
        ("UPDATE ledger_entries SET type = 'erasure.done' WHERE seq = 2", "line 2: does not say what a line says"),
        ("UPDATE ledger_checkpoints SET note = replace(note, 'at 2026', 'at 2025') WHERE size = 10", "is not signed"),
        ("UPDATE ledger_checkpoints SET note = 'x' WHERE size = 10", "This is no signed note"),
    ],
)
async def test_what_was_changed_or_dropped_is_told(kept, session, statement, fault):
    await session.execute(text(OFF))
    await session.execute(text(statement))
    assert fault in await found(kept[0], session)


async def test_two_lines_that_changed_places_are_told(kept, session):
    lines = await bodies(session)
    lines[2], lines[3] = lines[3], lines[2]
    await rewrite(session, lines)
    assert "are not those that were signed" in await found(kept[0], session)


@pytest.mark.parametrize("act", ["changed", "dropped", "added"])
async def test_who_writes_all_of_it_anew_is_told_by_what_was_signed(kept, session, act):
    lines = await bodies(session)
    if act == "changed":
        lines[1] = lines[1].replace('"number":0', '"number":9')
    elif act == "dropped":
        del lines[1]
    else:
        lines.insert(1, lines[1])
    await rewrite(session, lines)
    assert "signed" in await found(kept[0], session)


async def test_who_throws_the_checkpoints_away_too_is_told_by_a_copy_outside(kept, session):
    checkpoints, copy = kept
    lines = await bodies(session)
    lines[1] = lines[1].replace('"number":0', '"number":9')
    await rewrite(session, lines)
    await session.execute(text("DELETE FROM ledger_checkpoints"))
    assert await found(checkpoints, session) == ""
    assert "are not those that were signed" in await found(checkpoints, session, [copy])


async def test_an_honest_rewrite_changes_nothing(kept, session):
    await rewrite(session, await bodies(session))
    assert await found(kept[0], session) == ""
