"""Faults in one go: a real installation under traffic is hurt on purpose; prints what was done and what came of it.

`python -m tests.faults --rounds 1000 --seed 7`; the same seed draws the same faults. When they meet the traffic is up
to the machine, so a run is not repeated to the letter.
"""

import argparse
import signal
import statistics
import sys
import time

from tests.faults.rounds import BATCH, Seconds, Tally, migrate, run
from tests.faults.standing import SHAPES

MIGRATIONS_SHARE = 20
"""One fault of so many is done to a migration, if nothing else is said."""


def table(tally: Tally) -> str:
    rows = ["| what was done | how often | files: median | worst | jobs: median | worst |"]
    rows.append("| --- | --- | --- | --- | --- | --- |")
    rows += [_row(f"{group}: {what}", seconds) for (group, what), seconds in sorted(tally.done.items())]
    every = [one for seconds in tally.done.values() for one in seconds]
    return "\n".join([*rows, _row("all", every)] if every else rows)


def _row(what: str, seconds: list[Seconds]) -> str:
    columns = [f"{of(one)} s" for one in zip(*seconds, strict=True) for of in (_median, _worst)]
    return f"| {what} | {len(seconds)} | {' | '.join(columns)} |"


def _median(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f}"


def _worst(seconds: tuple[float, ...]) -> str:
    return f"{max(seconds):.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="faults in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=[*SHAPES, "migrate", "all"], default="all")
    parser.add_argument("--migrations", type=int, help="how many of them are done to migrations (one in 20)")
    parser.add_argument("--seconds", type=float, default=3600, help="begin nothing new after so long")
    args = parser.parse_args()
    ends_at, tally = time.monotonic() + args.seconds, Tally()
    # Who ends us shall not leave an installation behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    left, batch = args.rounds, 0
    if args.shape in ("migrate", "all"):
        some = max(1, left // MIGRATIONS_SHARE) if args.migrations is None else args.migrations
        migrations = left if args.shape == "migrate" else some
        migrate(migrations, args.seed, tally, ends_at=ends_at, say=say)
        left -= migrations
    shapes = SHAPES if args.shape == "all" else [shape for shape in SHAPES if shape == args.shape]
    while left > 0 and shapes and time.monotonic() < ends_at:
        before = tally.count
        shape = shapes[batch % len(shapes)]
        run(shape, min(BATCH[shape], left), args.seed + batch, tally, ends_at=ends_at, say=say)
        left, batch = left - (tally.count - before), batch + 1
    print(table(tally))
    print(f"\n{tally.files} files, {tally.open} of them with a request that was never answered.")
    print("Answers: " + ", ".join(f"{what} {times}" for what, times in sorted(tally.answers.items())))
    print(f"\nBreaches: {len(tally.breaches)}")
    for words in tally.breaches:
        print(f"- {words}")
    for entry in tally.logged:
        print(f"\n{entry}")
    return 1 if tally.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
