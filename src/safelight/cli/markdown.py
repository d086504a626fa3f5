"""Markdown: a page that says where it came from, and tables."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by `make docs` from the code; do not edit. -->\n"


def page(title: str, *parts: str) -> str:
    return f"{NOTE}\n# {title}\n\n" + "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
