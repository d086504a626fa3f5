"""Loop: the fast event loop, from which nothing connects to anywhere but by a declared connector."""

import asyncio
import socket
from typing import Any

import uvloop

from safelight.kernel.ways_out import WaysOut


class GuardedLoop(uvloop.Loop):
    """`ways` is what may leave. Sockets of this machine alone (files, pipes) are no way out."""

    ways: WaysOut

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        if host is not None:
            self.ways.check(str(host))
        return await super().create_connection(protocol_factory, host, port, **options)

    async def create_datagram_endpoint(self, protocol_factory: Any, *places: Any, **options: Any) -> Any:
        remote = places[1] if len(places) > 1 else options.get("remote_addr")
        if remote is not None and options.get("family") != socket.AF_UNIX:
            self.ways.check(str(remote[0]))
        return await super().create_datagram_endpoint(protocol_factory, *places, **options)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        if sock.family != socket.AF_UNIX:
            self.ways.check(str(address[0]))
        await super().sock_connect(sock, address)


def new_loop() -> asyncio.AbstractEventLoop:
    loop = GuardedLoop()
    loop.ways = WaysOut()
    return loop


def ways_of_loop() -> WaysOut | None:
    """Of the loop that runs; None where it is another, as in tests of parts."""
    loop = asyncio.get_running_loop()
    return loop.ways if isinstance(loop, GuardedLoop) else None
