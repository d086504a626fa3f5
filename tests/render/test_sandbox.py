"""What a confined process may and may not do, tried from inside."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from safelight.render import sandbox

ROOT = Path(__file__).parents[2]
ALLOWED = {"thread", "import", "old channel"}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process found out that tried it all from inside."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "inside").write_bytes(b"an original of somebody")
    finished = subprocess.run(
        [sys.executable, "-P", str(ROOT / "tests/render/confined.py"), str(folder)],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert (folder / "inside").read_bytes() == b"an original of somebody"
    assert os.listdir(folder) == ["inside"]
    said = json.loads(finished.stdout)
    assert said["layers"].items() >= sandbox.layers().items()
    return said


@pytest.fixture(scope="module")
def tried(said: dict[str, Any]) -> dict[str, str]:
    return said["found"]


def test_this_machine_has_every_layer():
    """The tests below prove something only where all layers are in place; some are forbidden on many machines."""
    found = sandbox.layers()
    assert {name: state for name, state in found.items() if name not in sandbox.DOUBLED and state != "on"} == {}


def test_what_a_decoder_needs_still_works(tried):
    assert {name: tried[name] for name in ALLOWED} == dict.fromkeys(ALLOWED, "done")


def test_nothing_else_does(tried):
    assert [name for name, outcome in tried.items() if outcome == "done" and name not in ALLOWED] == []
    assert len(tried) > 40


def test_no_privilege_is_kept(said):
    assert said["privileges"] == [0] * 6


def test_where_namespaces_are_allowed_the_network_is_one_with_nothing_in_it(said):
    assert said["layers"]["namespaces"] == "on" or said["has_network"]
    assert said["layers"]["namespaces"] != "on" or not said["has_network"]


def test_a_thread_from_before_would_stand_outside_and_is_refused():
    text = (
        "import threading, time; from safelight.render import sandbox\n"
        "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
        "try: sandbox.apply(2**31)\n"
        "except sandbox.NotConfined: print('refused', flush=True)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-P", "-c", text], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, timeout=60
    )
    assert finished.stdout == b"refused\n"
