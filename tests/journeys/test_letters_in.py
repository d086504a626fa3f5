"""A letter that a mail server brings to a running installation gets a number, and the next one goes on with it."""

import json
import smtplib
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.installation import Installation, free_port

LETTER = "From: ann@canary.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@canary.example>\r\n\r\n{words}\r\n"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("in"), environment={"SAFELIGHT_MAIL_LISTEN": str(port)}).start()
    yield made
    assert made.stop() == 0


def told(installation: Installation, *words: str) -> Any:
    return json.loads(installation.run("privacy", *words, "--json").stdout)


def test_a_letter_by_smtp_opens_a_request_and_one_by_the_shell_goes_on(installation: Installation, port: int):
    first = LETTER.format(subject="my data", id="one", words="Please send me a copy of my personal data.")
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
        line.sendmail("ann@canary.example", ["privacy@canary.example"], first)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            line.sendmail("ann@canary.example", ["bob@elsewhere.example"], first)
    (asked,) = told(installation, "requests", "list")
    assert (asked["kind"], asked["state"], asked["channel"]) == ("access", "identity_pending", "mail")
    second = LETTER.format(subject=f"Re: [{asked['case']}]", id="two", words="and hurry")
    done = subprocess.run(
        installation.command("privacy", "ingest-mail", "--json"),
        input=second.encode(), env=installation.settings(), cwd=installation.folder, capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["case"] == asked["case"]
    letters = told(installation, "letters", asked["case"])
    assert [each["direction"] for each in letters] == ["in", "out", "in"]
    assert asked["case"] in letters[1]["subject"]
    checked = {
        each["clause"]: each for each in told(installation, "selfcheck", "--clause", "PP-03", "--clause", "PP-49")
    }
    assert {name: each["status"] for name, each in checked.items()} == {"PP-03": "PASS", "PP-49": "PASS"}
    assert len(told(installation, "requests", "list")) == 1
