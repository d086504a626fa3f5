"""What a process tree costs: CPU seconds and peak memory, from the kernel's own books."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    peak_mib: float
    """The sum over processes of each one's largest resident size."""


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


def peak_mib(processes: Iterable[psutil.Process]) -> float:
    total = 0
    for process in processes:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                total += next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            continue
    return total / 1024


def middle(values: Iterable[float]) -> float:
    return median(list(values))
