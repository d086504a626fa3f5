"""Supervise: starts a tree of processes in order, starts again what dies, and stops all of it in the opposite order."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from safelight.kernel.errors import NotAvailable, SafelightError

PR_SET_PDEATHSIG = 1
KILL_SECONDS = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Say(Protocol):
    """Where the supervisor tells what happens: one line each, with the name of the process."""

    def __call__(self, event: str, /, **facts: object) -> object: ...


@dataclass(frozen=True)
class Restart:
    """When what died is started again. Who dies `deaths_max` times before it was ever steady is given up."""

    wait_seconds_first: float = 0.5
    wait_seconds_max: float = 30
    steady_seconds: float = 10
    deaths_max: int = 5

    def wait_seconds(self, deaths: int) -> float:
        """How long to wait after so many quick deaths in a row."""
        return min(self.wait_seconds_first * 2.0 ** min(max(deaths, 1) - 1, 32), self.wait_seconds_max)

    def is_hopeless(self, deaths: int, *, was_steady: bool) -> bool:
        return not was_steady and deaths >= self.deaths_max


class Member(Protocol):
    """Something that the tree keeps alive: a child process, or a server that an adapter looks after."""

    @property
    def name(self) -> str: ...

    @property
    def restart(self) -> Restart: ...

    async def start(self) -> None:
        """Returns when it runs. Raises SafelightError if it cannot."""
        ...

    async def wait(self) -> str:
        """Returns when it has died, at once where it does not run, and says how."""
        ...

    async def stop(self) -> bool:
        """Asks it to end and waits; False if it had to be killed. Stopping what does not run is no error."""
        ...

    def kill(self) -> None:
        """At once, without asking."""
        ...


@dataclass(frozen=True)
class Process:
    """What to run: the program with its words, what it inherits, how it is stopped and started again."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    fds: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20
    restart: Restart = Restart()


def die_with_parent(parent_pid: int, libc: ctypes.CDLL) -> None:
    """Runs in the child between fork and exec: the kernel kills it when its supervisor is gone, however that came."""
    libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


def how_it_ended(returncode: int) -> str:
    """An exit status in words."""
    if returncode >= 0:
        return f"ended with code {returncode}"
    try:
        return f"was killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was killed by signal {-returncode}"


class Child:
    """One process of the tree, in a session of its own, so that Ctrl+C reaches only the supervisor."""

    def __init__(self, process: Process) -> None:
        self._spec = process
        self._running: asyncio.subprocess.Process | None = None

    @property
    def name(self) -> str:
        return self._spec.name

    @property
    def restart(self) -> Restart:
        return self._spec.restart

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    async def start(self) -> None:
        parent_pid, libc = os.getpid(), ctypes.CDLL(None)
        env = {**os.environ, **self._spec.env}  # noqa: TID251 - what we were given is handed on
        try:
            self._running = await asyncio.create_subprocess_exec(
                *self._spec.argv,
                stdin=asyncio.subprocess.DEVNULL,
                env=env,
                pass_fds=self._spec.fds,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent_pid, libc),
            )
        except OSError as error:
            raise NotAvailable(f"{self.name} cannot be started: {error.strerror}.") from error

    async def wait(self) -> str:
        if self._running is None:
            return "was not started"
        code = await self._running.wait()
        self.kill()  # what it left behind
        return how_it_ended(code)

    async def stop(self) -> bool:
        running = self._running
        if running is None:
            return True
        if running.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                running.send_signal(self._spec.stop_signal)
        has_gone = await _ends_within(running, self._spec.stop_seconds)
        self.kill()
        return has_gone or not await _ends_within(running, KILL_SECONDS)

    def kill(self) -> None:
        # The child leads its session, so its group bears its number and holds all that it started.
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running.pid, signal.SIGKILL)


async def _ends_within(running: asyncio.subprocess.Process, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await running.wait()
    except TimeoutError:
        return False
    return True


Step = Sequence[Member] | Callable[[], Awaitable[None]]


class Tree:
    """Members by stages. Later stages lean on earlier ones: started in order, stopped in the opposite order."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._stages: list[list[Member]] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()
        self._is_stopping = False
        self._was_given_up = False

    async def run(self, steps: Sequence[Step]) -> int:
        """Take the steps (a stage of members to start, or something to do), then keep all alive until a signal.

        The exit code is 0 if someone asked to stop and all went; 1 if it was given up, or something had to be killed.
        """
        with self._listening_to_signals():
            starting = asyncio.create_task(self._take(steps))
            stopped = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    starting.result()
                    await stopped
            except SafelightError as error:
                self._was_given_up = True
                self._say(error.message, process="supervisor", **error.facts)
            finally:
                await _cancel(starting, stopped)
                went = await self._stop_all()
        return 0 if went and not self._was_given_up else 1

    def ask_to_stop(self) -> None:
        """What a signal does: the first asks, the second kills."""
        if self._stop.is_set():
            self._say("stops at once", process="supervisor")
            for member in self._members():
                member.kill()
        else:
            self._say("stops", process="supervisor")
        self._stop.set()

    def _members(self) -> Iterator[Member]:
        return (member for stage in reversed(self._stages) for member in stage)

    async def _take(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if callable(step):
                await step()
                continue
            stage: list[Member] = []
            self._stages.append(stage)
            for member in step:
                stage.append(member)
                await member.start()
                self._keepers.append(asyncio.create_task(self._keep(member), name=f"keep {member.name}"))

    async def _keep(self, member: Member) -> None:
        """Start a member again whenever it dies, later each time; give the whole tree up if it never was steady."""
        loop = asyncio.get_running_loop()
        deaths, was_steady, started_at = 0, False, loop.time()
        while True:
            how = await member.wait()
            if self._is_stopping:
                return
            is_quick = loop.time() - started_at < member.restart.steady_seconds
            was_steady = was_steady or not is_quick
            deaths = deaths + 1 if is_quick else 1
            if member.restart.is_hopeless(deaths, was_steady=was_steady):
                self._was_given_up = True
                self._say(f"{member.name} {how}, {deaths} times in a row: given up", process=member.name)
                self._stop.set()
                return
            wait_seconds = member.restart.wait_seconds(deaths)
            self._say(f"{member.name} {how}; starts again in {wait_seconds:g} s", process=member.name)
            await asyncio.sleep(wait_seconds)
            started_at = loop.time()
            try:
                await member.start()
            except SafelightError as error:
                self._say(error.message, process=member.name, **error.facts)

    async def _stop_all(self) -> bool:
        self._is_stopping = True
        await _cancel(*self._keepers)
        went = True
        for stage in reversed(self._stages):
            answers = await asyncio.gather(*(member.stop() for member in stage))
            for member, has_gone in zip(stage, answers, strict=True):
                if not has_gone:
                    went = False
                    self._say(f"{member.name} did not stop in time and was killed", process=member.name)
        return went

    @contextlib.contextmanager
    def _listening_to_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.ask_to_stop)
        try:
            yield
        finally:
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks and wait until they are gone; what they still had to say is not asked."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
