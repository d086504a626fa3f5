"""Rounds: an installation under traffic, hurt again and again; then looked through when it is quiet."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.clients import Client
from tests.faults.gate import Gate
from tests.faults.injuries import INJURIES
from tests.faults.invariants import breaches
from tests.faults.lines import Lines
from tests.faults.migrating import LATE, Migrating
from tests.faults.standing import Standing, standing
from tests.outside import postgres

CLIENTS = 5
BATCH = {"own": 30, "outside": 250}
"""So many faults one installation goes through before it is looked through; then comes a new one."""
BURSTS = {"own": (1, 2, 6), "outside": (4, 12, 16)}
"""Faults that are done at once, or while traps for others wait for their step. Lines are cheap to break."""
LOGGED_MAX = 20
Seconds = tuple[float, float]
MIGRATE = "killed or cut at a message"


@dataclass
class Tally:
    """What was done, how long it took to be well again, and what was wrong."""

    done: dict[tuple[str, str], list[Seconds]] = field(default_factory=dict[tuple[str, str], list[Seconds]])
    """(group, what) -> for each fault the seconds until files came in and went out again, and until jobs ran."""
    answers: dict[str, int] = field(default_factory=dict[str, int])
    breaches: list[str] = field(default_factory=list[str])
    files: int = 0
    logged: list[str] = field(default_factory=list[str])
    """What the log says of each answer that was 500."""
    open: int = 0
    """Files with a request that was never answered."""

    @property
    def count(self) -> int:
        return sum(len(seconds) for seconds in self.done.values())

    def add(self, group: str, what: str, seconds: Seconds) -> None:
        self.done.setdefault((group, what), []).append(seconds)


def run(shape: str, count: int, seed: int, tally: Tally, *, ends_at: float, say: Callable[[str], None]) -> None:
    """So many faults on one installation."""
    random, folder = Random(f"{seed}:{shape}"), Path(tempfile.mkdtemp(prefix="safelight-faults-"))
    try:
        with standing(shape, folder) as house:
            found = _hurt(house, count, random, tally, ends_at, say)
            tally.breaches += [f"{shape}, seed {seed}: {words}" for words in found]
            for words in found:
                say(f"BREACH {shape}, seed {seed}: {words}")
            if found or any(verb.endswith(" 500") for verb in house.journal.answers):
                shutil.copytree(house.safelight.folder, f"{folder}-kept", ignore=lambda *_: ["data"])
                say(f"the log is kept in {folder}-kept")
                tally.logged += _logged(house.safelight.log)
            for verb, times in house.journal.answers.items():
                tally.answers[verb] = tally.answers.get(verb, 0) + times
            tally.files += len(house.journal.slots)
            tally.open += sum(not slot.is_sure for slot in house.journal.slots)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _logged(log: Path) -> list[str]:
    """Each entry has its lines: those that begin with a date, and what follows them."""
    entries = re.split(r"^(?=\d{4}-\d\d-\d\dT)", log.read_text(errors="replace"), flags=re.MULTILINE)
    return [entry for entry in entries if "[error" in entry and "status=500" in entry][:LOGGED_MAX]


def _hurt(
    house: Standing, count: int, random: Random, tally: Tally, ends_at: float, say: Callable[[str], None]
) -> list[str]:
    clients = [Client(house.safelight, house.journal, f"client-{n}", f"{random.random()}") for n in range(CLIENTS)]
    for client in clients:
        client.start()
    injuries = [injury for injury in INJURIES if house.shape in injury.shapes]
    before = tally.count
    try:
        while tally.count - before < count and time.monotonic() < ends_at:
            time.sleep(random.uniform(0.05, 0.4))
            size = min(random.choice(BURSTS[house.shape]), count - tally.count + before)
            burst = random.choices(injuries, [injury.weight for injury in injuries], k=size)
            seeds = [Random(random.random()) for _ in burst]
            with ThreadPoolExecutor(size) as hands:
                comes = list(hands.map(lambda one, seed: one.do(house, seed), burst, seeds))
            done = [injury for injury, came in zip(burst, comes, strict=True) if came]
            faults = [*((injury.group, injury.what) for injury in done), *house.broken]
            house.broken.clear()
            served, worked = _until_well(house, faults, tally)
            words = ", ".join(what for _, what in faults)
            for jobs in house.waits:
                columns = "number, name, state, tries, due, worker, silent for, since"
                say(f"a job was waited for, and these waited or ran ({columns}):\n{jobs}")
            house.waits.clear()
            say(f"{house.shape} {tally.count - before}: {words}; well after {served:.1f} s, jobs after {worked:.1f} s")
    finally:
        for client in clients:
            client.end()
        for client in clients:
            client.join(60)
    return breaches(house)


def _until_well(house: Standing, faults: list[tuple[str, str]], tally: Tally) -> Seconds:
    """Of several at once each gets the time of all."""
    if not faults:
        return 0.0, 0.0
    try:
        seconds = house.recovered()
    except AssertionError as error:
        house.journal.wrong(f"after {faults}: {error}")
        seconds = (float("inf"), float("inf"))
    for group, what in faults:
        tally.add(group, what, seconds)
    return seconds


def migrate(count: int, seed: int, tally: Tally, *, ends_at: float, say: Callable[[str], None]) -> None:
    random, gate = Random(f"{seed}:migrate"), Gate()
    with tempfile.TemporaryDirectory(prefix="safelight-faults-") as folder:
        lines = Lines(gate)
        with postgres(Path(folder, "database")) as server:
            migrating = Migrating(server.start(), Path(folder), gate, lines).prepare()
            for number in range(count):
                if time.monotonic() > ends_at:
                    break
                how, seconds, wrongs = migrating.round(f"round{number}", random)
                tally.breaches += wrongs
                if how != LATE:
                    tally.add("`safelight migrate`, " + MIGRATE, how, (seconds, seconds))
                say(f"migrate {number + 1}: {how}")
        lines.close()
