"""Chart: figures by day -> bars, lines and labels with their places, for a drawing that the server makes; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEIGHT = 220
TOP, BOTTOM, LEFT = 10, 26, 64
"""What is kept free above and below the bars for lines and days, and before them for figures."""
LINES = 4
GAP = 0.28
"""So much of the room of a day stays free."""
LABEL_WIDTH = 84
STEPS = (1, 2, 2.5, 5, 10)
BYTES_STEP = 1024


@dataclass(frozen=True)
class Bar:
    """One cause on one day. `part` says which colour."""

    x: float
    y: float
    width: float
    height: float
    part: int
    words: str


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    bars: tuple[Bar, ...]
    lines: tuple[float, ...]
    """How high the lines lie that figures stand beside."""
    labels: tuple[Label, ...]


def ceiling(most: float, *, is_bytes: bool = False) -> tuple[float, float]:
    """Where the scale ends, and the step between its lines: round figures, at most LINES of them."""
    unit = 1.0
    while is_bytes and most >= unit * BYTES_STEP:
        unit *= BYTES_STEP
    wanted = max(most / unit / LINES, 1e-9 if is_bytes else 0.25)
    tens = 1.0
    while tens * 10 <= wanted:
        tens *= 10
    while tens > wanted:
        tens /= 10
    step = next(each * tens for each in STEPS if each * tens >= wanted * (1 - 1e-9))
    step = step * unit if is_bytes else max(1.0, step)
    count = max(1, -int(-most // step))
    return step * count, step


def drawn(
    days: Sequence[str],
    parts: Sequence[Sequence[float]],
    *,
    width: int,
    say: Callable[[float], str],
    words: Callable[[int, int], str],
    is_bytes: bool = False,
) -> Chart:
    """`days`: how each day is called. `parts`: of each cause the figure of each day; the first lies lowest.

    `say` writes a figure; `words(part, day)` what is told of one bar.
    """
    totals = [sum(part[day] for part in parts) for day in range(len(days))]
    top, step = ceiling(max([*totals, 0]), is_bytes=is_bytes)
    room, floor = (width - LEFT) / max(1, len(days)), HEIGHT - BOTTOM
    scale = (floor - TOP) / top
    bars: list[Bar] = []
    for day in range(len(days)):
        lies = float(floor)
        for number, part in enumerate(parts):
            height = part[day] * scale
            if height > 0:
                lies -= height
                x = LEFT + day * room + room * GAP / 2
                bars.append(_bar(x, lies, room * (1 - GAP), height, number, words(number, day)))
    lines = [round(floor - number * step * scale, 2) for number in range(round(top / step) + 1)]
    labels = [Label(LEFT - 8, y + 4, say(number * step), "end") for number, y in enumerate(lines)]
    return Chart(width, HEIGHT, tuple(bars), tuple(lines), (*labels, *_days(days, room, width)))


def _bar(x: float, y: float, width: float, height: float, part: int, words: str) -> Bar:
    return Bar(round(x, 2), round(y, 2), round(width, 2), round(max(height, 0.75), 2), part, words)


def _days(days: Sequence[str], room: float, width: int) -> Sequence[Label]:
    """As many as have room, from the last one on: today is always told."""
    every = max(1, -int(-len(days) * LABEL_WIDTH // (width - LEFT)))
    found: list[Label] = []
    for day in range(len(days) - 1, -1, -every):
        x = LEFT + (day + 0.5) * room
        is_last = x > width - LABEL_WIDTH / 2
        found.append(Label(round(width if is_last else x, 2), HEIGHT - 6, days[day], "end" if is_last else "middle"))
    return found
