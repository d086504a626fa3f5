"""Darkroom: one pool of children for all processes of a machine, over a unix socket that only their user may open."""

import asyncio
import contextlib
import errno
import os
import pickle
import resource
import socket
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from safelight.kernel.errors import Internal, NotAvailable, SafelightError
from safelight.render import message
from safelight.render.message import PARTS_MAX, Garbled, Message
from safelight.render.model import (
    Analysed,
    AnalyseJob,
    Job,
    Looked,
    LookJob,
    PartFile,
    Probed,
    ProbeJob,
    Rendered,
    RenderJob,
    Result,
)
from safelight.render.pool import Darkroom, expected, opened
from safelight.settings import RenderSettings
from safelight.transform.plan import Plan
from safelight.transform.source import Region

__all__ = ["Darkroom", "DarkroomClient", "serve_darkroom"]

CONNECTIONS_MAX = 1024
"""That may wait to be accepted."""
CONNECT_SECONDS_MAX = 15.0
"""How long a client waits for a darkroom that is being started again."""
_CONNECT_SECONDS_STEP = 0.05
FILES_SPARE = 64
"""Open files of a darkroom beside those of its jobs: what the children are talked to with, and Python's own."""
_FULL_SECONDS = 0.1
# A unix socket's path may have 107 bytes (unix(7)); longer ones go by way of an open folder.
_PATH_BYTES_MAX = 107


# --- the one darkroom -------------------------------------------------------------------------------------------


async def serve_darkroom(socket_path: Path, settings: RenderSettings) -> None:
    """Take jobs from all processes of this machine until cancelled."""
    _allow_files(settings)
    with _listening(socket_path) as listener:
        async with Darkroom(settings) as darkroom:
            await _accept(listener, darkroom, settings)


def _allow_files(settings: RenderSettings) -> None:
    """As many open files as a full queue of jobs with all their parts may have, or as this process may get."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    jobs = settings.queue + (settings.children or os.cpu_count() or 1)
    # One more for each job: the client who waits for it.
    wanted = jobs * (PARTS_MAX + 2) + FILES_SPARE
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if files > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


async def _accept(listener: socket.socket, darkroom: Darkroom, settings: RenderSettings) -> None:
    loop = asyncio.get_running_loop()
    talks: set[asyncio.Task[None]] = set()
    try:
        while True:
            try:
                channel, _ = await loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in {errno.EMFILE, errno.ENFILE}:
                    raise
                # Who waits at the door is let in when a job is done and its files are closed.
                await asyncio.sleep(_FULL_SECONDS)
                continue
            channel.setblocking(False)
            talk = asyncio.create_task(_talk(channel, darkroom))
            talks.add(talk)
            talk.add_done_callback(talks.discard)
    finally:
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def _talk(channel: socket.socket, darkroom: Darkroom) -> None:
    """One connection, one job. A client that hangs up gives its place in the queue free."""
    with channel, contextlib.suppress(Garbled, OSError):
        asked, files = await message.receive_job_async(channel)
        try:
            answer = await _answered_or_gone(channel, darkroom, asked, files)
        finally:
            message.close(files)
        if answer is not None:
            await message.send_async(channel, answer)


async def _answered_or_gone(
    channel: socket.socket, darkroom: Darkroom, asked: Message, files: Sequence[int]
) -> Message | None:
    # The job goes to the child as it came: this process looks into nothing that it hands on.
    answered = asyncio.ensure_future(darkroom.submit(asked.body, files, str(asked.head.get("tenant", ""))))
    gone = asyncio.ensure_future(asyncio.get_running_loop().sock_recv(channel, 1))
    try:
        await asyncio.wait({answered, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answered.done():
            return None
        try:
            return answered.result()
        except SafelightError as error:
            return message.refusal_of(error)
    finally:
        for task in (answered, gone):
            task.cancel()
        await asyncio.gather(answered, gone, return_exceptions=True)


@contextlib.contextmanager
def _listening(path: Path) -> Generator[socket.socket]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.setblocking(False)
        # Nobody else may even connect, not for the moment between bind and chmod.
        mask = os.umask(0o177)
        try:
            with _address(path) as address:
                listener.bind(address)
        finally:
            os.umask(mask)
        listener.listen(CONNECTIONS_MAX)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _address(path: Path) -> Generator[str]:
    """A name of the socket that is short enough."""
    if len(os.fsencode(path)) <= _PATH_BYTES_MAX:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


# --- its clients ------------------------------------------------------------------------------------------------


class DarkroomClient:
    """The verbs of a Darkroom, done by the machine's one darkroom process."""

    def __init__(self, socket_path: Path, settings: RenderSettings) -> None:
        self._path = socket_path
        self._output_bytes_max = settings.output_bytes_max

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        job = RenderJob(plan, source_format, tuple(part.part for part in parts))
        return expected(await self._ask(job, [source, *(part.path for part in parts)], tenant), Rendered)

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        return expected(await self._ask(ProbeJob(format), [source], tenant), Probed)

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        return expected(await self._ask(LookJob(format, tuple(kinds)), [source], tenant), Looked).regions

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        return expected(await self._ask(AnalyseJob(format, tuple(kinds)), [source], tenant), Analysed).facts

    async def close(self) -> None:
        """Nothing is kept open between jobs."""

    async def _ask(self, job: Job, paths: Sequence[Path], tenant: str) -> Result:
        asked = Message({"tenant": tenant}, pickle.dumps(job))
        with opened(paths) as files:
            try:
                answer = await self._once(asked, files)
            except (Garbled, OSError):
                # The darkroom ended in the middle of it, and is being started again: a render may be done twice.
                try:
                    answer = await self._once(asked, files)
                except (Garbled, OSError) as error:
                    raise _unavailable(error) from error
        try:
            return message.result_of(answer)
        except Garbled as error:
            raise Internal("General Error", reason=str(error)) from error

    async def _once(self, asked: Message, files: Sequence[int]) -> Message:
        with await self._connected() as channel:
            await message.send_async(channel, asked, files)
            return await message.receive_async(channel, self._output_bytes_max)

    async def _connected(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + CONNECT_SECONDS_MAX
        while True:
            channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            channel.setblocking(False)
            try:
                with _address(self._path) as address:
                    await loop.sock_connect(channel, address)
            except (FileNotFoundError, ConnectionRefusedError, BlockingIOError) as error:
                channel.close()
                if loop.time() > give_up_at:
                    raise _unavailable(error) from error
                await asyncio.sleep(_CONNECT_SECONDS_STEP)
            except BaseException:
                channel.close()
                raise
            else:
                return channel


def _unavailable(error: Exception) -> NotAvailable:
    return NotAvailable("Images cannot be processed now.", retry_after_seconds=2, reason=str(error))
