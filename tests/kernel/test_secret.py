"""Secrets do not print."""

import pickle
import traceback

from safelight.kernel.secret import Secret


def test_a_secret_shows_in_no_text():
    secret = Secret("hunter2")
    try:
        raise ValueError(secret)
    except ValueError:
        shown = traceback.format_exc()
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {shown}"


def test_a_secret_matches_only_itself():
    assert Secret("a").matches("a")
    assert not Secret("a").matches("b")
    assert Secret("a") == Secret("a")
    assert Secret("a") != "a"


def test_a_secret_survives_the_way_into_another_process():
    assert pickle.loads(pickle.dumps(Secret("a"))).reveal() == "a"
