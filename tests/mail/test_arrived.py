"""What a letter to the address of privacy says; what is hostile in it does no harm, and what is broken is refused."""

import base64
from email.message import EmailMessage

import pytest

from safelight.kernel.errors import Invalid, TooMuch
from safelight.mail import arrived
from safelight.mail.plain_words import CHARS_MAX, of_html, own_words, tidy

HEAD = b"From: Ann <ann@example.net>\r\nSubject: my data\r\nMessage-ID: <a@b>\r\n"


def read(raw: bytes, came_from: str | None = "ann@example.net") -> arrived.Arrived:
    return arrived.read(raw, attachment_bytes_max=1000, came_from=came_from)


def with_heads(*heads: str) -> bytes:
    return HEAD + "".join(f"{each}\r\n" for each in heads).encode() + b"\r\nhello\r\n"


def test_a_letter_is_read_with_its_thread():
    said = read(with_heads("In-Reply-To: <q@y>", "References: <p@y> <q@y>"))
    assert (said.address, said.name, said.subject, said.text) == ("ann@example.net", "Ann", "my data", "hello")
    assert (said.message_id, said.answers, said.machine) == ("a@b", ("q@y", "p@y"), "")


@pytest.mark.parametrize(
    ("subject", "case"),
    [
        ("Re: [SL-2026-000123] your request", "SL-2026-000123"),
        ("AW: sl-2026-000001", "SL-2026-000001"),
        ("=?utf-8?q?Re=3A_SL-2026-000007?=", "SL-2026-000007"),
        ("SL-2026-12", None),
        ("XSL-2026-0001234567890", None),
    ],
)
def test_the_number_of_a_case_is_found_in_the_subject(subject: str, case: str | None):
    raw = f"From: a@b.example\r\nSubject: {subject}\r\n\r\nx".encode()
    assert read(raw).case == case


@pytest.mark.parametrize(
    ("heads", "came_from", "machine"),
    [
        ((), "ann@example.net", ""),
        (("Auto-Submitted: no",), "ann@example.net", ""),
        (("Auto-Submitted: auto-replied",), "ann@example.net", "auto-submitted"),
        (("Auto-Submitted: auto-generated; x=y",), None, "auto-submitted"),
        (("Precedence: bulk",), None, "precedence"),
        (("Precedence: Junk",), None, "precedence"),
        (("List-Id: <l.example.org>",), None, "list"),
        (("X-Auto-Response-Suppress: All",), None, "list"),
        ((), "", "no return path"),
        (("Return-Path: <>",), None, "no return path"),
        (("Content-Type: multipart/report; boundary=x",), None, "report"),
    ],
)
def test_what_a_machine_wrote_is_known(heads: tuple[str, ...], came_from: str | None, machine: str):
    assert read(with_heads(*heads), came_from).machine == machine


@pytest.mark.parametrize("name", ["mailer-daemon", "noreply", "no-reply+x", "DoNotReply", "bounces-12", "postmaster"])
def test_where_nobody_reads_nobody_is_answered(name: str):
    raw = f"From: {name}@example.net\r\n\r\nx".encode()
    assert read(raw).machine == "nobody reads there"


def test_html_becomes_words_and_nothing_else_of_it_is_left():
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>Delete &lt;all&gt;<br>of it</p>"
        "<script>alert(1)</script><img src='https://spy.example/1.png' alt='x'><svg><text>no</text></svg>"
        "<div>bye\u202e\u200b</div>"
    )
    assert of_html(page) == "Delete <all>\nof it\n\nbye"
    letter = EmailMessage()
    letter["From"] = "ann@example.net"
    letter.set_content(page, subtype="html")
    assert read(bytes(letter)).text == "Delete <all>\nof it\n\nbye"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("a<b>c</b> &amp; 1 < 2", "ac & 1 < 2"),
        ("a<!-- <p>no</p> -->b<!-- never closed", "ab"),
        ("<STYLE>x</STYLE >y<script>never closed", "y"),
        ("<a href='x'>link</a", "link"),
        ("<p", ""),
        ("<![CDATA[x]]>y", "y"),
    ],
)
def test_html_that_is_odd(page: str, expected: str):
    assert of_html(page) == expected


@pytest.mark.parametrize("part", ["<!--", "<a ", "<", "&", "</", "<a b='", "<![CDATA[", "<script></scrip", "<svg>"])
def test_html_that_was_made_to_hurt_is_walked_through_once(part: str):
    assert len(of_html(part * (400_000 // len(part)))) <= CHARS_MAX


def test_words_are_bounded_and_hold_nothing_that_a_terminal_obeys():
    assert tidy("a\x1b[31mb\x00\r\n\r\n\r\n\r\nc  d\t e") == "a[31mb\n\nc d e"
    assert len(tidy("x" * 5 * CHARS_MAX)) == CHARS_MAX
    assert len(of_html("<p>" * 100_000 + "x")) <= CHARS_MAX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes please\n\nOn Mon, 1 Nov 2026 at 10:00 somebody <a@b.c> wrote:\n> delete all", "yes please"),
        ("ja bitte\n\nAm 1.11.2026 um 10:00 schrieb jemand:\n> löschen", "ja bitte"),
        ("> delete\nno\n> all", "no"),
        ("top\n-----Original Message-----\nFrom: us", "top"),
        ("top\n--- Ursprüngliche Nachricht ---\nVon: uns", "top"),
        ("plain", "plain"),
    ],
)
def test_what_is_quoted_was_not_said_now(text: str, expected: str):
    assert own_words(text) == expected


def test_attachments_are_counted_and_small_ones_kept():
    letter = EmailMessage()
    letter["From"] = "ann@example.net"
    letter.set_content("see files")
    letter.add_attachment(b"x" * 1000, maintype="image", subtype="png", filename="../../etc/pass\u202ewd.png")
    letter.add_attachment(b"y" * 1001, maintype="application", subtype="pdf", filename="large.pdf")
    for _ in range(25):
        letter.add_attachment(b"z" * 900, maintype="text", subtype="csv", filename="z.csv")
    said = read(bytes(letter))
    assert said.text == "see files"
    assert (len(said.attachments), said.attachments_left_out) == (20, 7)
    first, second, *rest = said.attachments
    assert (first.name, first.size_bytes, first.data) == ("../../etc/passwd.png", 1000, b"x" * 1000)
    assert (second.name, second.size_bytes, second.data) == ("large.pdf", 1001, None)
    assert [len(each.data) for each in rest if each.data] == [900, 900]
    assert all(len(each.sha256) == 64 for each in said.attachments)


def test_a_letter_inside_of_a_letter_is_an_attachment_and_not_what_was_said():
    inner = EmailMessage()
    inner["From"] = "eve@example.net"
    inner.set_content("delete everything")
    letter = EmailMessage()
    letter["From"] = "ann@example.net"
    letter.set_content("look what came")
    letter.add_attachment(inner)
    said = read(bytes(letter))
    assert (said.text, said.address, len(said.attachments)) == ("look what came", "ann@example.net", 1)


def test_what_others_said_of_the_sender_is_noted_in_fixed_words():
    head = "Authentication-Results: mx.example; spf=pass smtp.mailfrom=x@y; dkim=fail reason=<script>; dmarc=NONE"
    assert read(with_heads(head)).proofs == "dkim=fail dmarc=none spf=pass"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"From:\r\n\r\nx",
        b"From: nobody\r\n\r\nx",
        b"From: a\x1b[31m@b.c\r\n\r\nx",
        b"From: a\x00@b.c\r\n\r\nx",
        b"From: a@b.c, d@e.f\r\n\r\nx",
        b"From: a@b.c\r\nFrom: d e\r\n\r\n".replace(b"a@b.c", b"@"),
        b"From: <a@b@c>\r\n\r\nx",
        b"From: " + b"a" * 300 + b"@b.c\r\n\r\nx",
        b"From: =?utf-8?q?Ann=0D=0ABcc=3A_eve?= <ann@example.net>\r\n\r\nx",
    ],
)
def test_a_letter_from_nobody_or_from_several_is_refused(raw: bytes):
    with pytest.raises(Invalid):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        HEAD + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(1500)),
        HEAD + b"X: " + b"=?utf-8?q?a?= " * 100_000,
        b"x" * (6 * 1024 * 1024),
    ],
)
def test_a_letter_that_would_take_for_ever_is_refused(raw: bytes):
    with pytest.raises((Invalid, TooMuch)):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Type: text/plain; charset=nothing\r\n\r\n\xff\xfe",
        HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        HEAD + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nnever closed',
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 5000 + b"p>" + b"<!--" * 500,
        HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-",
        HEAD + b"Content-Type: text/html\r\n\r\n<![foo[ x <![[[[ <!DOCTYPE [<!ELEMENT",
        b"From: Ann <ann@example.net>\r\nSubject: a\r\n b\r\n\r\nx",
    ],
)
def test_what_is_odd_is_read_as_well_as_it_can_be(raw: bytes):
    said = read(raw)
    assert said.address == "ann@example.net"
    assert "\n" not in said.subject + said.name
    assert "\r" not in said.subject + said.name


def test_base64_that_grows_is_counted_by_what_it_is():
    data = base64.encodebytes(b"a" * 3000)
    head = HEAD + b'Content-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment\r\n'
    said = read(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + data)
    assert [(each.size_bytes, each.data) for each in said.attachments] == [(3000, None)]
