"""Pool: children that decode and encode, fed from one fair queue, killed and replaced when they fail."""

import asyncio
import contextlib
import logging
import os
import pickle
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from safelight.kernel.errors import Internal, Invalid, NotAvailable, SafelightError, TooMuch
from safelight.render import message, process
from safelight.render.message import PARTS_MAX, Garbled, Message
from safelight.render.model import (
    BROKEN,
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
from safelight.render.process import Child, Died
from safelight.render.queue import FairQueue
from safelight.settings import RenderSettings
from safelight.transform.plan import Plan
from safelight.transform.source import Region

WAIT_SECONDS_FIRST = 0.2
WAIT_SECONDS_MAX = 10.0
FAULT_CHARS_MAX = 200
_SHUT = "The image service is shutting down."

logger = logging.getLogger(__name__)


@dataclass
class _Waiting:
    """A job in the queue; `files` belong to the caller, who waits for `answer`."""

    job: bytes
    files: Sequence[int]
    answer: asyncio.Future[Message] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def fail(self, error: SafelightError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Darkroom:
    """A pool of children in this process. Starts with the first job, or earlier by `start()`."""

    def __init__(self, settings: RenderSettings, *, command: Sequence[str] = process.COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._queue: FairQueue[_Waiting] | None = None
        self._hands: list[asyncio.Task[None]] = []
        self._is_closed = False

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
        """End all children; who still waits is told so."""
        self._is_closed = True
        for hand in self._hands:
            hand.cancel()
        await asyncio.gather(*self._hands, return_exceptions=True)
        while self._queue is not None and len(self._queue) > 0:
            (await self._queue.get()).fail(NotAvailable(_SHUT))

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> FairQueue[_Waiting]:
        """Start the children, if they are not there yet."""
        if self._queue is None:
            self._queue = FairQueue(self._settings.queue)
            count = self._settings.children or os.cpu_count() or 1
            self._hands = [asyncio.create_task(self._tend(self._queue)) for _ in range(count)]
        return self._queue

    async def submit(self, job: bytes, files: Sequence[int], tenant: str) -> Message:
        """A pickled Job, the open file of its source and those of its parts -> the child's answer, not yet looked
        into."""
        if self._is_closed:
            raise NotAvailable(_SHUT)
        waiting = _Waiting(job, files)
        self.start().put(tenant, waiting)
        try:
            return await waiting.answer
        finally:
            # Should the caller have gone away: a job that still waits is passed over.
            waiting.answer.cancel()

    async def _ask(self, job: Job, paths: Sequence[Path], tenant: str) -> Result:
        with opened(paths) as files:
            answer = await self.submit(pickle.dumps(job), files, tenant)
        try:
            return message.result_of(answer)
        except Garbled as error:
            raise Internal("General Error", reason=str(error)) from error

    async def _tend(self, queue: FairQueue[_Waiting]) -> None:
        """One hand: has one child, gives it one job after another, for as long as the darkroom is open."""
        tended: Child | None = None
        try:
            while True:
                tended = await self._alive(tended, queue)
                waiting = await queue.get()
                if waiting.answer.done():
                    continue
                if not tended.is_alive:
                    tended = await self._alive(tended, queue)
                await self._serve(tended, waiting)
        finally:
            if tended is not None:
                await tended.end()

    async def _serve(self, tended: Child, waiting: _Waiting) -> None:
        """One job, its answer or the reason why there is none. Afterwards the child lives or is wholly gone."""
        seconds = self._settings.seconds_max
        try:
            async with asyncio.timeout(seconds):
                answer = await tended.do(waiting.job, waiting.files, self._settings.output_bytes_max)
        except TimeoutError:
            await tended.end()
            waiting.fail(TooMuch(f"The image takes longer than {seconds} seconds to process."))
        except Died as died:
            await tended.end()
            waiting.fail(_died(died))
        except asyncio.CancelledError:
            waiting.fail(NotAvailable(_SHUT))
            raise
        else:
            if "fault" in answer.head:
                logger.warning("A picture could not be processed: %s", str(answer.head["fault"])[:FAULT_CHARS_MAX])
            if "missing_fonts" in answer.head:
                found = str(answer.head["missing_fonts"])[:FAULT_CHARS_MAX]
                logger.warning("Text was drawn in another font than was asked for: %s", found)
            if not waiting.answer.done():
                waiting.answer.set_result(answer)

    async def _alive(self, tended: Child | None, queue: FairQueue[_Waiting]) -> Child:
        """The child if it can go on, else a new one. While none can be started, who waits is told so."""
        is_fit = tended is not None and tended.is_alive and not tended.is_worn
        if tended is not None and is_fit and tended.jobs < self._settings.jobs_per_child:
            return tended
        if tended is not None:
            await tended.end()
        wait_seconds = WAIT_SECONDS_FIRST
        while True:
            try:
                return await process.start(self._settings, self._command)
            except Exception as error:
                # Whatever keeps children from starting: a darkroom without hands that says nothing would be worse.
                logger.exception("No child can be started")
                while len(queue) > 0:
                    (await queue.get()).fail(NotAvailable("Images cannot be processed now.", reason=str(error)))
                await asyncio.sleep(wait_seconds)
                wait_seconds = min(wait_seconds * 2, WAIT_SECONDS_MAX)


def _died(died: Died) -> SafelightError:
    if died.was_killed:
        return NotAvailable("The image could not be processed, try again later.", retry_after_seconds=1)
    return Invalid(BROKEN, returncode=died.returncode)


@contextlib.contextmanager
def opened(paths: Sequence[Path]) -> Generator[list[int]]:
    """The open files of a source and its parts, for as long as a job needs them."""
    if len(paths) > 1 + PARTS_MAX:
        raise TooMuch(f"A transformation may use at most {PARTS_MAX} other files. Got {len(paths) - 1}.")
    files: list[int] = []
    with contextlib.ExitStack() as closing:
        for path in paths:
            file = _opened(path)
            closing.callback(os.close, file)
            files.append(file)
        yield files


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        # Erased, replaced or evicted since it was found. Whoever asks again finds what there is now.
        raise NotAvailable("The file went away meanwhile; try again.", retry_after_seconds=1) from error


T = TypeVar("T", Probed, Rendered, Looked, Analysed)


def expected(result: Result, kind: type[T]) -> T:
    """What was asked for, or nothing."""
    if not isinstance(result, kind):
        raise Internal("General Error", reason="the answer belongs to another question")
    return result
