"""Gate: where a trap is laid for a named step, such as `commit insert assets`, and what the lines ask at each step."""

import asyncio
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from random import Random


class Moment(Enum):
    """On which side of the step."""

    BEFORE = "before"
    AFTER = "after"
    """It is done, and whoever asked has not heard of it."""


class Verdict(Enum):
    """What becomes of the message."""

    GO = "go"
    CUT = "cut"
    """The line breaks."""
    ERR = "err"
    """The store answers with an error; the database's line breaks."""


@dataclass
class Trap:
    """Springs once, for the first step that fits."""

    pattern: re.Pattern[str]
    moment: Moment
    act: Callable[[int], Verdict]
    """Gets the port of whoever asked."""
    stall_seconds: float = 0
    """How long all stands still before that."""
    skip: int = 0
    """So many steps that fit go by first."""
    sprung: threading.Event = field(default_factory=threading.Event)


@dataclass
class Storm:
    """For as long as it lasts, some of all steps that fit break the line, on either side, or make the store err."""

    steps: Mapping[str, re.Pattern[str]]
    random: Random
    share: float
    broke: list[str] = field(default_factory=list[str])
    """What did, by name: one fault each."""

    def passes(self, step: str) -> Verdict:
        if self.random.random() > self.share:
            return Verdict.GO
        what = next((what for what, pattern in self.steps.items() if pattern.search(step)), None)
        if what is None:
            return Verdict.GO
        self.broke.append(what)
        return self.random.choice([Verdict.CUT, Verdict.ERR])


class Gate:
    """Asked by both lines, in their loop; told by the thread that injects faults."""

    def __init__(self) -> None:
        self._traps: list[Trap] = []
        self.storm: Storm | None = None
        self.store = ""
        """How the store is: empty where it is well, or `gone`, `erring`, `hanging`, `slow`."""

    def lay(self, trap: Trap) -> None:
        self._traps = [*self._traps, trap]

    def take_up(self, trap: Trap) -> None:
        self._traps = [laid for laid in self._traps if laid is not trap]

    async def passes(self, step: str, moment: Moment, port: int) -> Verdict:
        fits = (trap for trap in self._traps if trap.moment is moment and trap.pattern.search(step))
        trap = next(fits, None)
        if trap is None:
            return self.storm.passes(step) if self.storm else Verdict.GO
        trap.skip -= 1
        if trap.skip >= 0:
            return Verdict.GO
        self.take_up(trap)
        if trap.stall_seconds:
            await asyncio.sleep(trap.stall_seconds)
        verdict = trap.act(port)
        trap.sprung.set()
        return verdict


def owner_of(port: int) -> int | None:
    """The process that holds the client's end of a connection on loopback; None where it is gone already."""
    wanted = f"0100007F:{port:04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inode = next((row[9] for row in rows if row[1] == wanted), "")
    if inode in {"", "0"}:
        return None
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(entry.readlink()) == f"socket:[{inode}]" for entry in folder.iterdir()):
                return int(folder.parent.name)
        except OSError:  # it ended while we looked, or is none of ours
            continue
    return None
