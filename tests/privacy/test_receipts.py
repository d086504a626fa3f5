"""A receipt is checked by a file that stands alone; whatever is changed in it is found."""

import copy
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from safelight.privacy import ledger, verify
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.receipts import Claims, Kept, Probed
from tests.privacy.evidence import receipts_of, verifiers, write

VERIFIER = Path(verify.__file__)
LINES_MAX = 190


@pytest.fixture
async def erased(database, session, clock):
    """The receipt of an erasure with its key; two lines of it, among those of others."""
    receipts = receipts_of(database, clock)
    await receipts.checkpoints.make(session)
    for other in range(5):
        await ledger.append(session, Entry(EntryType.EXPORT_MADE, clock.now(), subject=f"usr_other{other}"))
    step = Entry(EntryType.ERASURE_STEP, clock.now(), "PP-46", subject="usr_ada", counts={"sessions": 3})
    number = await ledger.append(session, step)
    await write(session, clock, 4)
    salt = await ledger.salt_of(session, "usr_ada")
    await ledger.forget_salt(session, "usr_ada")
    claims = Claims(
        "erasure",
        "SL-2026-000123",
        [Probed("database", clock.now(), "nothing found — nirgends")],
        [Kept("invoice number", "17(3)(b)", date(2034, 12, 31))],
        more={"files": 2},
    )
    raw = await receipts.issue(
        session,
        claims,
        subject="usr_ada",
        as_entry=EntryType.ERASURE_DONE,
        clause="PP-46",
        entries=[number],
        salt=salt,
    )
    [key] = await verifiers(receipts.checkpoints, session)
    return json.loads(raw), str(key)


def outcome(tmp_path: Path, receipt: object, *more: str) -> tuple[int, str]:
    """Of the file alone: no package of ours is to be found by it."""
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt), "utf-8")
    alone = tmp_path / "verify.py"
    alone.write_bytes(VERIFIER.read_bytes())
    done = subprocess.run([sys.executable, "-I", alone, file, *more], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_the_verifier_is_small_and_knows_nothing_of_us():
    source = VERIFIER.read_text("utf-8")
    assert "import safelight" not in source
    assert "from safelight" not in source
    assert len(source.splitlines()) <= LINES_MAX


def test_a_receipt_is_good_with_the_key_that_was_noted(erased, tmp_path):
    receipt, key = erased
    code, said = outcome(tmp_path, receipt, "--key", key)
    assert (code, said.splitlines()[-1]) == (0, "GOOD")
    assert 'erasure.step {"sessions": 3}' in said
    assert "claims: erasure, case SL-2026-000123" in said
    assert "not in the list of those whom the ledger can still tell apart" in said


def test_without_a_key_it_says_that_it_took_the_receipts_word(erased, tmp_path):
    code, said = outcome(tmp_path, erased[0])
    assert code == 0
    assert "compare it with the one you noted" in said


def test_who_is_still_listed_gets_a_receipt_without_that_claim(erased):
    receipt, key = erased
    without = {name: value for name, value in receipt.items() if name != "non_inclusion"}
    assert not any("tell apart" in line for line in verify.verify(without, key))


def changed(receipt, act):
    receipt = copy.deepcopy(receipt)
    act(receipt)
    return receipt


def _swap(receipt):
    entries = receipt["entries"]
    entries[0]["proof"], entries[1]["proof"] = entries[1]["proof"], entries[0]["proof"]


def _nearer(receipt):
    receipt["non_inclusion"]["neighbours"].pop()


@pytest.mark.parametrize(
    "act",
    [
        lambda receipt: receipt["entries"][0].update(
            body=receipt["entries"][0]["body"].replace('"sessions":3', '"sessions":4')
        ),
        lambda receipt: receipt["entries"][0].update(body=receipt["entries"][0]["body"].replace('"seq":6', '"seq":5')),
        lambda receipt: receipt.update(entries=receipt["entries"][:1]),
        lambda receipt: receipt.update(entries=[]),
        lambda receipt: receipt["entries"][0]["proof"].pop(),
        lambda receipt: receipt["entries"][0]["proof"].append("00" * 32),
        _swap,
        _nearer,
        lambda receipt: receipt["non_inclusion"]["neighbours"][0].update(index=5),
        lambda receipt: receipt["non_inclusion"]["neighbours"][0].update(commit="11" * 32),
        lambda receipt: receipt["claims"].update(case="SL-2026-000124"),
        lambda receipt: receipt["claims"].update(kept=[]),
        lambda receipt: receipt["claims"]["stores"][0].update(result="nothing"),
        lambda receipt: receipt.update(subject_id_hint="usr_eve"),
        lambda receipt: receipt.update(salt="00" * 32),
        lambda receipt: receipt.update(checkpoint=receipt["checkpoint"].replace("at 2026", "at 2025")),
        lambda receipt: receipt.update(checkpoint=receipt["checkpoint"].replace("\n12\n", "\n13\n")),
        lambda receipt: receipt.update(checkpoint="nothing"),
        lambda receipt: receipt.update(checkpoint=receipt["checkpoint"].replace("— media", "— other")),
        lambda receipt: receipt.pop("salt"),
    ],
)
def test_what_was_changed_is_not_good(erased, tmp_path, act, capsys):
    receipt, key = erased
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(changed(receipt, act)), "utf-8")
    assert verify.main([str(file), "--key", key]) == 1
    assert capsys.readouterr().out.startswith("NOT GOOD: ")


def test_another_key_is_not_good(erased, tmp_path):
    receipt, key = erased
    other = "media.example.com/ledger+00000000+AQAA"
    assert outcome(tmp_path, receipt, "--key", other)[0] == 1
    (tmp_path / "key").write_text(f"{key}\n")
    assert outcome(tmp_path, receipt, "--key", str(tmp_path / "key"))[0] == 0


@pytest.mark.parametrize("wrong", [[], {}, "x", {"entries": 3}, None])
def test_what_is_no_receipt_is_told_in_a_line(wrong, tmp_path):
    code, said = outcome(tmp_path, wrong)
    assert (code, said.count("\n")) == (1, 1)
