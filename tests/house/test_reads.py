"""Personal data leave the database by one door, which asks for what they are read (PP-12)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.adapters.database.reading import holdings_of
from safelight.boot import declared
from safelight.ports.tables import METADATA
from tests.house.source import SRC, modules, tree_of

DOOR = "adapters/database/postgres.py"
DRIVERS = ("psycopg", "sqlalchemy.engine", "sqlalchemy.ext.asyncio")
"""By which rows come without that door."""
ROOMS = ("adapters/database/", "adapters/queue/")
TYPES_ALONE = {"Dialect", "RowMapping", "URL", "make_url"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in modules():
        yield path.relative_to(SRC).as_posix(), tree_of(path)


def test_only_the_rooms_of_the_database_know_how_to_speak_to_it():
    knowing = {
        name
        for name, module in trees()
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom) and _is_driver(node)
    }
    assert {name for name in knowing if not name.startswith(ROOMS)} == set()


def _is_driver(node: ast.Import | ast.ImportFrom) -> bool:
    names = [each.name for each in node.names]
    if isinstance(node, ast.Import):
        return any(name.startswith(DRIVERS) for name in names)
    return (node.module or "").startswith(DRIVERS) and not set(names) <= TYPES_ALONE


def test_every_verb_that_hands_out_rows_asks_for_what():
    [session] = [
        node
        for node in ast.walk(tree_of(SRC / DOOR))
        if isinstance(node, ast.ClassDef) and node.name == "PostgresSession"
    ]
    handing = {
        verb.name: ast.unparse(verb)
        for verb in session.body
        if isinstance(verb, ast.AsyncFunctionDef) and "RowMapping" in ast.unparse(verb.returns or ast.Constant(0))
    }
    assert set(handing) == {"fetch", "fetch_one", "_fetch_fixed"}
    assert all("self._check(" in body for body in handing.values())


def written() -> list[tuple[str, str]]:
    """Every statement that stands as text in the source, with its file."""
    found = [
        (name, node.args[0].value)
        for name, module in trees()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
    return [(name, statement) for name, statement in found if "select" in statement.lower()]


@pytest.mark.parametrize(("name", "statement"), written(), ids=lambda each: each[:40])
def test_a_text_that_names_a_personal_column_counts_as_a_read_of_it(name: str, statement: str):
    declared.load_tables()
    words = {word.strip("(),;.:'\"").lower() for part in statement.split() for word in part.split(".")}
    named = {
        str(column.info["personal"])
        for table in METADATA.tables.values()
        if table.name in words
        for column in table.columns
        if column.name in words and "personal" in column.info
    }
    assert named <= holdings_of(text(statement)), f"{name}: {Path(name).stem}"
