"""Injuries: every fault that can be done to an installation, by name, with how often it is drawn."""

import os
import re
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from safelight.adapters.clock.settable import CLOCK_FILE, SettableClock
from safelight.kernel.clock import SystemClock
from tests.faults.gate import Moment, Storm, Trap, Verdict, owner_of
from tests.faults.invariants import SWEEPS
from tests.faults.standing import KINDS, Standing, kill

STEP_SECONDS_MAX = 6
"""How long to wait until the clients' work comes to a step."""

DATABASE_STEPS = {
    "an upload's row": r"^commit .*insert into assets",
    "a piece's row": r"^commit .*insert into upload_parts",
    "a version's row": r"^commit .*update assets .*procrastinate_jobs",
    "an erased row": r"^commit .*delete from assets",
    "a derived file's row": r"^commit .*insert into derived_files",
    "derived rows that go": r"^commit .*delete from derived_files",
    "a job that is taken": r"^statement .*procrastinate_fetch_job",
    "a job that ends": r"^statement .*procrastinate_finish_job",
    "any commit": r"^commit .*\w",
}
STORE_STEPS = {
    "an original is put": r"^PUT .*/original",
    "a derived file is put": r"^PUT .*/d/",
    "a piece is put": r"^PUT .*/u/",
    "an original is read": r"^GET .*/original",
    "files are deleted": r"^(DELETE|POST) .*",
    "files are listed": r"^GET .*list-type",
}
STEPS = {what: re.compile(step, re.DOTALL) for what, step in (DATABASE_STEPS | STORE_STEPS).items()}
STORM = "its line cut, or answered with 500, in a storm of such"


@dataclass(frozen=True)
class Injury:
    """One kind of fault. `do` gives False where its step did not come in time; then nothing was done.

    What is cheap to mend is drawn more often than what starts processes anew, or a run would do little but wait.
    """

    group: str
    what: str
    do: Callable[[Standing, Random], bool]
    weight: int = 10
    shapes: tuple[str, ...] = ("own", "outside")


# --- processes ------------------------------------------------------------------------------------------------


def one_dies(kind: str, standing: Standing, random: Random) -> bool:
    pids = standing.pids(kind)
    if not pids:
        return False
    kill(random.choice(pids))
    if kind == "the database":
        standing.restart_database()
    return True


def one_stands_still(kind: str, standing: Standing, random: Random) -> bool:
    """For a moment, or until it is killed."""
    pids = standing.pids(kind)
    if not pids:
        return False
    pid = random.choice(pids)
    kill(pid, signal.SIGSTOP)
    time.sleep(random.uniform(0.2, 2.0))
    kill(pid, random.choice([signal.SIGCONT, signal.SIGKILL]))
    return True


def supervisor_dies(standing: Standing, random: Random) -> bool:
    assert standing.safelight.process is not None
    kill(standing.safelight.process.pid)
    standing.restart()
    return True


def power_fails(standing: Standing, random: Random) -> bool:
    """All processes at one moment, those of an own database too."""
    assert standing.safelight.process is not None
    supervisor = standing.safelight.process.pid
    kill(supervisor, signal.SIGSTOP)  # so that it does nothing about the others
    for kind in KINDS:
        for pid in standing.pids(kind) if standing.postgres is None or "database" not in kind else ():
            kill(pid)
    kill(supervisor)
    standing.restart()
    return True


def all_of_a_kind_die(kind: str, standing: Standing, random: Random) -> bool:
    pids = standing.pids(kind)
    for pid in pids:
        kill(pid)
    return bool(pids)


# --- what it leans on -----------------------------------------------------------------------------------------


def database_goes(standing: Standing, random: Random) -> bool:
    standing.restart_database(random.uniform(0, 2.0))
    return True


def store_is(how: str, standing: Standing, random: Random) -> bool:
    standing.gate.store = how
    time.sleep(random.uniform(0.3, 2.0))
    standing.gate.store = ""
    return True


def disk_is_full(kinds: tuple[str, ...], standing: Standing, random: Random) -> bool:
    """No file of these processes may grow, for a moment."""
    pids = [pid for kind in kinds for pid in standing.pids(kind)]
    size_bytes = random.choice([0, 1000, 4096])
    were = [_files_up_to(pid, size_bytes) for pid in pids]
    time.sleep(random.uniform(0.3, 2.0))
    for pid in pids:
        _files_up_to(pid, None)
    return any(were)


def _files_up_to(pid: int, size_bytes: int | None) -> bool:
    """None: as large as they like. False where the process is gone, or belongs to another user."""
    try:
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size_bytes is None else size_bytes, hard))
    except (ProcessLookupError, PermissionError):
        return False
    return True


def clock_jumps(standing: Standing, random: Random) -> bool:
    """Minutes to more than a year, to either side, and back."""
    hours = random.choice([0.1, 2, 30, 24 * 400]) * random.choice([-1, 1])
    SettableClock(standing.data, SystemClock()).set(SystemClock().now() + timedelta(hours=hours))
    time.sleep(random.uniform(0.3, 1.5))
    (standing.data / CLOCK_FILE).unlink(missing_ok=True)
    return True


def sweep_a_day_ahead(standing: Standing, random: Random) -> bool:
    """By a clock that is more than a day ahead, all that comes in just now looks as old as what a crash left behind."""
    SettableClock(standing.data, SystemClock()).set(SystemClock().now() + timedelta(hours=random.choice([25, 30, 800])))
    standing.defer("sweep_leftovers")
    time.sleep(random.uniform(1.0, 3.0))
    (standing.data / CLOCK_FILE).unlink(missing_ok=True)
    return True


def sweeps_run(standing: Standing, random: Random) -> bool:
    """In the middle of the work, and one of their workers dies of it."""
    for name in SWEEPS:
        standing.defer(name)
    time.sleep(random.uniform(0, 0.5))
    return one_dies("the job worker", standing, random)


# --- named steps ----------------------------------------------------------------------------------------------


def at_step(pattern: str, standing: Standing, random: Random, *, is_store: bool = False) -> bool:
    """Whoever does the step dies, or its line breaks, before or just after it."""
    act = random.choices([_asker_dies, _cut, _err], [1, 8, 4 if is_store else 0])[0]
    if random.random() < 0.01:
        act = partial(_supervisor_dies, standing)
    trap = Trap(
        re.compile(pattern, re.DOTALL),
        random.choice([Moment.BEFORE, Moment.AFTER]),
        act,
        stall_seconds=random.choice([0, 0, 0, 1.0]),
        skip=random.choice([0, 0, 0, 1]),
    )
    standing.gate.lay(trap)
    is_sprung = trap.sprung.wait(STEP_SECONDS_MAX)
    standing.gate.take_up(trap)
    assert standing.safelight.process is not None
    if is_sprung and isinstance(act, partial):
        standing.restart()
    return is_sprung


def storm(standing: Standing, random: Random) -> bool:
    """For some seconds one step of so many breaks. Each break is a fault of its own (Standing.broken)."""
    over = Storm(STEPS, Random(random.random()), random.choice([0.05, 0.15, 0.3]))
    standing.gate.storm = over
    time.sleep(random.uniform(5, 10))
    standing.gate.storm = None if standing.gate.storm is over else standing.gate.storm
    standing.broken += [(STORM, what) for what in over.broke]
    return False


def _asker_dies(port: int) -> Verdict:
    pid = owner_of(port)
    if pid is not None and pid != os.getpid():
        kill(pid)
    return Verdict.CUT


def _supervisor_dies(standing: Standing, port: int) -> Verdict:
    assert standing.safelight.process is not None
    kill(standing.safelight.process.pid)
    return Verdict.CUT


def _cut(port: int) -> Verdict:
    return Verdict.CUT


def _err(port: int) -> Verdict:
    return Verdict.ERR


def a_file_is_on_its_way(standing: Standing, random: Random) -> bool:
    """A web process dies when a file lies in the staging folder, or in the store's folder of unfinished ones."""
    folders = [standing.data / "staging", standing.data / "blobs" / ".incoming"]
    ends_at = time.monotonic() + STEP_SECONDS_MAX
    before = {path for folder in folders for path in _listed(folder)}
    while time.monotonic() < ends_at:
        if {path for folder in folders for path in _listed(folder)} - before:
            return all_of_a_kind_die("a web process", standing, random)
    return False


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


OUTSIDE = ("outside",)
OWN = ("own",)
KILLS = {
    "a web process": 6,
    "the job worker": 6,
    "the darkroom": 4,
    "a render child": 14,
    "a database process": 3,
    "the database": 1,
}
WRITERS = ("a web process", "the job worker", "the darkroom")

INJURIES: tuple[Injury, ...] = (
    *(Injury("kill -9 at any moment", kind, partial(one_dies, kind), weight) for kind, weight in KILLS.items()),
    Injury("kill -9 at any moment", "the supervisor", supervisor_dies, 2),
    Injury("kill -9 at any moment", "all web processes", partial(all_of_a_kind_die, "a web process"), 2),
    Injury("kill -9 at any moment", "all processes, as a power cut", power_fails, 2),
    Injury("kill -9 at any moment", "the web while a file comes in", a_file_is_on_its_way, 10, OWN),
    *(
        Injury("stands still, then goes on or is killed", kind, partial(one_stands_still, kind), 4)
        for kind in ("a web process", "the job worker", "the darkroom", "a database process")
    ),
    *(
        Injury("killed, or its line cut, at a step in the database", what, partial(at_step, step), 30, OUTSIDE)
        for what, step in DATABASE_STEPS.items()
    ),
    *(
        Injury(
            "killed, cut or answered with 500 at a step in the store",
            what,
            partial(at_step, step, is_store=True),
            25,
            OUTSIDE,
        )
        for what, step in STORE_STEPS.items()
    ),
    Injury(STORM, "a storm", storm, 150, OUTSIDE),
    Injury("what it leans on", "PostgreSQL stopped and started", database_goes, 2, OUTSIDE),
    *(
        Injury("what it leans on", f"the object store is {how}", partial(store_is, how), 6, OUTSIDE)
        for how in ("gone", "erring", "hanging", "slow")
    ),
    Injury("what it leans on", "disk full for web, worker, darkroom", partial(disk_is_full, WRITERS), 10),
    Injury("what it leans on", "clock jumps", clock_jumps, 8),
    Injury("jobs", "the clock is a day ahead, and leftovers are swept", sweep_a_day_ahead, 8),
    Injury("jobs", "all sweeps at once, and the worker dies", sweeps_run, 5),
)
