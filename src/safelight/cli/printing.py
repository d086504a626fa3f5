"""Print: rows as JSON for machines, or as columns for people."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

Row = Mapping[str, object]


def show_rows(rows: Sequence[Row], *, as_json: bool, none: str) -> None:
    """A list; `none` is what a person reads when it is empty."""
    if as_json:
        print(json_text(list(rows)))
    elif not rows:
        print(none)
    else:
        print("\n".join(table(rows)))


def show_row(row: Row, *, as_json: bool) -> None:
    """One thing: its facts below each other."""
    if as_json:
        print(json_text(row))
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        print(f"{name:<{width}}  {_word(value)}")


def json_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def table(rows: Sequence[Row]) -> list[str]:
    """Lines with a head; columns as wide as their widest word."""
    names = list(rows[0])
    cells = [names, *([_word(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _word(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(_plain(value)) if isinstance(value, datetime) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for printing")
