"""Requests that nobody thought of, byte by byte, to a real installation: each gets an answer, and none of 5xx."""

import re
import socket
import tempfile
from base64 import b64encode
from collections import Counter
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx

from tests.fuzz import chains, people, searches
from tests.fuzz.letters import scrambled
from tests.installation import Installation

PATIENCE_SECONDS = 3
ANSWER_SECONDS_MAX = 20
METHODS = ("GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", "get")
WORDS = (
    *("demo", "nobody", "image", "video", "raw", "upload", "fetch", "private", "authenticated", "list", "text"),
    *("resources", "folders", "tags", "search", "usage", "ping", "config", "transformations", "upload_presets"),
    *("metadata_fields", "triggers", "notifications", "streaming_profiles", "upload_mappings", "derived_resources"),
    *("rename", "destroy", "explicit", "context", "metadata", "multi", "sprite", "explode", "generate_archive"),
    *("backup", "restore", "publish_resources", "related_assets", "update_access_mode", "by_asset_ids", "analysis"),
    *("..", ".", "%2e%2e", "%00", "%ff", "", "v1", "s--aaaaaaaa--", "a" * 300, "cat.jpg", "é", "w_10", "0", "-1"),
)
STARTS = (
    "/v1_1/demo",
    "/v1_1/demo",
    "/demo",
    "/v2/demo",
    "/v1_1/provisioning/accounts/house-of-tests",
    "/v1_1",
    "",
    "//",
)
QUERIES = (
    "",
    "",
    "max_results=x",
    "max_results=99999999999",
    "next_cursor=%00",
    "next_cursor=abcdef",
    "a[]=1&a=2",
    "%",
    "&&=",
)
TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "", "x/y")
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


def path(random: Random) -> str:
    if random.random() < 0.2:
        return f"/demo/image/upload/{quote(chains.chain(random))}/{random.choice(WORDS)}"
    if random.random() < 0.15:
        return f"/v1_1/demo/resources/search?expression={quote(searches.expression(random))}"
    words = [random.choice(STARTS), *random.choices(WORDS, k=random.randint(0, 6))]
    found = quote("/".join(words), safe="/%")
    found = scrambled(random, found).replace(" ", "%20") if random.random() < 0.4 else found
    query = random.choice(QUERIES)
    return f"{found}?{query}" if query else found or "/"


def body(random: Random) -> bytes:
    return random.choice(
        [
            b"",
            b"{}",
            b"[1]",
            b'{"expression":"' + searches.expression(random).replace('"', "").encode() + b'"}',
            b"public_id=x&from_public_id=a&to_public_id=b&file=data:,x",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n',
            random.randbytes(50),
        ]
    )


def request(random: Random, auth: tuple[str, str]) -> bytes:
    data = body(random)
    lines = [f"{random.choice(METHODS)} {path(random)} HTTP/1.1", "Host: localhost", "Connection: close"]
    if random.random() < 0.8:
        lines.append(f"Authorization: Basic {b64encode(':'.join(auth).encode()).decode()}")
    lines += [f"Content-Type: {random.choice(TYPES)}", f"Content-Length: {len(data)}"]
    lines += random.choice(
        [[], [], ["Range: bytes=9-1,x"], ["If-None-Match: *"], ["Accept: é"], ["X-Unique-Upload-Id: /"]]
    )
    head = "\r\n".join(lines)
    if random.random() < 0.05:
        head = scrambled(random, head)
    return head.encode() + b"\r\n\r\n" + data


def run(name: str, seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """`people`: the doors of those who sign in, and what came with them; else any door."""
    outcomes, faults = Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        environment = people.ENVIRONMENT if name == "people" else {}
        installation = Installation(Path(folder, "safelight"), environment=environment).start()
        try:
            known = people.prepare(installation) if name == "people" else None
            for number in range(count):
                if known is not None and number % people.SIGNED_IN_EACH == 0:
                    known = people.signed_in(installation)
                random = Random(f"{seed}:{name}:{number}")
                sent = request(random, installation.auth) if known is None else people.request(random, known)
                status = _asked(installation.port, sent)
                outcomes[status if status in {"closed", "silence"} else f"{status[0]}xx"] += 1
                # 501 and 503 name what this installation has not got.
                if status == "silence" or (status[0] == "5" and status not in {"501", "503"}):
                    faults.append(f"{name} {number} of seed {seed}: {status} for {sent[:600]!r}")
                    faults += _logged(installation.log)
            assert httpx.get(f"{installation.base}/readyz", timeout=30).status_code == 200
        finally:
            installation.kill()
    return outcomes, faults


def _logged(log: Path) -> list[str]:
    """What the log says of the last fault."""
    entries = re.split(r"^(?=\d{4}-\d\d-\d\dT)", log.read_text(errors="replace"), flags=re.MULTILINE)
    return [entry[-1500:] for entry in entries if "[error" in entry][-1:]


def _asked(port: int, sent: bytes) -> str:
    """The status; `closed` where the line was closed without a word, as what is no HTTP at all may be."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS_MAX) as line:
            line.sendall(sent)
            line.settimeout(PATIENCE_SECONDS)
            try:
                answer = line.recv(4096)
            except TimeoutError:
                # It waits for more: of a head without an end, or of a body shorter than was said.
                line.settimeout(ANSWER_SECONDS_MAX)
                line.shutdown(socket.SHUT_WR)
                answer = line.recv(4096)
    except TimeoutError:
        return "silence"
    except OSError:
        return "closed"
    found = _STATUS.match(answer)
    return found[1].decode() if found else "closed"
