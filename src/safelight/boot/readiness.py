"""Wait: until the server that was just started says that it is ready."""

import asyncio
from urllib.parse import urlsplit

from safelight.kernel.ways_out import ITSELF, leaving_by

READY_SECONDS_MAX = 120
READY_SECONDS_BETWEEN = 0.1
ANSWER_SECONDS_MAX = 10


async def until_ready(address: str, *, seconds_max: float = READY_SECONDS_MAX) -> str | None:
    """None as soon as `/readyz` says so; what it complained about last when the time is over."""
    last = "no answer"
    try:
        async with asyncio.timeout(seconds_max):
            while True:
                complaint = await _ask(address)
                if complaint is None:
                    return None
                last = complaint
                await asyncio.sleep(READY_SECONDS_BETWEEN)
    except TimeoutError:
        return last


async def _ask(address: str) -> str | None:
    """One request by hand: the supervisor needs no HTTP client for a line and a status."""
    parts = urlsplit(address)
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            with leaving_by(ITSELF):
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                writer.write(f"GET /readyz HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        return f"no answer: {error}" if str(error) else "no answer"
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    if len(words) > 1 and words[1] == b"200":
        return None
    return body.decode(errors="replace") or "no answer"
