"""Nothing connects to anywhere but by a connector that the policy declares (PP-22)."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpcore
import pytest
from aiosmtplib import SMTP, SMTPException

from safelight.boot.loop import new_loop, ways_of_loop
from safelight.kernel.ways_out import Undeclared, WaysOut, leaving_by

LOCAL = "127.0.0.1"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


async def connected(port: int) -> None:
    _, writer = await asyncio.open_connection(LOCAL, port)
    writer.close()


async def server() -> tuple[asyncio.Server, int, list[int]]:
    met: list[int] = []

    def meet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(1)
        writer.close()

    made = await asyncio.start_server(meet, LOCAL, 0)
    return made, made.sockets[0].getsockname()[1], met


def test_a_planted_connector_reaches_nobody_whatever_it_connects_with():
    told: list[str] = []

    async def plant() -> tuple[int, int]:
        _, port, met = await server()
        ways = ways_of_loop()
        assert ways is not None
        ways.declared, ways.tell = frozenset({"mail"}), told.append
        with pytest.raises(Undeclared):
            await connected(port)
        with pytest.raises((Undeclared, httpcore.ConnectError)):
            async with httpcore.AsyncConnectionPool() as pool:
                await pool.request("GET", f"http://{LOCAL}:{port}/")
        with pytest.raises((Undeclared, SMTPException)), leaving_by("spy"):
            await SMTP(hostname=LOCAL, port=port).connect()
        with pytest.raises(Undeclared), leaving_by("mail", "mail.example.org"):
            await connected(port)
        await asyncio.sleep(0)
        return len(met), sum(ways.refused.values())

    assert run(plant()) == (0, 4)
    assert len(told) == 4
    assert all("PP-22" in line or "refused" in line for line in told)
    assert not any(LOCAL in line for line in told)


@pytest.mark.parametrize("host", [None, LOCAL])
def test_who_says_which_way_it_goes_gets_there(host: str | None):
    async def go() -> int:
        _, port, met = await server()
        ways = ways_of_loop()
        assert ways is not None
        ways.declared = frozenset({"fetch"})
        with leaving_by("fetch", host):
            await asyncio.create_task(connected(port))
        await asyncio.sleep(0.05)
        return len(met)

    assert run(go()) == 1


def test_before_any_policy_was_read_nobody_but_itself_is_asked():
    ways = WaysOut()
    with leaving_by("itself"):
        ways.check(LOCAL)
    with leaving_by("fetch"), pytest.raises(Undeclared):
        ways.check(LOCAL)
