"""Curves: a drawing of how figures grow, as SVG; a panel for each figure, one axis of counts for all."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, GAP = 230, 150, 62
LEFT, TOP, BOTTOM = 52, 58, 44
INK, FAINT = "#57606a", "#d0d7de"
COLORS = ("#0969da", "#bf3989")
STYLE = "font-family:system-ui,sans-serif;font-size:11px"

Curves = Mapping[str, Sequence[float]]


def drawing(title: str, axis: str, counts: Sequence[int], panels: Mapping[str, Curves]) -> str:
    """Counts stand on a logarithmic axis; each panel begins at zero and ends above its largest."""
    width = LEFT + len(panels) * (WIDTH + GAP)
    height = TOP + HEIGHT + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" style="{STYLE}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 20, title, "start", "font-weight:600;font-size:13px"),
    ]
    for number, (name, curves) in enumerate(panels.items()):
        parts += _panel(LEFT + number * (WIDTH + GAP), name, axis, counts, curves)
    return "\n".join((*parts, "</svg>", ""))


def _panel(left: float, name: str, axis: str, counts: Sequence[int], curves: Curves) -> list[str]:
    top = _round(max(value for values in curves.values() for value in values))
    span = max(math.log(counts[-1] / counts[0]), 1e-9)

    def x(count: int) -> float:
        return left + math.log(count / counts[0]) / span * WIDTH

    def y(value: float) -> float:
        return TOP + HEIGHT * (1 - value / top)

    parts = [_text(left, TOP - 10, name, "start", "font-weight:600")]
    for share in (0, 0.5, 1):
        at = y(top * share)
        parts.append(f'<path d="M{left:.1f} {at:.1f}h{WIDTH}" stroke="{FAINT}"/>')
        parts.append(_text(left - 6, at + 4, f"{top * share:.3g}", "end"))
    parts += [_text(x(count), TOP + HEIGHT + 16, f"{count:,}", "middle") for count in counts]
    parts.append(_text(left + WIDTH / 2, TOP + HEIGHT + 34, axis, "middle"))
    for color, values in zip(COLORS, curves.values(), strict=False):
        points = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in zip(counts, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        for point in points.split():
            across, down = point.split(",")
            parts.append(f'<circle cx="{across}" cy="{down}" r="3" fill="{color}"/>')
    labels = list(zip(COLORS, curves, strict=False))
    for number, (color, label) in enumerate(labels if len(labels) > 1 else []):
        parts.append(_text(left + WIDTH, TOP - 10 - 12 * (len(labels) - 1 - number), label, "end", f"fill:{color}"))
    return parts


def _round(value: float) -> float:
    """The next number above that people like at an axis."""
    step = 10 ** math.floor(math.log10(value or 1))
    return next(each * step for each in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15) if each * step > value * 1.05)


def _text(x: float, y: float, words: str, anchor: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" text-anchor="{anchor}" style="{style}">{escape(words)}</text>'
