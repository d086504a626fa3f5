"""A letter that came back is known again, and its address is left in peace where nobody is there."""

from email.message import EmailMessage

import pytest

from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.mail import bounce
from safelight.mail.bounce import Bounce, Refusal, is_about_address
from safelight.mail.inbound import take_in
from safelight.mail.marks import Token, mark_of, token_text
from safelight.mail.model import State

ID = "0123456789abcdef0123456789abcdef"


def report(
    letter_id: str = ID, *, status: str = "5.1.1", action: str = "failed", envelope: bool = True, head: bool = True
) -> bytes:
    """As a mail server writes it (RFC 3464)."""
    known = f"Original-Envelope-Id: {letter_id.upper()}" if envelope else "X-Known: nothing"
    per_message = f"Reporting-MTA: dns; mail.example.net\r\n{known}"
    per_person = (
        f"Final-Recipient: rfc822; ada@example.net\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no"
    )
    back = f"Message-ID: <{letter_id}@example.org>\r\nSubject: Hello" if head else "Subject: Hello"
    return (
        "From: MAILER-DAEMON@example.net\r\nTo: bounces@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{per_message}\r\n\r\n{per_person}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{back}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, Bounce(ID, "5.1.1", is_failed=True)),
        ({"envelope": False}, Bounce(ID, "5.1.1", is_failed=True)),
        ({"head": False}, Bounce(ID, "5.1.1", is_failed=True)),
        ({"envelope": False, "head": False}, None),
        ({"status": "4.4.7", "action": "delayed"}, Bounce(ID, "4.4.7", is_failed=False)),
        ({"status": "5.2.2"}, Bounce(ID, "5.2.2", is_failed=True)),
        ({"status": "nonsense"}, Bounce(ID, "5.0.0", is_failed=True)),
    ],
)
def test_a_report_is_read(words, expected):
    assert bounce.read(report(**words)) == expected


def test_the_whole_letter_may_come_back():
    letter = EmailMessage()
    letter["Message-ID"] = f"<{ID}@example.org>"
    letter.set_content("hello")
    raw = report(envelope=False, head=False).replace(
        b"--b--",
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + letter.as_bytes().replace(b"\n", b"\r\n") + b"\r\n--b--",
    )
    assert bounce.read(raw) == Bounce(ID, "5.1.1", is_failed=True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: I am away\r\n\r\nuntil Monday",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno boundary",
        b"Content-Type: message/delivery-status\r\n\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 5000,
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n\xff: \xfe\r\n",
        b"Subject: =?utf-8?b?//////?=\r\nContent-Type: text/plain; charset=nothing\r\n\r\n" + b"\xff" * 1000,
        b"Subject: unsubscribe short",
    ],
)
def test_what_says_nothing_to_us_is_nothing(raw):
    assert bounce.read(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1500)),
        b"Content-Type: message/delivery-status\r\n\r\n" + b"A: b\r\n\r\n" * 100_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000,
        b"Subject: x\r\n" + b" =?utf-8?q?a?=\r\n" * 100_000,
        b"Content-Type: multipart/report; " + b"a*0=b; " * 50_000,
        b"x" * (bounce.LETTER_BYTES_MAX + 1),
    ],
)
def test_a_letter_that_would_take_for_ever_is_refused(raw):
    with pytest.raises((Invalid, TooMuch)):
        bounce.read(raw)


def test_a_letter_that_is_too_large_is_not_read():
    with pytest.raises(TooMuch):
        bounce.read(b"x" * (bounce.LETTER_BYTES_MAX + 1))


def test_a_letter_may_refuse_a_list():
    assert bounce.read(b"Subject: Re: unsubscribe abcdefghijklmnopqrstuvwxyz\r\n\r\n") == Refusal(
        "abcdefghijklmnopqrstuvwxyz"
    )


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (550, None, True),
        (551, None, True),
        (552, None, False),
        (554, None, False),
        (550, "5.1.1", True),
        (550, "5.2.1", True),
        (550, "5.7.1", False),
        (552, "5.2.2", False),
        (450, "4.1.1", False),
        (None, None, False),
    ],
)
def test_a_full_mailbox_or_a_quarrel_with_us_is_not_about_the_address(code, status, expected):
    assert is_about_address(code, status) == expected


async def take(office, raw: bytes) -> str:
    async with office.database.transaction() as session:
        return await take_in(session, office.keys, raw, now=office.clock.now())


async def test_an_address_that_is_gone_gets_no_more_letters_but_those_of_service(office):
    posted = await office.send("notice")
    await take(office, report(posted.id))
    assert (await office.find(posted.id)).state is State.BOUNCED
    assert (await office.send("notice")).state is State.UNWANTED
    assert (await office.send("test")).state is State.SENT
    assert (await office.send("notice", to="eve@example.net")).state is State.SENT


@pytest.mark.parametrize(
    ("words", "state"),
    [({"status": "5.2.2"}, State.BOUNCED), ({"status": "4.4.7", "action": "delayed"}, State.SENT)],
)
async def test_one_that_is_full_or_late_is_tried_again_with_the_next_letter(office, words, state):
    posted = await office.send("notice")
    await take(office, report(posted.id, **words))
    assert (await office.find(posted.id)).state is state
    assert (await office.send("notice")).state is State.SENT


async def test_nobody_can_say_that_a_letter_came_back_which_they_never_got(office):
    await office.send("notice")
    assert "not known" in await take(office, report())
    assert (await office.send("notice")).state is State.SENT


async def test_a_letter_with_the_token_ends_its_list(office):
    token = token_text(office.keys, Token(mark_of(office.keys, "ada@example.net"), "reminders"))
    await take(office, f"From: somebody@else.example\r\nSubject: unsubscribe {token}\r\n\r\n".encode())
    assert (await office.send("reminder")).state is State.UNWANTED
    assert (await office.send("notice")).state is State.SENT
    with pytest.raises(NotFound):
        await take(office, b"Subject: unsubscribe AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n\r\n")
