"""The keys of files from the shell: a new master key goes where the present one comes from, or nowhere."""

import json
from pathlib import Path

import pytest

from safelight.adapters.keys.local import keys_of
from safelight.cli.main import main

KEY, OTHER = "5e" * 32, "6f" * 32
COMMAND, SETTING = "SAFELIGHT_ACCOUNT_MASTER_KEY_COMMAND", "SAFELIGHT_ACCOUNT_MASTER_KEY"


@pytest.fixture
def master(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def run() -> tuple[int, str]:
        code = main(["keys", "master", "--data", str(tmp_path), "--json"])
        told = capsys.readouterr()
        return code, told.out or told.err

    return run


def test_the_file_has_a_new_key_before_the_old_one(tmp_path: Path, master):
    file = tmp_path / "master.key"
    file.write_text(KEY)
    before = keys_of(KEY, "before")
    assert master()[0] == 0
    after = keys_of(file.read_text(), "after")
    assert file.stat().st_mode & 0o777 == 0o600
    assert after.open(before.seal(b"plain", "context"), "context") == b"plain"
    assert after.renewed(before.seal(b"plain", "context"), "context") is not None
    assert after.mark(b"plain", "context") == before.mark(b"plain", "context")


def test_a_key_of_the_settings_is_told_and_not_written(tmp_path: Path, master, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(SETTING, KEY)
    code, told = master()
    assert code == 0
    assert KEY in json.loads(told)[SETTING]
    assert not list(tmp_path.iterdir())


def test_what_a_program_must_print_is_told_and_no_file_is_changed(
    tmp_path: Path, master, monkeypatch: pytest.MonkeyPatch
):
    """One may lie there from before: to change it would change nothing, and look as if it had."""
    (tmp_path / "master.key").write_text(OTHER)
    monkeypatch.setenv(COMMAND, f"echo {KEY}")
    code, told = master()
    assert code == 0
    assert [word for word in json.loads(told)[COMMAND].split() if word in (KEY, OTHER)] == [KEY]
    assert (tmp_path / "master.key").read_text() == OTHER


def test_before_the_first_start_there_is_none(master):
    code, told = master()
    assert code == 1
    assert "the first start makes it" in told
