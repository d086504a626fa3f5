"""What every carrier of letters promises, asked of each of them; SMTP with a real server in a process of its own."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from safelight.adapters.mailer.folder import FolderMailer
from safelight.adapters.mailer.memory import MemoryMailer
from safelight.adapters.mailer.server import server_of
from safelight.adapters.mailer.smtp import SmtpMailer
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import new_id
from safelight.kernel.secret import Secret
from safelight.ports.mailer import Answer, Envelope, Mailer, Outcome
from tests.installation import free_port
from tests.mailserver import MailServer, certificate, mail_server

MESSAGE = b"From: us@example.org\r\nTo: %s@example.net\r\nSubject: Hello\r\n\r\n.A line that begins with a dot\r\n"
SENDER = "bounces@example.org"


def envelope(name: str = "ada", *, to: str | None = None, sender: str = SENDER) -> Envelope:
    return Envelope(new_id(), sender, to or f"{name}@example.net", MESSAGE % name.encode())


class Hand:
    """Counts how often a letter was about to leave."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("post")) as server:
        yield server


def smtp(port: int, *, seconds: int = 5, user: str = "", words: str = "", ca: Path | None = None, **more) -> SmtpMailer:
    scheme = more.get("scheme", "smtp")
    host = more.get("host", "127.0.0.1")
    url = Secret(f"{scheme}://{user}{host}:{port}?from=us@example.org{words}")
    return SmtpMailer(server_of(url), seconds, ca=ca)


@pytest.fixture(params=["smtp", "folder", "memory"])
def mailer(request: pytest.FixtureRequest, post: MailServer, tmp_path: Path) -> Mailer:
    return {"smtp": smtp(post.port), "folder": FolderMailer(tmp_path), "memory": MemoryMailer()}[request.param]


async def test_a_letter_is_taken_after_it_was_said_that_it_leaves(mailer: Mailer):
    hand = Hand()
    answer = await mailer.send(envelope(), hand)
    assert (answer.outcome, hand.count) == (Outcome.TAKEN, 1)


async def test_an_error_before_it_leaves_stops_it(mailer: Mailer, post: MailServer):
    async def fail() -> None:
        raise Invalid("The database is away.")

    before = len(post.taken())
    with pytest.raises(Invalid):
        await mailer.send(envelope("nobody-gets-it"), fail)
    assert len(post.taken()) == before


async def test_forgetting_what_was_never_sent_is_no_error(mailer: Mailer):
    await mailer.forget([new_id(), new_id()])
    await mailer.forget([])


async def test_a_folder_keeps_a_letter_until_it_is_forgotten(tmp_path: Path):
    mailer, letter = FolderMailer(tmp_path / "letters"), envelope()
    await mailer.send(letter, Hand())
    assert mailer.read(letter.id) == letter.message
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "letters").iterdir()] == [0o600]
    await mailer.forget([letter.id])
    assert mailer.read(letter.id) is None
    assert mailer.read("../../etc/passwd") is None


async def test_the_server_gets_the_bytes_and_an_id_that_comes_back(post: MailServer):
    letter = envelope("exact")
    await smtp(post.port).send(letter, Hand())
    taken = post.taken()[-1]
    assert taken.message == letter.message
    assert taken.head["from"] == SENDER
    assert taken.head["to"] == ["exact@example.net"]
    assert f"ENVID={letter.id.upper()}" in taken.head["options"]


@pytest.mark.parametrize(
    ("name", "outcome", "is_about_recipient", "left"),
    [
        ("refused", Outcome.NEVER, True, 0),
        ("unknown", Outcome.NEVER, True, 0),
        ("full", Outcome.NEVER, True, 0),
        ("policy", Outcome.NEVER, True, 0),
        ("busy", Outcome.LATER, True, 0),
        ("hangup", Outcome.LATER, False, 0),
        ("spam", Outcome.NEVER, False, 1),
        ("late", Outcome.LATER, False, 1),
        ("closing", Outcome.UNCLEAR, False, 1),
    ],
)
async def test_what_the_server_says_is_told_as_what_it_means(post, name, outcome, is_about_recipient, left):
    hand = Hand()
    answer = await smtp(post.port).send(envelope(name), hand)
    assert (answer.outcome, answer.is_about_recipient, hand.count) == (outcome, is_about_recipient, left)


async def test_who_takes_the_bytes_and_says_nothing_leaves_it_unclear(post: MailServer):
    mailer = replace(smtp(post.port, seconds=1), final_seconds=1)
    assert (await mailer.send(envelope("silent"), Hand())).outcome is Outcome.UNCLEAR


async def test_a_sender_that_is_not_wanted_is_no_fault_of_the_recipient(post: MailServer):
    answer = await smtp(post.port).send(envelope(sender="banned@example.org"), Hand())
    assert (answer.outcome, answer.codes, answer.is_about_recipient) == (Outcome.NEVER, "550 5.7.1", False)


async def test_letters_to_other_scripts_go_where_the_server_can_write_them(post: MailServer):
    answer = await smtp(post.port).send(envelope("x", to="jörg@bücher.example"), Hand())
    assert answer.outcome is Outcome.TAKEN
    assert post.taken()[-1].head["to"] == ["jörg@xn--bcher-kva.example"]


async def test_a_server_that_is_away_or_says_nothing_is_asked_later():
    assert (await smtp(free_port()).send(envelope(), Hand())).outcome is Outcome.LATER
    mute = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with mute:
        port = mute.sockets[0].getsockname()[1]
        hand = Hand()
        assert (await smtp(port, seconds=1).send(envelope(), hand)).outcome is Outcome.LATER
        assert hand.count == 0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, files: tuple[Path, Path]) -> Iterator[MailServer]:
    """Wants STARTTLS, a name and a secret."""
    words = ["--starttls", *map(str, files), "--user", "us@example.org", "s3cr:t/"]
    with mail_server(tmp_path_factory.mktemp("guarded"), *words) as server:
        yield server


WHO = "us%40example.org:s3cr%3At%2F@"


async def test_a_letter_goes_through_starttls_with_a_name_and_a_secret(guarded: MailServer, files):
    mailer = smtp(guarded.port, user=WHO, words="&starttls=always", ca=files[0], host="localhost")
    assert (await mailer.send(envelope(), Hand())).outcome is Outcome.TAKEN
    assert guarded.taken()[-1].head["is_tls"]
    assert guarded.taken()[-1].head["user"] == "us@example.org"


@pytest.mark.parametrize(
    ("words", "user", "trusted"),
    [
        ("&starttls=always", WHO, False),
        ("", WHO, False),
        ("&starttls=always", "us%40example.org:wrong@", True),
        ("&starttls=never", WHO, True),
        ("", "", True),
    ],
    ids=["unknown certificate", "also where TLS may be left out", "wrong secret", "no TLS", "no name"],
)
async def test_who_does_not_do_as_the_server_wants_loses_no_letter(guarded: MailServer, files, words, user, trusted):
    before = len(guarded.taken())
    mailer = smtp(guarded.port, user=user, words=words, ca=files[0] if trusted else None, host="localhost")
    hand = Hand()
    answer = await mailer.send(envelope(), hand)
    assert answer.outcome is not Outcome.TAKEN
    assert (hand.count, len(guarded.taken())) == (0, before)


async def test_tls_from_the_first_byte(tmp_path: Path, files):
    with mail_server(tmp_path / "post", "--tls", *map(str, files)) as server:
        mailer = smtp(server.port, scheme="smtps", ca=files[0], host="localhost")
        assert (await mailer.send(envelope(), Hand())).outcome is Outcome.TAKEN
        unknown = smtp(server.port, scheme="smtps", host="localhost")
        assert (await unknown.send(envelope(), Hand())).outcome is Outcome.LATER


async def test_the_certificate_of_another_host_is_none(tmp_path: Path):
    other = certificate(tmp_path, "mail.example.org")
    with mail_server(tmp_path / "post", "--starttls", *map(str, other)) as server:
        answer = await smtp(server.port, ca=other[0], host="localhost").send(envelope(), Hand())
    assert answer.outcome is Outcome.LATER


async def test_the_twin_answers_as_it_was_told():
    twin = MemoryMailer()
    twin.answer = Answer(Outcome.LATER)
    assert (await twin.send(envelope(), Hand())).outcome is Outcome.LATER
    assert not twin.taken
