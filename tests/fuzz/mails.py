"""Letters that come in, nearly right: each tells of a bounce, refuses a list, says nothing to us, or is refused."""

from random import Random

from safelight.kernel.errors import Invalid, TooMuch
from safelight.mail import bounce
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


def letter(random: Random) -> bytes:
    match random.randrange(4):
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
    except (Invalid, TooMuch):
        return "refused"
    return "nothing to us" if said is None else type(said).__name__.lower()
