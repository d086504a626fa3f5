"""The ledger from the shell."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from safelight.cli import privacy_ledger
from safelight.cli.main import build_parser, main
from safelight.privacy.entry import EntryType
from safelight.privacy.receipts import Claims
from tests.privacy.evidence import KEYS, receipts_of, write


@dataclass
class House:
    """As much of a house as these commands ask."""

    database: object
    clock: object
    keys: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(store=KEYS))
    base_url: str = "https://media.example.com"


@pytest.fixture
def tell(database, clock, session, capsys):
    """Do a command with `--json`, and give what it said."""

    async def tell(verb, *words):
        await verb(House(database, clock), session, build_parser().parse_args(["privacy", "ledger", *words, "--json"]))
        return json.loads(capsys.readouterr().out)

    return tell


async def test_a_checkpoint_is_made_and_its_key_shown(tell):
    signed = await tell(privacy_ledger.make_checkpoint, "checkpoint")
    [key] = await tell(privacy_ledger.show_keys, "keys")
    assert key["key"].split("+")[0] in signed["note"]
    rotated = await tell(privacy_ledger.rotate_key, "rotate")
    assert rotated["key"] in [each["key"] for each in await tell(privacy_ledger.show_keys, "keys")]


async def test_lines_are_listed(tell, session, clock):
    await write(session, clock, 5)
    lines = await tell(privacy_ledger.list_lines, "list", "--start", "2", "--limit", "2")
    assert [each["seq"] for each in lines] == [2, 3]


async def test_a_receipt_is_checked_by_its_file_alone(database, session, clock, tmp_path: Path, capsys):
    receipts = receipts_of(database, clock)
    raw = await receipts.issue(
        session, Claims("access"), subject="usr_ada", as_entry=EntryType.EXPORT_MADE, clause="PP-45"
    )
    file = tmp_path / "receipt.json"
    file.write_bytes(raw)
    assert main(["receipt", "verify", str(file), "--key", json.loads(raw)["key"]]) == 0
    assert capsys.readouterr().out.endswith("GOOD\n")
    file.write_bytes(raw.replace(b'"access"', b'"erasure"'))
    assert main(["receipt", "verify", str(file)]) == 1
    assert main(["receipt", "verify", str(tmp_path / "none.json")]) == 1
