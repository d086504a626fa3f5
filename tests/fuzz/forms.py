"""Bodies of uploads that are nearly right: multipart, urlencoded, JSON, raw; read in pieces of any size, or cut off."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request

from safelight.kernel.errors import SafelightError
from safelight.settings import UploadSettings
from safelight.uploads.staging import Staging
from safelight.web.body import read_upload
from tests.fuzz.files import mutated

SETTINGS = UploadSettings(fields_max=50, field_bytes_max=20_000, request_bytes_max=60_000)
FILE_BYTES_MAX = 30_000
NAMES = ("file", "public_id", "tags", "tags[]", "tags[0]", "context", "a=b", "eager", "", "x" * 300, "größe", "file[]")
TEXTS = (
    "",
    "tom",
    "a,b",
    "https://a.example/x.jpg",
    "data:;base64,AAAA",
    "\x00",
    "é",
    "\ud800",
    "x" * 500,
    "w_10|w_20",
)
HEADS = ("", "Content-Type: image/png\r\n", "Content-Transfer-Encoding: base64\r\n", "X: " + "y" * 200 + "\r\n")
FILENAMES = (
    '; filename="a.jpg"',
    "; filename*=utf-8''%C3%A4.jpg",
    '; filename="../../etc/x"',
    "; filename=",
    "; filename*=x",
)
BOUNDARIES = ("b", "a-boundary", "'()+_,-./:=?", "x" * 70, "x" * 71, "", "b b")


def body(random: Random) -> tuple[str, bytes]:
    """A content type, and what comes with it."""
    fields = [(random.choice(NAMES), random.choice(TEXTS)) for _ in range(random.choice([0, 1, 3, 60]))]
    match random.randrange(4):
        case 0:
            pairs = [(name, value.encode(errors="surrogatepass")) for name, value in fields]
            return random.choice(["application/x-www-form-urlencoded", ""]), urlencode(pairs).encode()
        case 1:
            nested: object = dict(fields)
            for _ in range(random.choice([0, 0, 2, 200])):
                nested = random.choice([[nested], {"k": nested}])
            whole = {**dict(fields), "nested": nested, "n": random.choice([1, 1e308, None, True, [1, None]])}
            return "application/json; charset=utf-8", json.dumps(whole).encode()
        case 2:
            return random.choice(["text/plain", "image/png", "multipart/mixed", "é"]), random.randbytes(200)
        case _:
            boundary = random.choice(BOUNDARIES)
            return f"multipart/form-data; boundary={boundary}", _multipart(random, boundary, fields)


def _multipart(random: Random, boundary: str, fields: list[tuple[str, str]]) -> bytes:
    parts: list[bytes] = []
    for name, value in fields:
        is_file = name == "file" and random.random() < 0.7
        head = f'Content-Disposition: form-data; name="{name}"{random.choice(FILENAMES) if is_file else ""}\r\n'
        data = random.randbytes(random.choice([0, 10, 5000, 40_000])) if is_file else value.encode(errors="replace")
        parts.append(f"--{boundary}\r\n{head}{random.choice(HEADS)}\r\n".encode(errors="replace") + data + b"\r\n")
    return b"".join(parts) + random.choice([f"--{boundary}--\r\n", f"--{boundary}--", ""]).encode()


def request(random: Random) -> Request:
    content_type, data = body(random)
    data = mutated(random, data) if data and random.random() < 0.5 else data
    pieces = _pieces(random, data)

    async def receive() -> dict[str, object]:
        piece = next(pieces, b"")
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": piece != b""}

    headers = {"content-type": content_type}
    if random.random() < 0.3:
        headers["content-length"] = str(random.choice([len(data), 0, 10**12]))
    return Request(
        {
            "type": "http",
            "method": random.choice(["POST", "POST", "PUT"]),
            "path": "/",
            "query_string": random.choice([b"", b"a=1", b"a=%fe", b"file=x", random.randbytes(12)]),
            "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        },
        receive,
    )


def _pieces(random: Random, data: bytes) -> Iterator[bytes | None]:
    """`None`: the client leaves."""
    size = random.choice([1, 7, 100, 65_536]) if len(data) < 3000 else random.choice([100, 65_536])
    for start in range(0, len(data), size):
        yield data[start : start + size]
        if random.random() < 0.001:
            yield None


async def run(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """So many bodies: what came of them, and what should not have."""
    outcomes, faults = Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        staging = Staging(Path(folder))
        for number in range(count):
            try:
                outcome = await _outcome(Random(f"{seed}:forms:{number}"), staging)
            except Exception as error:
                outcome = "FAULT"
                faults.append(f"forms {number} of seed {seed}: {type(error).__name__}: {error}"[:300])
            if outcome.startswith("FAULT "):
                faults.append(f"forms {number} of seed {seed}: {outcome}")
            left = await asyncio.to_thread(lambda: list(Path(folder).iterdir()))
            if left:
                faults.append(f"forms {number} of seed {seed}: it left {len(left)} files ({outcome})")
                await asyncio.to_thread(lambda files=left: [file.unlink() for file in files])
            outcomes[outcome] += 1
    return outcomes, faults


async def _outcome(random: Random, staging: Staging) -> str:
    try:
        found = await read_upload(request(random), staging, SETTINGS, size_bytes_max=FILE_BYTES_MAX)
    except ClientDisconnect:
        return "the client left"
    except SafelightError as error:
        return "refused" if error.status < 500 else f"FAULT {error.status} {error}"
    if found.staged is None:
        return "words" if found.source is None else "words and an address"
    assert found.staged.path.stat().st_size == found.staged.size_bytes <= FILE_BYTES_MAX
    await staging.drop(found.staged)
    return "words and a file"
