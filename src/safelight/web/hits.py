"""HitProtocol: uvicorn's HTTP protocol, which answers stored public files itself, before any framework.

It uses callbacks of uvicorn 0.54 that are not promised to stay (pyproject.toml pins the minor version). What it does
not answer runs through the parent untouched. What each part of it costs: docs/explanation/what-a-hit-costs.md.
"""

from itertools import count
from socket import socket

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from safelight.kernel import ids
from safelight.settings import ServerSettings
from safelight.web import caching
from safelight.web.connection import BoundedProtocol
from safelight.web.hit_body import Body, Sheet, part_of, sent_of
from safelight.web.hit_heads import PERSONAL, Head
from safelight.web.hit_lines import HitLines
from safelight.web.hit_table import Answer, Hits, head_of, single

METHODS = frozenset({b"GET", b"HEAD"})
# With one of these a request is more than a question for a file.
NEVER = frozenset({b"content-length", b"transfer-encoding", b"upgrade", b"expect"})
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"range"})

SETTINGS = ServerSettings()

ID_LETTERS = 24
"""So much of an id of a request is new each second; the rest counts."""

_END = b"\r\nserver-timing: cld-hit;dur=0\r\n\r\n"
_END_AND_CLOSE = b"\r\nserver-timing: cld-hit;dur=0\r\nconnection: close\r\n\r\n"


class HitProtocol(BoundedProtocol):
    """One connection. `table` is set by protocol_for."""

    table: Hits
    lines: HitLines | None = None
    """Where answers are noted; None: nowhere."""
    is_answered = False
    """Whether the request that is being parsed was answered here."""
    _answered: Head | None = None
    """The one that was just answered, if it may be known again."""
    _requests = 0
    """How many were parsed of what came in at once."""
    _socket: socket | None = None
    """The transport's own, for what the transport cannot do; it is the transport that closes it."""

    def connection_lost(self, exc: Exception | None) -> None:
        if self._socket is not None:
            self._socket.detach()
            self._socket = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_between:
            super().data_received(data)
            return
        head = self.table.heads.find(data)
        if head is not None and self._answer_again(head):
            self._head_since, self._unread_bytes = None, 0
            return
        self._requests, self._answered = 0, None
        super().data_received(data)
        self._remember(data)

    def on_message_begin(self) -> None:
        self._requests += 1
        super().on_message_begin()

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

    def _answer_again(self, head: Head) -> bool:
        """Answer a request that is known; False: it goes the way of those that are not."""
        table = self.table
        if not table.is_on or self.flow.write_paused or not self._is_our_turn() or self.transport.is_closing():
            return False
        answer = table.find_again(head)
        body = None if answer is None else table.body(answer)
        if answer is None or body is None:
            return False
        self._give(head, answer, body, None)
        return True

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
        key = (headers.get(b"host", b""), self.url)
        answer = table.find(*key, headers)
        if answer is None:
            return False
        body = table.body(answer)
        if body is None:
            return False
        varies_by = table.varies_by(key)
        varied = tuple([headers.get(name) for name in varies_by])
        agent, forwarded = headers.get(b"user-agent"), headers.get(b"x-forwarded-for")
        head = Head(method, key, varies_by, varied, parser.should_keep_alive(), agent, forwarded)
        reply = _reply(method, headers, answer)
        if reply is None and PERSONAL.isdisjoint(headers):
            self._answered = head
        self._give(head, answer, body, reply)
        return True

    def _remember(self, data: bytes) -> None:
        """If nothing but one whole request came: whoever sends these letters again asks for the same."""
        if self._answered is not None and self._requests == 1 and self._is_between:
            self.table.heads.keep(data, self._answered)

    def _is_our_turn(self) -> bool:
        """Whether every earlier request of this connection has its answer: answers go out in their order."""
        return not self.cycle or self.cycle.response_complete

    def _give(self, head: Head, answer: Answer, body: Body, reply: caching.Reply | None) -> None:
        sent_bytes = self._send(head, answer, body, reply)
        self.table.count(answer, sent_bytes)
        if self.lines is not None:
            status = 200 if reply is None else reply.status
            self.lines.note(answer, head.method, status, sent_bytes, self.client, head.agent, head.forwarded)

    def _send(self, head: Head, answer: Answer, body: Body, reply: caching.Reply | None) -> int:
        """How many bytes of the body were sent."""
        transport = self.transport
        if transport.is_closing():
            return 0
        if reply is None:
            status, lines, start, end = 200, answer.head, 0, len(body)
        else:
            status, lines, start, end = reply.status, head_of(answer.media, reply), reply.start, reply.end
        if head.method != b"GET":
            end = start
        first = _first_lines(status, self.server_state.default_headers)
        request_id = b"x-request-id: %b%08x" % (first.ids, next(first.numbers))
        top = b"".join((first.lines, lines, request_id, _END if head.keeps_alive else _END_AND_CLOSE))
        if start == end:
            transport.write(top)
        elif isinstance(body, Sheet):
            self._send_sheet(top, body, start, end)
        else:
            transport.writelines((top, body if end - start == len(body) else body[start:end]))
        if not head.keeps_alive:
            transport.close()
        self.on_response_complete()
        return end - start

    def _send_sheet(self, top: bytes, sheet: Sheet, start: int, end: int) -> None:
        """The kernel takes as much as it has room for, without a copy; what is left goes the way of all bytes."""
        if self.transport.get_write_buffer_size() == 0:
            if self._socket is None:
                self._socket = socket(fileno=self.transport.get_extra_info("socket").fileno())
            top, start = sent_of(self._socket, top, sheet, start, end)
        rest = [part for part in (top, part_of(sheet, start, end)) if part]
        if rest:
            self.transport.writelines(rest)


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


class _First:
    """What the answers of one status and second begin with, and what their ids begin with."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.headers = headers
        self.lines = STATUS_LINE[status] + b"".join(b"%b: %b\r\n" % header for header in headers)
        self.ids = ids.new_id()[:ID_LETTERS].encode()
        self.numbers = count(int.from_bytes(ids.random_bytes(3)))


_firsts: dict[int, _First] = {}


def _first_lines(status: int, headers: list[tuple[bytes, bytes]]) -> _First:
    """`headers` are Date and Server as uvicorn has them; it makes a new list each second."""
    first = _firsts.get(status)
    if first is None or first.headers is not headers:
        first = _firsts[status] = _First(status, headers)
    return first
