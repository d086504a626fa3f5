"""Letters that come in, nearly right: each tells of a bounce, refuses a list, says nothing to us, or is refused."""

from random import Random

from safelight.kernel.errors import Invalid, TooMuch
from safelight.mail import arrived, bounce
from safelight.mail.plain_words import CHARS_MAX, own_words
from safelight.privacy import guess, masking
from tests.fuzz.files import mutated
from tests.mail.test_bounce import report

SUBJECTS = (
    "unsubscribe " + "A" * 40,
    "=?utf-8?b?//////?=",
    "Re: =?utf-8?q?unsubscribe_" + "B" * 40 + "?=",
    "x" * 2000,
    "\x00\r\n folded",
)
CHARSETS = ("utf-8", "nothing", "utf-7", "utf-16", "idna", "punycode", "rot13", "hex", "zlib", "unicode_escape")
ENCODINGS = ("7bit", "base64", "quoted-printable", "x-uuencode", "uuencode", "", "nothing")


FROMS = ("ann@example.net", "Ann <ann@example.net>", "=?utf-8?q?A=0D=0An?= <a@b.example>", "a@b, c@d", "<>", "x" * 400)
PAGES = (
    "<p>",
    "<!--",
    "<a href='",
    "<script>",
    "</script>",
    "&amp;",
    "<![CDATA[",
    "<![foo[",
    "delete my data",
    "\u202e",
)


def asking(random: Random) -> bytes:
    """To the address of privacy."""
    heads = [
        f"From: {random.choice(FROMS)}",
        f"Subject: {random.choice([*SUBJECTS[1:4], 'Re: [SL-2026-000123]', 'SL-9999-1'])}",
        f"Message-ID: <{random.choice(['a@b', '', '<>', 'x' * 300])}>",
        f"References: {' '.join('<r@x>' for _ in range(random.choice([0, 1, 200])))}",
        f"Authentication-Results: x; spf={random.choice(['pass', 'fail', '<script>'])}",
        f"Content-Type: text/{random.choice(['html', 'plain', 'x'])}; charset={random.choice(CHARSETS)}",
        f"Content-Transfer-Encoding: {random.choice(ENCODINGS)}",
    ]
    random.shuffle(heads)
    body = "".join(random.choice(PAGES) for _ in range(random.choice([1, 20, 500])))
    lines = [body[at : at + 900] for at in range(0, len(body), 900)]
    return ("\r\n".join([*heads, "", *lines])).encode("utf-8", errors="surrogateescape")


def letter(random: Random) -> bytes:
    match random.randrange(6):
        case 4 | 5:
            return asking(random)
        case 0 | 1:
            return report(
                status=random.choice(["5.1.1", "4.4.7", "9.9.9", "5.1.1" * 500, "\x00"]),
                action=random.choice(["failed", "delayed", "relayed", "FAILED ", "é"]),
                envelope=random.random() < 0.5,
                head=random.random() < 0.5,
            )
        case 2:
            head = (
                f"Subject: {random.choice(SUBJECTS)}\r\nContent-Type: text/plain; charset={random.choice(CHARSETS)}\r\n"
            )
            return f"{head}Content-Transfer-Encoding: {random.choice(ENCODINGS)}\r\n\r\n".encode() + random.randbytes(
                99
            )
        case _:
            depth = random.choice([1, 5, 60, 3000])
            heads = "".join(
                f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
            )
            return heads.encode() + report()


def one(random: Random, number: int) -> str:
    raw = letter(random)
    raw = mutated(random, raw) if random.random() < 0.8 else raw
    try:
        said = bounce.read(raw)
        if said is None:
            return taken(raw)
    except (Invalid, TooMuch):
        return "refused"
    return type(said).__name__.lower()


def taken(raw: bytes) -> str:
    """As a letter to the address of privacy; what it says is bounded, and is one line where it must be."""
    came = arrived.read(raw, attachment_bytes_max=1000, came_from="")
    assert len(came.text) <= CHARS_MAX
    assert not {"\n", "\r", "\x00", "\x1b"} & set(came.subject + came.name + came.address)
    assert came.machine
    masking.mask(came.text, masking.Own((came.address,)), ["Ann Winter"])
    return guess.kind_of(came.subject, own_words(came.text)).value
