"""The settings in force, without their secrets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def shown(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAFELIGHT_")}
    command = [sys.executable, "-m", "safelight.cli.main", *words]
    clean["PYTHONPATH"] = str(Path("src").absolute())
    return subprocess.run(command, cwd=folder, env={**clean, **env}, capture_output=True, text=True)


def test_each_value_tells_where_it_came_from(tmp_path: Path):
    (tmp_path / "safelight.toml").write_text("[server]\nport = 9000\n")
    done = shown(tmp_path, "config", "show", "--origin", "--json", "--data", "here", SAFELIGHT_HOST="0.0.0.0")
    rows = {row["setting"]: (row["value"], row["origin"]) for row in json.loads(done.stdout)}
    assert rows["server.port"] == (9000, "safelight.toml")
    assert rows["server.host"] == ("0.0.0.0", "environment: SAFELIGHT_HOST")
    assert rows["data"] == ("here", "command line")
    assert rows["server.workers"][1] == "default"


def test_a_secret_is_not_shown(tmp_path: Path):
    url = "postgresql://u:s3cret@h/d"
    done = shown(tmp_path, "config", "show", "--origin", SAFELIGHT_DATABASE=url)
    assert "database.url" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"SAFELIGHT_PROT": "1"}, "safelight: Unknown setting SAFELIGHT_PROT; did you mean SAFELIGHT_PORT?"),
        ({"SAFELIGHT_PORT": "many"}, "safelight: SAFELIGHT_PORT: 'many' will not do; "),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, env: dict[str, str], line: str):
    done = shown(tmp_path, "config", "show", **env)
    assert done.returncode == 1
    assert done.stderr.startswith(line)
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_time_can_be_set_only_where_it_stands(tmp_path: Path):
    refused = shown(tmp_path, "clock", "set", "2026-01-31T12:00:00Z")
    assert (refused.returncode, refused.stderr) == (
        1,
        "safelight: Time can be set only where SAFELIGHT_TEST_CLOCK=1.\n",
    )
    for words in (("clock", "set", "2026-01-31T12:00:00+01:00", "--json"), ("clock", "show", "--json")):
        done = shown(tmp_path, *words, SAFELIGHT_TEST_CLOCK="1")
        assert json.loads(done.stdout) == {"now": "2026-01-31T11:00:00Z", "stands": True}
    wrong = shown(tmp_path, "clock", "set", "tomorrow", SAFELIGHT_TEST_CLOCK="1")
    assert wrong.returncode == 1
    assert len(wrong.stderr.splitlines()) == 1
