"""The log: facts, and never a secret or a word about a person."""

import json
import subprocess
import sys

import pytest

from safelight.kernel.secret import Secret
from safelight.web.logs import HIDDEN, tidy

SPEAKING = """
import logging, sys
from safelight.kernel.secret import Secret
from safelight.web import logs
logs.configure(sys.argv[1], process="web-1")
logs.logger().info("request", method="GET", secret="s3cret", key=Secret("s3cret"), email="tom@example.org")
logging.getLogger("procrastinate").warning("cannot reach %s", "postgresql://user:s3cret@host/db")
logging.getLogger("uvicorn.access").info("203.0.113.9 GET /?token=s3cret")
try:
    raise ValueError("no answer from https://host/path?token=s3cret")
except ValueError as error:
    logs.logger().error("failed", exc_info=error)
"""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"event": "request", "status": 200}, {"event": "request", "status": 200}),
        ({"ip": "203.0.113.9", "user_agent": "x", "Email": "a@b.c", "query": "a=1", "fact_url": "x"}, {}),
        ({"key": Secret("s3cret")}, {"key": HIDDEN}),
        ({"facts": {"email": "a@b.c", "size": 3}}, {"facts": {"size": 3}}),
        ({"list": [Secret("x"), {"token": 1}]}, {"list": [HIDDEN, {}]}),
        ({"at": "postgresql://u:p@h/db"}, {"at": f"postgresql://{HIDDEN}@h/db"}),
        ({"at": "see https://h/p?token=1 now"}, {"at": "see https://h/p now"}),
        ({"deep": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, {"deep": {"a": {"b": {"c": {"d": HIDDEN}}}}}),
    ],
)
def test_a_line_loses_what_must_not_be_logged(given, kept):
    assert tidy(None, "info", given) == kept


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_whoever_speaks_nothing_slips_through(log_format: str):
    done = subprocess.run(
        [sys.executable, "-c", SPEAKING, log_format],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src"},
    )
    assert done.stdout == ""
    assert "s3cret" not in done.stderr
    assert "tom@example.org" not in done.stderr
    assert "203.0.113.9" not in done.stderr
    assert "ValueError: no answer from https://host/path" in done.stderr
    assert done.stderr.count("web-1") == 3


def test_machines_get_one_object_a_line():
    done = subprocess.run(
        [sys.executable, "-c", SPEAKING, "json"], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"], line["process"]) for line in lines] == [
        ("request", "info", "web-1"),
        (f"cannot reach postgresql://{HIDDEN}@host/db", "warning", "web-1"),
        ("failed", "error", "web-1"),
    ]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_a_line_that_cannot_be_written_is_lost_and_nothing_else():
    """Else a full disk would turn each answer that is told to the log into a fault of ours."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", f"{SPEAKING}\nprint('still here')\nsys.stderr = None", "json"],
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            env={"PYTHONPATH": "src"},
        )
    assert done.stdout == "still here\n"
