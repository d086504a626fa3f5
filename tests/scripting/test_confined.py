"""A script runs behind all layers that this machine has."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safelight.kernel.errors import TooMuch
from safelight.render import sandbox
from safelight.scripting.model import Script
from safelight.scripting.run import RunScript
from safelight.settings import ScriptSettings

LOOKS_MAX = 300
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _children() -> list[Path]:
    """What runs scripts for this process."""
    found: list[Path] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"safelight.scripting.child" in words and int(parent) == os.getpid():
            found.append(folder)
    return found


def _status(folder: Path) -> dict[str, str]:
    lines = (folder / "status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def test_a_script_runs_confined_and_its_process_ends_with_it():
    script = Script("while (true) {}", {"said": {}}, "said", NOW)
    running = asyncio.create_task(RunScript(ScriptSettings(seconds_max=3))(script))
    wanted = {"NoNewPrivs": "1"} | ({"Seccomp": "2"} if sandbox.layers()["seccomp"] == "on" else {})
    confined = None
    while not running.done():
        for folder in _children():
            try:
                status, seen = _status(folder), (folder / "environ").read_bytes()
            except OSError:
                continue
            if wanted.items() <= status.items():
                confined = seen
        await asyncio.sleep(0.2)
    with pytest.raises(TooMuch):
        await running
    assert confined is not None
    assert {word.partition(b"=")[0] for word in confined.split(b"\0") if word} == {
        b"PYTHONPATH",
        b"PYTHONDONTWRITEBYTECODE",
        b"LC_ALL",
    }
    assert _children() == []


async def test_a_request_that_is_given_up_leaves_no_process():
    script = Script("while (true) {}", {"said": {}}, "said", NOW)
    running = asyncio.create_task(RunScript(ScriptSettings(seconds_max=30))(script))
    for _ in range(LOOKS_MAX):
        if _children():
            break
        await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert _children() == []
