"""What a process tree costs: CPU seconds and peak memory, from the kernel's own books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import psutil


@dataclass(frozen=True)
class Spread:
    """The middle of many, and its quarters."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(*quantiles(values, n=4)) if len(values) > 1 else cls(values[0], values[0], values[0])

    def __str__(self) -> str:
        low, middle, high = (f"{each:.3g}" if each < 1000 else f"{each:.0f}" for each in vars(self).values())
        return middle if low == high else f"{middle} ({low} to {high})"


def tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def cpu_seconds_exact(processes: Iterable[psutil.Process]) -> float:
    """To the nanosecond, of threads that live; for turns so short that a hundredth of a second matters."""
    total = 0
    for process in processes:
        try:
            for thread in Path(f"/proc/{process.pid}/task").iterdir():
                total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def role_of(process: psutil.Process) -> str:
    """What a process of ours is for, by its command."""
    words = process.cmdline()
    text = " ".join(words)
    if words and ("postgres" in words[0] or "postgres:" in text):
        return "postgres"
    for mark, role in ROLES:
        if mark in text:
            return role
    return "other"


def memory_of_all(pid: int) -> float:
    """MiB that a tree of processes has for itself."""
    return sum(memory(pid).values())


def memory(pid: int) -> dict[str, float]:
    """MiB by what a process is for: what it shares with others is not counted."""
    found: dict[str, float] = {}
    for process in tree(pid):
        try:
            own = process.memory_info()
            role = role_of(process)
        except psutil.Error:
            continue
        found[role] = found.get(role, 0.0) + (own.rss - own.shared) / 2**20
    return found


ROLES = (
    ("render.child", "render child"),
    (" _darkroom ", "darkroom"),
    (" _web ", "web"),
    (" _worker ", "worker"),
    (" up ", "supervisor"),
)


def peak_mib(processes: Iterable[psutil.Process], role: str) -> float:
    """The largest that any process of this role ever was."""
    found = [0]
    for process in processes:
        try:
            if role_of(process) == role:
                status = Path(f"/proc/{process.pid}/status").read_text()
                found += [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
        except (OSError, psutil.Error):
            continue
    return max(found) / 1024


def percentile(values: Iterable[float], part: int) -> float:
    """The value that `part` of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def middle(values: Iterable[float]) -> float:
    return median(list(values))
