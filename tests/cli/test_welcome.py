"""The first words: code that works as it stands, without the traps of plain HTTP."""

import ast
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from safelight.cli import welcome
from safelight.wire.snippets import Credentials

ADDRESS = "http://127.0.0.1:8123"
WORDS = (ADDRESS, "demo", "123", "s3-cret_")
KNOWN = Credentials(*WORDS)
URL = welcome.cloudinary_url(*WORDS)


def test_the_url_names_this_server_and_says_nothing_of_secure():
    parts = urlsplit(URL)
    assert (parts.username, parts.password, parts.hostname) == ("123", "s3-cret_", "demo")
    assert parse_qs(parts.query) == {"upload_prefix": [ADDRESS], "cname": ["127.0.0.1:8123"]}


def test_the_code_for_python_is_python():
    assert ast.parse(KNOWN.python)


def test_the_python_sdk_makes_urls_that_this_server_answers_over_plain_http():
    code = KNOWN.python.splitlines()
    program = "\n".join([code[0], code[-1]])
    env = {**os.environ, "CLOUDINARY_URL": URL}
    made = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True).stdout
    assert made.strip() == f"{ADDRESS}/demo/image/upload/c_fill,g_auto,h_300,w_400/photo"


def test_everything_is_said_once_and_can_be_copied():
    words = welcome.first_words(*WORDS)
    for part in (URL, KNOWN.curl, KNOWN.python, KNOWN.node):
        assert words.count(part) == 1
    assert KNOWN.picture in words


@pytest.mark.parametrize("words", [welcome.later_words(ADDRESS)])
def test_later_words_hold_no_secret(words: str):
    assert ADDRESS in words
    assert "safelight key list" in words
    assert "cloudinary://" not in words
