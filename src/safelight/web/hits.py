"""HitProtocol: uvicorn's HTTP protocol, which answers stored public files itself, before any framework.

It uses callbacks of uvicorn 0.54 that are not promised to stay (pyproject.toml pins the minor version). What it does
not answer runs through the parent untouched.
"""

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from safelight.kernel import ids
from safelight.settings import ServerSettings
from safelight.web import caching
from safelight.web.connection import BoundedProtocol
from safelight.web.hit_lines import HitLines
from safelight.web.hit_table import Answer, Hits, head_of, single

METHODS = frozenset({b"GET", b"HEAD"})
# With one of these a request is more than a question for a file.
NEVER = frozenset({b"content-length", b"transfer-encoding", b"upgrade", b"expect"})
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"range"})

SETTINGS = ServerSettings()

_TIMING = b"\r\nserver-timing: cld-hit;dur=0\r\n"
_CLOSE = b"connection: close\r\n"


class HitProtocol(BoundedProtocol):
    """One connection. `table` is set by protocol_for."""

    table: Hits
    lines: HitLines | None = None
    """Where answers are noted; None: nowhere."""
    is_answered = False
    """Whether the request that is being parsed was answered here."""

    def on_headers_complete(self) -> None:
        self.is_answered = self._answer()
        if self.is_answered:
            self.head_is_complete()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.is_answered:
            self.message_is_complete()
        else:
            super().on_message_complete()

    def _answer(self) -> bool:
        """Answer at once what can be; False for what is the framework's."""
        table = self.table
        # A client that does not read gets no more from here: the framework's answers wait until it does.
        if not table.is_on or self.flow.write_paused or not self._is_our_turn():
            return False
        parser = self.parser
        if parser is None or parser.get_http_version() != "1.1":
            return False
        method = parser.get_method()
        if method not in METHODS:
            return False
        headers = single(self.headers)
        if headers is None or not NEVER.isdisjoint(headers):
            return False
        answer = table.find(headers.get(b"host", b""), self.url, headers)
        if answer is None:
            return False
        body = table.body(answer)
        if body is None:
            return False
        reply = _reply(method, headers, answer)
        sent = self._send(answer, body, reply, parser.should_keep_alive(), method)
        table.count(answer, sent)
        if self.lines is not None:
            status = 200 if reply is None else reply.status
            agent, forwarded = headers.get(b"user-agent"), headers.get(b"x-forwarded-for")
            self.lines.note(answer, method, status, sent, self.client, agent, forwarded)
        return True

    def _is_our_turn(self) -> bool:
        """Whether every earlier request of this connection has its answer: answers go out in their order."""
        return not self.cycle or self.cycle.response_complete

    def _send(self, answer: Answer, body: bytes, reply: caching.Reply | None, keeps_alive: bool, method: bytes) -> int:
        """How many bytes of the body were sent."""
        if self.transport.is_closing():
            return 0
        if reply is None:
            status, head = 200, answer.head
        else:
            status, head = reply.status, head_of(answer.media, reply)
            body = body[reply.start : reply.end]
        lines = [STATUS_LINE[status], _default_lines(self.server_state.default_headers), head, b"x-request-id: "]
        lines += [ids.new_id().encode(), _TIMING, b"\r\n" if keeps_alive else _CLOSE + b"\r\n"]
        sent = body if method == b"GET" else b""
        self.transport.write(b"".join(lines))
        if sent:
            self.transport.write(sent)
        if not keeps_alive:
            self.transport.close()
        self.on_response_complete()
        return len(sent)


def protocol_for(
    hits: Hits, settings: ServerSettings = SETTINGS, hit_lines: HitLines | None = None
) -> type[HitProtocol]:
    """The class to give to uvicorn's Config as `http`."""

    class Bound(HitProtocol):
        table = hits
        lines = hit_lines
        bounds = settings

    return Bound


def _reply(method: bytes, headers: dict[bytes, bytes], answer: Answer) -> caching.Reply | None:
    """None: the whole file, for which everything is written already."""
    if CONDITIONS.isdisjoint(headers):
        return None
    words = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
    return caching.decide(method.decode("ascii"), caching.Conditions.of(words), answer.media)


class _DefaultLines:
    """Date and Server as uvicorn has them; it makes a new list each second."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._lines = b""

    def __call__(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._headers:
            self._headers = headers
            self._lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._lines


_default_lines = _DefaultLines()
