"""Snippets: code that works as it stands, over plain HTTP and over TLS."""

import ast
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from safelight.wire.snippets import Credentials

NEAR = Credentials("http://127.0.0.1:8000", "demo", "123", "s3-cret_")
FAR = Credentials("https://media.example.org", "demo", "123", "s3-cret_")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (NEAR, {"upload_prefix": ["http://127.0.0.1:8000"], "cname": ["127.0.0.1:8000"]}),
        (FAR, {"upload_prefix": ["https://media.example.org"], "secure_distribution": ["media.example.org"]}),
    ],
)
def test_the_url_names_the_installation_and_says_nothing_of_secure(known: Credentials, words: dict[str, list[str]]):
    assert parse_qs(urlsplit(known.url).query) == words
    assert ast.parse(known.python)


@pytest.mark.parametrize("known", [NEAR, FAR])
def test_the_python_sdk_makes_addresses_of_this_installation(known: Credentials):
    code = known.python.splitlines()
    env = {**os.environ, "CLOUDINARY_URL": known.url}
    program = "\n".join([code[0], code[-1]])
    made = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True).stdout
    assert made.strip() == f"{known.address}/demo/image/upload/c_fill,g_auto,h_300,w_400/photo"
