"""Letters of a real house at a real mail server: signed, refused with one click, brought later when it was away."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import dkim
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.installation import Installation, free_port
from tests.mailserver import MailServer, mail_server

SECONDS_MAX = 30


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


def _ended(safelight, letter_id: str, *states: str) -> str:
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        state = json.loads(safelight.run("mail", "show", letter_id, "--json").stdout)["state"]
        if state in states:
            return state
    raise AssertionError(f"the letter is {state}, not {states}")


def _taken(post: MailServer, letter_id: str) -> bytes:
    (found,) = [each.message for each in post.taken() if f"<{letter_id}@".encode() in each.message]
    return found


def test_a_letter_arrives_signed_and_one_click_ends_its_list_for_good(safelight, post):
    first = _send(safelight, "reminder", "ada@example.net")
    assert _ended(safelight, first, "sent") == "sent"
    raw = _taken(post, first)
    told = json.loads(safelight.run("mail", "status", "--json").stdout)
    assert dkim.verify(raw, dnsfunc=lambda asked, timeout=5: told["dkim_record"].encode())
    message = message_from_bytes(raw, policy=default)
    signed = re.search(r"h=([^;]*);", str(message["DKIM-Signature"]))[1]
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(signed.split(":"))
    assert "Dunkelgasse 1" in message.get_body(("plain",)).get_content()

    url = re.match(r"<(http[^>]*)>", str(message["List-Unsubscribe"]))[1]
    assert url.startswith(safelight.base)
    assert httpx.get(url).status_code == 200
    assert _ended(safelight, _send(safelight, "reminder", "ada@example.net"), "sent", "unwanted") == "sent"
    answer = httpx.post(url, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    assert _ended(safelight, _send(safelight, "reminder", "ada@example.net"), "sent", "unwanted") == "unwanted"
    assert _ended(safelight, _send(safelight, "notice", "Ada@example.net"), "sent", "unwanted") == "sent"
    assert _ended(safelight, _send(safelight, "reminder", "eve@example.net"), "sent", "unwanted") == "sent"


def test_advertisements_go_to_nobody_who_did_not_ask(safelight, post):
    before = len(post.taken())
    assert _ended(safelight, _send(safelight, "news", "bob@example.net"), "sent", "unwanted") == "unwanted"
    assert len(post.taken()) == before


def test_an_address_that_is_none_is_not_tried_again_but_for_service(safelight, post):
    assert _ended(safelight, _send(safelight, "notice", "refused@example.net"), "bounced") == "bounced"
    assert _ended(safelight, _send(safelight, "notice", "refused@example.net"), "bounced", "unwanted") == "unwanted"


def test_a_letter_waits_for_a_server_that_is_away_also_through_a_power_cut(tmp_path):
    port = free_port()
    installation = _installation(tmp_path / "waits", port).start()
    try:
        letter = _send(installation, "test", "ada@example.net")
        deadline = time.monotonic() + SECONDS_MAX
        while time.monotonic() < deadline:
            if json.loads(installation.run("mail", "show", letter, "--json").stdout)["tries"] == 1:
                break
        installation.kill()
        with mail_server(tmp_path / "post", "--port", str(port)) as post:
            installation.start()
            installation.run("clock", "set", (datetime.now(UTC) + timedelta(minutes=2)).isoformat())
            installation.run("jobs", "run", "--due")
            assert _ended(installation, letter, "sent") == "sent"
            assert len(post.taken()) == 1
            shown = installation.run("mail", "show", letter).stdout
            assert "ada" not in shown
    finally:
        installation.kill()
