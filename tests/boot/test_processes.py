"""The supervisor: order of start and stop, starting again, giving up, killing, and dying with its parent."""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from safelight.boot.processes import Child, Process, Restart, Tree, how_it_ended
from safelight.kernel.errors import NotAvailable

AT_ONCE = Restart(wait_seconds_first=0.01, wait_seconds_max=0.02, steady_seconds=3600, deaths_max=3)
SECONDS_MAX = 30

# Says in a file when it comes and when it goes, and goes when it is asked to.
POLITE = """
import pathlib, signal, sys, time
name, journal = sys.argv[1:]
def say(what):
    with open(journal, "a") as file:
        file.write(f"{name} {what}\\n")
def leave(*_):
    say("leaves")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
say("comes")
while True:
    time.sleep(60)
"""
STUBBORN = POLITE.replace('def leave(*_):\n    say("leaves")\n    sys.exit(0)', "def leave(*_):\n    pass")
DYING = """
import sys
with open(sys.argv[2], "a") as file:
    file.write(sys.argv[1] + " dies\\n")
sys.exit(3)
"""


async def eventually(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while not is_so():  # noqa: ASYNC110 - another process is watched
            await asyncio.sleep(0.01)


class Journal:
    """What the children wrote, and what the supervisor said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.inner = Path(f"{path}.inner")
        self.said: list[tuple[str, str]] = []

    def say(self, event: str, /, **facts: object) -> None:
        self.said.append((str(facts["process"]), event))

    def lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []

    async def until(self, *lines: str) -> None:
        await eventually(lambda: set(lines) <= set(self.lines()))

    def child(self, name: str, program: str = POLITE, **how: object) -> Child:
        return Child(Process(name, (sys.executable, "-c", program, name, str(self.path)), **how))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


async def test_later_stages_are_stopped_first(journal: Journal):
    tree = Tree(journal.say)
    running = asyncio.create_task(tree.run([[journal.child("base")], [journal.child("top-1"), journal.child("top-2")]]))
    await journal.until("base comes", "top-1 comes", "top-2 comes")
    tree.ask_to_stop()
    assert await running == 0
    assert sorted(journal.lines()[-3:-1]) == ["top-1 leaves", "top-2 leaves"]
    assert journal.lines()[-1] == "base leaves"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_tree_cleanly(journal: Journal, number: signal.Signals):
    running = asyncio.create_task(Tree(journal.say).run([[journal.child("one")]]))
    await journal.until("one comes")
    os.kill(os.getpid(), number)
    assert await running == 0
    assert journal.lines() == ["one comes", "one leaves"]


async def test_what_dies_is_started_again(journal: Journal):
    tree, child = Tree(journal.say), journal.child("one", restart=AT_ONCE)
    running = asyncio.create_task(tree.run([[child]]))
    await journal.until("one comes")
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    await eventually(lambda: len(journal.lines()) == 2)
    tree.ask_to_stop()
    assert await running == 0
    assert journal.lines() == ["one comes", "one comes", "one leaves"]
    assert ("one", "one was killed by SIGKILL; starts again in 0.01 s") in journal.said


async def test_what_never_gets_steady_is_given_up_and_everything_stops(journal: Journal):
    tree = Tree(journal.say)
    steps = [[journal.child("base")], [journal.child("ill", DYING, restart=AT_ONCE)]]
    assert await tree.run(steps) == 1
    assert journal.lines().count("ill dies") == AT_ONCE.deaths_max
    assert ("ill", "ill ended with code 3, 3 times in a row: given up") in journal.said


async def test_what_does_not_stop_in_time_is_killed(journal: Journal):
    tree = Tree(journal.say)
    running = asyncio.create_task(tree.run([[journal.child("mule", STUBBORN, stop_seconds=0.05)]]))
    await journal.until("mule comes")
    tree.ask_to_stop()
    assert await running == 1
    assert ("mule", "mule did not stop in time and was killed") in journal.said


async def test_a_second_signal_does_not_wait(journal: Journal):
    tree = Tree(journal.say)
    running = asyncio.create_task(tree.run([[journal.child("mule", STUBBORN, stop_seconds=3600)]]))
    await journal.until("mule comes")
    tree.ask_to_stop()
    await asyncio.sleep(0)
    tree.ask_to_stop()
    async with asyncio.timeout(SECONDS_MAX):
        await running


async def test_an_error_between_stages_stops_what_runs_and_is_told(journal: Journal):
    async def fail() -> None:
        await journal.until("base comes")
        raise NotAvailable("the database is of a newer release")

    assert await Tree(journal.say).run([[journal.child("base")], fail, [journal.child("never")]]) == 1
    assert journal.lines() == ["base comes", "base leaves"]
    assert journal.said == [("supervisor", "the database is of a newer release")]


async def test_a_program_that_is_not_there_is_one_line(journal: Journal):
    child = Child(Process("ghost", ("/nonexistent/program",)))
    assert await Tree(journal.say).run([[child]]) == 1
    assert journal.said == [("supervisor", "ghost cannot be started: No such file or directory.")]


async def test_what_a_dead_child_left_behind_is_killed_too(journal: Journal, tmp_path: Path):
    program = POLITE.replace(
        'say("comes")',
        "import os, subprocess\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
        "pathlib.Path(journal + '.inner').write_text(str(inner.pid))\n"
        'say("comes")',
    )
    tree, child = Tree(journal.say), journal.child("one", program, restart=AT_ONCE)
    running = asyncio.create_task(tree.run([[child]]))
    await journal.until("one comes")
    inner = int(journal.inner.read_text())
    tree.ask_to_stop()
    await running
    await eventually(lambda: not _is_alive(inner))


async def test_children_die_with_a_supervisor_that_was_killed(journal: Journal, tmp_path: Path):
    program = textwrap.dedent(
        """
        import asyncio, sys
        from safelight.boot.processes import Child, Process, Tree
        words = (sys.executable, "-c", sys.argv[2], "one", sys.argv[1])
        asyncio.run(Tree(lambda event, **facts: None).run([[Child(Process("one", words))]]))
        """
    )
    speaking = POLITE.replace('say("comes")', 'import os\nsay(f"comes {os.getpid()}")')
    words = (sys.executable, "-c", program, str(journal.path), speaking)
    supervisor = await asyncio.create_subprocess_exec(*words)
    await eventually(lambda: len(journal.lines()) == 1)
    child = int(journal.lines()[0].split()[-1])
    supervisor.kill()
    await supervisor.wait()
    await eventually(lambda: not _is_alive(child))


@pytest.mark.parametrize(("deaths", "seconds"), [(0, 0.5), (1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (100_000, 30.0)])
def test_each_death_waits_longer_up_to_a_limit(deaths: int, seconds: float):
    assert Restart().wait_seconds(deaths) == seconds


@pytest.mark.parametrize(
    ("deaths", "was_steady", "expected"), [(4, False, False), (5, False, True), (500, True, False)]
)
def test_who_was_steady_once_is_never_given_up(deaths: int, was_steady: bool, expected: bool):
    assert Restart().is_hopeless(deaths, was_steady=was_steady) == expected


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended with code 0"),
        (3, "ended with code 3"),
        (-9, "was killed by SIGKILL"),
        (-63, "was killed by signal 63"),
    ],
)
def test_an_exit_status_in_words(code: int, words: str):
    assert how_it_ended(code) == words


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
