"""Letters come in by SMTP and by LMTP: for our own addresses alone, in bounds, and taken only when they are kept."""

import asyncio
import smtplib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from safelight.adapters.mailer import listener
from safelight.adapters.mailer.listener import Where, listening, where_of
from safelight.kernel.errors import Busy, Invalid, NotAvailable, TooMany, TooMuch
from safelight.ports.arrivals import Came
from tests.installation import free_port

LETTER = b"From: ann@example.net\r\nSubject: x\r\n\r\nhello\r\n"
BYTES_MAX = 10_000


class Post:
    """Takes letters, or raises."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.came: list[Came] = []
        self.fault = fault

    async def __call__(self, came: Came) -> None:
        if self.fault is not None:
            raise self.fault
        self.came.append(came)


def open_door(where: Where, post: Post) -> AbstractAsyncContextManager[None]:
    return listening(where, lambda address: address.startswith("privacy@"), post, bytes_max=BYTES_MAX)


async def talk(where: Where, words: Callable[[Any], Any]) -> Any:
    def said() -> Any:
        kind = smtplib.LMTP if where.is_lmtp else smtplib.SMTP
        with kind(where.host, where.port, timeout=10) as line:
            return words(line)

    return await asyncio.to_thread(said)


@pytest.mark.parametrize("is_lmtp", [False, True])
async def test_a_letter_is_taken_as_it_came(is_lmtp: bool):
    post, where = Post(), Where("127.0.0.1", free_port(), is_lmtp)
    async with open_door(where, post):
        await talk(where, lambda line: line.sendmail("ann@example.net", ["privacy@example.com"], LETTER))
        await talk(where, lambda line: line.sendmail("", ["privacy@a.example"], LETTER))
    assert post.came == [Came("ann@example.net", LETTER), Came("", LETTER)]


async def test_by_lmtp_each_recipient_has_an_answer():
    post, where = Post(), Where("127.0.0.1", free_port(), is_lmtp=True)
    async with open_door(where, post):
        reader, writer = await asyncio.open_connection(where.host, where.port)
        heads = b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<privacy@a.example>\r\nRCPT TO:<privacy@b.example>\r\nDATA\r\n"
        writer.write(heads + LETTER + b".\r\nQUIT\r\n")
        said = (await asyncio.wait_for(reader.read(), 10)).splitlines()
        writer.close()
    assert [line[:3] for line in said[-4:]] == [b"354", b"250", b"250", b"221"]
    assert len(post.came) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (TooMany("x"), 452),
        (TooMuch("x"), 552),
        (Invalid("x"), 554),
        (Busy("x"), 451),
        (RuntimeError("x"), 451),
    ],
)
async def test_what_is_not_kept_is_not_said_to_be_taken(fault: Exception, code: int):
    post, where = Post(fault), Where("127.0.0.1", free_port())
    async with open_door(where, post):
        with pytest.raises(smtplib.SMTPDataError) as raised:
            await talk(where, lambda line: line.sendmail("a@b.example", ["privacy@example.com"], LETTER))
    assert raised.value.smtp_code == code


async def test_nobody_elses_letters_are_taken_and_none_are_passed_on():
    post, where = Post(), Where("127.0.0.1", free_port())
    async with open_door(where, post):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await talk(where, lambda line: line.sendmail("a@b.example", ["ann@elsewhere.example"], LETTER))
    assert post.came == []


async def test_a_letter_that_is_too_large_is_refused_as_it_flows():
    post, where = Post(), Where("127.0.0.1", free_port())
    async with open_door(where, post):
        with pytest.raises(smtplib.SMTPResponseException) as raised:
            await talk(where, lambda line: line.sendmail("a@b.example", ["privacy@x.example"], b"x\r\n" * BYTES_MAX))
    assert raised.value.smtp_code == 552
    assert post.came == []


async def test_lines_are_few_and_those_beyond_come_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listener, "CONNECTIONS_MAX", 1)
    post, where = Post(), Where("127.0.0.1", free_port())
    async with open_door(where, post):
        reader, writer = await asyncio.open_connection(where.host, where.port)
        assert (await reader.readline()).startswith(b"220")
        other, second = await asyncio.open_connection(where.host, where.port)
        assert (await other.readline()).startswith(b"421")
        second.close()
        writer.close()
        await asyncio.sleep(0.05)
        await talk(where, lambda line: line.sendmail("a@b.example", ["privacy@x.example"], LETTER))
    assert len(post.came) == 1


async def test_commands_that_make_no_sense_end_in_an_answer_or_a_closed_line():
    post, where = Post(), Where("127.0.0.1", free_port())
    async with open_door(where, post):
        for words in (b"\x00\xff\r\n", b"DATA\r\n", b"MAIL FROM:<\r\n", b"RCPT TO:<a@b>\r\n", b"x" * 100_000 + b"\r\n",
                      b"NOOP\r\n" * 200, b"VRFY ann\r\n", b"EXPN x\r\n", b"AUTH PLAIN AAAA\r\n"):  # fmt: skip
            reader, writer = await asyncio.open_connection(where.host, where.port)
            writer.write(words)
            assert (await reader.readline()).startswith(b"220")
            assert (await asyncio.wait_for(reader.readline(), 10))[:1] in (b"5", b"2", b"4", b"")
            writer.close()
        await talk(where, lambda line: line.sendmail("a@b.example", ["privacy@x.example"], LETTER))
    assert len(post.came) == 1


async def test_a_port_that_is_taken_is_told_of():
    where = Where("127.0.0.1", free_port())
    async with open_door(where, Post()):
        with pytest.raises(NotAvailable, match="SAFELIGHT_MAIL_LISTEN"):
            async with open_door(where, Post()):
                pass


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2525", Where("127.0.0.1", 2525)),
        ("0.0.0.0:25", Where("0.0.0.0", 25)),
        ("smtp://mail.example.com:25", Where("mail.example.com", 25)),
        ("lmtp://127.0.0.1:24", Where("127.0.0.1", 24, is_lmtp=True)),
        ("lmtp://24", Where("127.0.0.1", 24, is_lmtp=True)),
        ("[::1]:25", Where("::1", 25)),
    ],
)
def test_where_it_listens(text: str, expected: Where):
    assert where_of(text) == expected


@pytest.mark.parametrize("text", ["", "host", "http://x:1", "x:99999", "0", "smtp://u@x:1", "x:1/path", "[::1"])
def test_where_it_cannot(text: str):
    with pytest.raises(Invalid, match="SAFELIGHT_MAIL_LISTEN"):
        where_of(text)
