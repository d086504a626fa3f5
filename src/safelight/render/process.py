"""Process: the parent's side of one child: start it, give it a job, end it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import safelight
from safelight.render import child, message
from safelight.render.message import Garbled, Message
from safelight.settings import RenderSettings

START_SECONDS_MAX = 60
"""How long a child may take until it says hello; a cold disk is slow."""

COMMAND = (sys.executable, "-P", "-m", "safelight.render.child")
_ROOT = Path(safelight.__file__).parent.parent


class Died(Exception):
    """The child is gone. `was_killed`: somebody outside did it, so the job is not to blame."""

    def __init__(self, returncode: int | None) -> None:
        super().__init__(f"exit {returncode}")
        self.returncode = returncode
        self.was_killed = returncode in {-signal.SIGKILL, -signal.SIGTERM}


@dataclass
class Child:
    """A running, confined child. Jobs go in one at a time."""

    process: Process
    channel: socket.socket
    jobs: int = 0
    is_worn: bool = False
    """It said that it must not take another job."""
    layers: Mapping[str, str] = field(default_factory=dict[str, str])
    """As it said itself: what confines it (sandbox.py)."""

    async def do(self, job: bytes, files: Sequence[int], output_bytes_max: int) -> Message:
        """One job. Raises Died when the child ends, or says what no child of ours says, before its answer is whole."""
        self.jobs += 1
        try:
            await message.send_async(self.channel, Message({}, job), files)
            answer = await message.receive_async(self.channel, output_bytes_max)
            message.check(answer)
            self.is_worn = "worn" in answer.head
            return answer
        except (Garbled, OSError) as error:
            raise Died(await self.ended()) from error

    async def ended(self) -> int | None:
        """The way it ended; if it still lives, it is not to be believed any more, and is killed."""
        try:
            async with asyncio.timeout(1):
                return await self.process.wait()
        except TimeoutError:
            await self.end()
            return None

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    @property
    def is_alive(self) -> bool:
        return self.process.returncode is None


async def start(settings: RenderSettings, command: Sequence[str] = COMMAND) -> Child:
    """A new child, confined and warm; raises Died when it does not come up."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    arguments = (str(theirs.fileno()), str(os.getpid()), child.settings_text(settings))
    with theirs:
        try:
            process = await asyncio.create_subprocess_exec(
                *(*command, *arguments),
                pass_fds=[theirs.fileno()],
                stdin=DEVNULL,
                stdout=DEVNULL,
                env=_environment(),
            )
        except BaseException:
            ours.close()
            raise
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            hello = await message.receive_async(ours, 0)
    except BaseException as error:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        returncode = await process.wait()
        if isinstance(error, Garbled | OSError | TimeoutError):
            raise Died(returncode) from error
        raise
    return Child(process, ours, layers=_layers(hello.head.get("hello")))


def _layers(said: object) -> dict[str, str]:
    if not isinstance(said, dict):
        return {}
    return {str(name): str(state) for name, state in cast(dict[object, object], said).items()}


def _environment() -> dict[str, str]:
    """Nothing of ours: a child has no business with settings and secrets."""
    return {
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        # libvips: one thread a job, for there are as many children as cores; no warnings about broken input.
        "VIPS_CONCURRENCY": "1",
        "VIPS_WARNING": "0",
        # The same for what numpy computes with, which would start its threads before the sandbox is shut.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        # glibc: few arenas, or their mere address space would count against the limit.
        "MALLOC_ARENA_MAX": "2",
    }
