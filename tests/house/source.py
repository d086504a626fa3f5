"""Source: the files of this house, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SRC = ROOT / "src" / "safelight"
NOT_OURS = {"node_modules", "__pycache__", "results", "photos"}
TEXTS = {".py", ".md", ".toml", ".lock", ".sh", ".json", ".js", ".html", ".css", ".yml", ".txt", ""}


@cache
def modules() -> tuple[Path, ...]:
    """Every file of Python in src, with and without rows."""
    return tuple(sorted(path for path in SRC.rglob("*.py") if "__pycache__" not in path.parts))


@cache
def texts() -> tuple[Path, ...]:
    """Every file of text that belongs to the repository, as far as a person may read it."""
    places = [ROOT / name for name in ("src", "tests", "docs", "bench", ".ci")]
    found = [path for place in places for path in place.rglob("*") if not NOT_OURS & set(path.parts)]
    found += ROOT.glob("*")
    return tuple(sorted(path for path in found if path.is_file() and path.suffix in TEXTS))


def named(path: Path) -> str:
    """How a test calls a file: its path in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def declared(path: Path) -> Iterator[tuple[str, int]]:
    """Every name that a file itself gives: to functions, classes, parameters and values. What it calls others chose."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def room_of(path: Path) -> str:
    """`assets` of src/safelight/assets/tags.py."""
    parts = path.relative_to(SRC).parts
    return parts[0] if len(parts) > 1 else ""
