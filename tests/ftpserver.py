"""A small FTP server on loopback with a few files, and a note of what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class FtpServer:
    """Who may log in, and what is there. `odd` changes the reply to a command."""

    files: Mapping[str, bytes]
    user: str = "anonymous"
    password: str | None = None
    odd: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = 0
    asked: list[str] = field(default_factory=list[str])

    def url(self, path: str, who: str = "") -> str:
        return f"ftp://{who}127.0.0.1:{self.port}/{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self, writer)
        writer.write(b"220-Welcome\r\n 220 to\r\n220 all\r\n")
        try:
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                self.asked.append(line)
                command, _, word = line.partition(" ")
                odd = self.odd.get(command)
                writer.write((odd or await session.reply(command, word)).encode() + b"\r\n")
                await writer.drain()
                if command == "RETR" and odd is None:
                    await session.send(self.files.get(word))
        except ConnectionError:
            return
        finally:
            session.close()
            writer.close()


class _Session:
    """One client: as whom it came, and where its data goes."""

    def __init__(self, server: FtpServer, writer: asyncio.StreamWriter) -> None:
        self.server, self.control = server, writer
        self.data: asyncio.Server | None = None
        self.opened: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

    async def reply(self, command: str, word: str) -> str:
        match command:
            case "USER":
                return "331 password" if self.server.password is not None else "230 come in"
            case "PASS":
                return "230 come in" if word == self.server.password else "530 no"
            case "TYPE":
                return "200 ok"
            case "SIZE":
                return f"213 {len(self.server.files[word])}" if word in self.server.files else "550 no"
            case "EPSV":
                return f"229 entering (|||{await self._listen()}|)"
            case "PASV":
                port = await self._listen()
                return f"227 entering (10,0,0,1,{port // 256},{port % 256})"
            case "RETR":
                return "150 here it comes" if word in self.server.files else "550 no such file"
            case _:
                return "502 what?"

    async def _listen(self) -> int:
        async def arrived(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self.opened.put(writer)

        self.data = await asyncio.start_server(arrived, "127.0.0.1", 0)
        return int(self.data.sockets[0].getsockname()[1])

    async def send(self, data: bytes | None) -> None:
        if data is None:
            return
        writer = await self.opened.get()
        writer.write(data)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()
        self.control.write((self.server.odd.get("end", "226 done") + "\r\n").encode())

    def close(self) -> None:
        if self.data is not None:
            self.data.close()


@asynccontextmanager
async def ftp_server(
    files: Mapping[str, bytes],
    *,
    user: str = "anonymous",
    password: str | None = None,
    odd: Mapping[str, str] | None = None,
) -> AsyncIterator[FtpServer]:
    server = FtpServer(files, user, password, odd or {})
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
