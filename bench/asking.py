"""Asking: one connection that is kept, and what each answer took, with as little of our own as can be."""

import base64
import http.client
import time
from dataclasses import dataclass

from tests.installation import Installation

SECONDS_MAX = 120
BOUNDARY = "------------------------safelight"


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    body: bytes
    etag: str | None


class Caller:
    """Asks one thing after the other."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_MAX)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def close(self) -> None:
        self._connection.close()

    def upload(self, safelight: Installation, name: str, data: bytes, *, cloud: str = "", auth: str = "") -> Answer:
        """A file under a name, signed by nobody but the key of the installation."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="public_id"\r\n\r\n{name}\r\n'
        file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
        body = head.encode() + file.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Authorization": f"Basic {base64.b64encode((auth or ':'.join(safelight.auth)).encode()).decode()}",
        }
        return self._ask("POST", f"/v1_1/{cloud or safelight.cloud}/image/upload", body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        return Answer(answer.status, time.perf_counter() - began, data, answer.getheader("ETag"))
