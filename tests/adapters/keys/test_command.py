"""The master key comes from a program; without one that answers, nothing starts with another key."""

import sys

import pytest

from safelight.adapters.keys.command import SETTING, printed_key
from safelight.adapters.keys.local import local_keys
from safelight.kernel.errors import Invalid, NotAvailable

KEY = "5e" * 32


def program(text: str) -> str:
    return f'{sys.executable} -c "{text}"'


async def test_what_is_printed_is_the_key(tmp_path):
    made = await printed_key(program(f"print('{KEY}')"))
    assert made.reveal() == KEY
    keys = local_keys(made, tmp_path / "master.key")
    assert keys.open(keys.seal(b"plain", "context"), "context") == b"plain"
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("/nowhere/at/all", Invalid),
        ("", Invalid),
        ("'not closed", Invalid),
        (program("while True: print('5e' * 9999)"), NotAvailable),
        (program(f"print('{KEY}'); raise SystemExit(3)"), NotAvailable),
    ],
)
async def test_without_an_answer_there_is_no_key(command: str, error):
    with pytest.raises(error, match=SETTING) as told:
        await printed_key(command)
    assert KEY not in told.value.message


@pytest.mark.parametrize("text", ["", "no key", KEY[:-2]])
async def test_what_is_no_key_is_refused(text: str, tmp_path):
    made = await printed_key(program(f"print('{text}')"))
    with pytest.raises(Invalid, match="64 hex digits"):
        local_keys(made, tmp_path / "master.key")
