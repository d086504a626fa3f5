"""FtpSource: files on FTP servers. Both connections go to the address that was checked, whatever the server says."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from safelight.adapters.fetcher.allowed import PORT_MAX
from safelight.adapters.fetcher.guard import ForbiddenAddress, Resolve, UnknownHost, guard_of, resolve
from safelight.adapters.fetcher.target import URL_CHARS_MAX, shown
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.secret import Secret
from safelight.kernel.ways_out import leaving_by
from safelight.ports.fetcher import Fetched
from safelight.settings import FetchSettings

PORT = 21
DATA_PORT_MIN = 1024
"""Below it are the services of a machine, where no data connection of an FTP server listens."""
LINE_BYTES_MAX = 4096
LINES_MAX = 200
"""Of one reply: greetings can be long."""
CHUNK_BYTES = 256 * 1024
REPLY_SECONDS_MAX = 30

_EXTENDED = re.compile(r"\((.)\1\1(\d{1,5})\1\)")
_PASSIVE = re.compile(r"\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})")
_GONE = frozenset({450, 550, 553})


@dataclass(frozen=True)
class Address:
    """Where a file is, and as whom it is asked for."""

    host: str
    port: int
    path: str
    user: str
    password: Secret

    @classmethod
    def of(cls, url: str) -> "Address":
        """Raises Invalid for what names no file, or would be read as more than one command."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", PORT if parts.port is None else parts.port
        except ValueError as error:
            raise Invalid(f"Error in loading {shown(url)} - invalid address") from error
        # `;type=i` at the end tells what is done anyway; whole paths begin with an escaped slash.
        path = unquote(parts.path.removeprefix("/").partition(";type=")[0])
        user, password = unquote(parts.username or "anonymous"), unquote(parts.password or "anonymous@")
        words = (host, path, user, password)
        is_plain = all(word.isprintable() for word in words) and host.isascii() and len(url) <= URL_CHARS_MAX
        if parts.scheme != "ftp" or not (is_plain and host and path) or not 0 < port <= PORT_MAX:
            raise Invalid(f"Error in loading {shown(url)} - invalid address")
        return cls(host, port, path, user, Secret(password))


class FtpSource:
    """A Source over plain FTP, passive. `seconds_max`: the longest time for one `get`, body included."""

    def __init__(self, settings: FetchSettings, *, seconds_max: float, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._seconds_max = seconds_max
        self._guard = guard_of(settings, resolve)

    @asynccontextmanager
    async def get(self, url: str, *, size_bytes_max: int) -> AsyncGenerator[Fetched, None]:
        address = Address.of(url)
        if self._settings.proxy is not None:
            raise Invalid(f"Error in loading {shown(url)} - ftp cannot go through SAFELIGHT_FETCH_PROXY")
        until = asyncio.get_running_loop().time() + self._seconds_max
        async with _told(url, until):
            ip, control = await self._connected(address)
        try:
            async with _told(url, until):
                opened = await self._opened(control, address, ip, url, size_bytes_max)
            if opened is None:
                yield Fetched(404, url, {}, _nothing())
                return
            try:
                yield Fetched(200, url, {}, _body(control, opened, url, until, size_bytes_max))
            finally:
                opened.writer.close()
        finally:
            control.writer.close()

    async def _connected(self, address: Address) -> "tuple[str, _Line]":
        failure: OSError | None = None
        for ip in await self._guard.checked(address.host, address.port):
            try:
                async with asyncio.timeout(self._settings.connect_seconds):
                    with leaving_by("fetch"):
                        return str(ip), _Line(
                            *await asyncio.open_connection(str(ip), address.port, limit=LINE_BYTES_MAX)
                        )
            except OSError as error:
                failure = error
        raise failure or UnknownHost(address.host)

    async def _opened(
        self, control: "_Line", address: Address, ip: str, url: str, size_bytes_max: int
    ) -> "_Line | None":
        """The connection on which the file comes; None where there is no such file."""
        await control.expect({220}, url)
        said = await control.ask(f"USER {address.user}", {230, 232, 331}, url)
        if said.code == 331:
            await control.ask(f"PASS {address.password.reveal()}", {202, 230, 232}, url)
        await control.ask("TYPE I", {200}, url)
        size = await control.ask(f"SIZE {address.path}", None, url)
        if size.code == 213 and size.text.strip().isdecimal() and int(size.text.strip()[:19]) > size_bytes_max:
            raise TooMuch(f"File size too large. Got {size.text.strip()[:19]}. Maximum is {size_bytes_max}.")
        port = await self._data_port(control, url)
        async with asyncio.timeout(self._settings.connect_seconds):
            with leaving_by("fetch"):
                data = _Line(*await asyncio.open_connection(ip, port))
        said = await control.ask(f"RETR {address.path}", None, url)
        if said.code in {125, 150}:
            return data
        data.writer.close()
        if said.code in _GONE:
            return None
        raise _refused(url, said)

    async def _data_port(self, control: "_Line", url: str) -> int:
        """Which port of its own the server listens on. An address that it names is passed over."""
        said = await control.ask("EPSV", None, url)
        found = _EXTENDED.search(said.text) if said.code == 229 else None
        port = int(found[2]) if found else 0
        if not found:
            said = await control.ask("PASV", {227}, url)
            numbers = _PASSIVE.search(said.text)
            port = 256 * int(numbers[1]) + int(numbers[2]) if numbers else 0
        if not DATA_PORT_MIN <= port <= PORT_MAX:
            raise _refused(url, said)
        return port


@dataclass(frozen=True)
class _Reply:
    code: int
    text: str


@dataclass(frozen=True)
class _Line:
    """A connection: commands and replies, or bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, command: str, codes: set[int] | None, url: str) -> _Reply:
        """The reply to a command. `codes` are those that are good; None: the caller looks."""
        self.writer.write(f"{command}\r\n".encode())
        await self.writer.drain()
        return await self.expect(codes, url)

    async def expect(self, codes: set[int] | None, url: str) -> _Reply:
        async with asyncio.timeout(REPLY_SECONDS_MAX):
            reply = await self._reply()
        if codes is not None and reply.code not in codes:
            raise _refused(url, reply)
        return reply

    async def _reply(self) -> _Reply:
        """One reply, perhaps of several lines: `220-…` until `220 …`."""
        for _ in range(LINES_MAX):
            line = (await self.reader.readuntil(b"\n")).decode("utf-8", "replace").rstrip("\r\n")
            if re.match(r"\d{3}( |$)", line):
                return _Reply(int(line[:3]), line[4:])
        raise ValueError("the reply has too many lines")


@asynccontextmanager
async def _told(url: str, until: float) -> AsyncGenerator[None, None]:
    """Bound by the deadline; every trouble of the network in the words of the port."""
    try:
        async with asyncio.timeout_at(until):
            yield
    except ForbiddenAddress as error:
        raise Invalid(f"Error in loading {shown(url)} - forbidden address") from error
    except UnknownHost as error:
        raise NotFound(f"Error in loading {shown(url)} - unknown host") from error
    except TimeoutError as error:
        raise NotFound(f"Error in loading {shown(url)} - timed out") from error
    except (OSError, ValueError, EOFError, asyncio.LimitOverrunError) as error:
        raise NotFound(f"Error in loading {shown(url)} - cannot be reached", reason=type(error).__name__) from error


async def _body(control: _Line, data: _Line, url: str, until: float, size_bytes_max: int) -> AsyncIterator[bytes]:
    """The bytes until the server closes; it must then say that this was all."""
    size_bytes = 0
    while True:
        async with _told(url, until):
            chunk = await data.reader.read(CHUNK_BYTES)
        if not chunk:
            break
        size_bytes += len(chunk)
        if size_bytes > size_bytes_max:
            raise TooMuch(f"File size too large. Got {size_bytes}. Maximum is {size_bytes_max}.")
        yield chunk
    async with _told(url, until):
        await control.expect({226, 250}, url)
    with suppress(OSError):
        control.writer.write(b"QUIT\r\n")


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in ():
        yield chunk


def _refused(url: str, reply: _Reply) -> Invalid:
    """What the server says is for the log: it may repeat what it was sent."""
    reason = {430: "wrong user or password", 530: "wrong user or password"}.get(reply.code, f"refused ({reply.code})")
    return Invalid(f"Error in loading {shown(url)} - {reason}")
