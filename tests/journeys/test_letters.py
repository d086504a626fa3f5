"""Letters of a real house at a real mail server: signed, refused with one click, bounced."""

import json
import re
import time
from email import message_from_bytes
from email.policy import default

import dkim
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.installation import Installation
from tests.mailserver import MailServer, mail_server

SECONDS_MAX = 90


def _installation(folder, port: int) -> Installation:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    folder.mkdir(exist_ok=True)
    file = folder / "dkim.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    environment = {
        "SAFELIGHT_SMTP": f"smtp://127.0.0.1:{port}?from=letters@example.org",
        "SAFELIGHT_MAIL_DKIM_KEY": str(file),
        "SAFELIGHT_MAIL_POSTAL_ADDRESS": "Dunkelgasse 1, 1010 Wien",
        "SAFELIGHT_TEST_CLOCK": "1",
    }
    return Installation(folder, environment=environment)


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("post")) as server:
        yield server


@pytest.fixture(scope="module")
def safelight(tmp_path_factory, post):
    installation = _installation(tmp_path_factory.mktemp("letters"), post.port).start()
    yield installation
    assert installation.stop() == 0


def _send(safelight, template: str, to: str) -> str:
    told = safelight.run(
        *("mail", "send", template, "--to", to, "--fact", "headline=Hello", "--fact", "words=Some words", "--json")
    )
    return json.loads(told.stdout)[0]["id"]


def _ended(safelight, *letters: str) -> dict[str, str]:
    """How each letter ended, as soon as all of them have."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        listed = json.loads(safelight.run("mail", "list", "--json").stdout)
        states = {each["id"]: each["state"] for each in listed if each["id"] in letters}
        if not {"waiting", "handing"} & set(states.values()):
            return states
    raise AssertionError(f"letters are not over: {states}")


def _taken(post: MailServer, letter_id: str) -> bytes:
    (found,) = [each.message for each in post.taken() if f"<{letter_id}@".encode() in each.message]
    return found


def test_a_letter_arrives_signed_and_one_click_ends_its_list_for_good(safelight, post):
    first = _send(safelight, "reminder", "ada@example.net")
    assert _ended(safelight, first) == {first: "sent"}
    raw = _taken(post, first)
    told = json.loads(safelight.run("mail", "status", "--json").stdout)
    assert dkim.verify(raw, dnsfunc=lambda asked, timeout=5: told["dkim_record"].encode())
    message = message_from_bytes(raw, policy=default)
    signed = re.search(r"h=([^;]*);", str(message["DKIM-Signature"]))[1]
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed.split(":"))
    assert "Dunkelgasse 1" in message.get_body(("plain",)).get_content()

    url = re.match(r"<(http[^>]*)>", str(message["List-Unsubscribe"]))[1]
    assert url.startswith(safelight.base)
    assert httpx.get(url, timeout=20).status_code == 200
    answer = httpx.post(url, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    expected = {
        _send(safelight, template, to): state
        for template, to, state in (
            ("reminder", "Ada@example.net", "unwanted"),
            ("notice", "ada@example.net", "sent"),
            ("reminder", "eve@example.net", "sent"),
            ("news", "eve@example.net", "unwanted"),
            ("notice", "refused@example.net", "bounced"),
        )
    }
    assert _ended(safelight, *expected) == expected
    assert len(post.taken()) == 3
