"""No record of addresses and agents but the one of activity: neither in what is logged nor in a column."""

import ast
import inspect
import re
from collections.abc import Iterator

from safelight.cli import registries
from safelight.ports.tables import METADATA
from safelight.web.logs import UNLOGGED
from tests.house.source import SRC, modules, tree_of

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"LOG", "logger", "say", "_say"}

TELLING = re.compile(r"(?:^|_)(?:address|ip|agent|user_agent|client|forwarded|remote|peer|referer|referrer)(?:$|_)")

COLUMNS = {
    "traffic.agent": "a family of programs",
    "traffic.client_id": "a random id",
    "page_views.agent": "a family of programs",
    "asset_events.agent": "a family of programs",
    "asset_visits.agent": "a family of programs",
}
"""What else is called so is listed here with what it holds; of other rooms by a word of its declaration."""


def logged(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call that writes a line into a log."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            holder = node.func.value.func if isinstance(node.func.value, ast.Call) else node.func.value
            name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
            if name in LOGGERS:
                yield node


def named(call: ast.Call) -> Iterator[str]:
    """Every name that a line is made of."""
    for keyword in call.keywords:
        yield keyword.arg or ""
    for node in ast.walk(call):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_no_line_of_a_log_is_made_of_an_address_or_an_agent():
    calls = [(path, call) for path in modules() for call in logged(tree_of(path))]
    assert len(calls) > 20
    astray = [
        f"{path.relative_to(SRC)}:{call.lineno} {name}"
        for path, call in calls
        for name in named(call)
        if TELLING.search(name)
    ]
    assert not astray


def test_a_line_that_has_one_all_the_same_loses_it():
    assert {"address", "client", "ip", "user_agent", "forwarded", "remote_addr", "email"} <= UNLOGGED


def test_the_server_keeps_no_log_of_its_own():
    from safelight.boot import doors

    assert "access_log=False" in inspect.getsource(doors)


def test_columns_that_could_hold_them_are_known():
    assert [*registries.modules_named("store")]
    found = {
        f"{table.name}.{column.name}": column
        for table in METADATA.tables.values()
        for column in table.columns
        if TELLING.search(column.name) and "personal" in column.info
    }
    unknown = {name for name, column in found.items() if name not in COLUMNS and not _is_declared(column)}
    assert not unknown, "a whole address or agent is kept by activity/ alone, sealed"


def _is_declared(column) -> bool:
    """Shortened to a network or family, or the address of a letter: the holding says so."""
    holdings = {each.name: f"{each.what} {each.why}" for held in registries.holdings().values() for each in held}
    said = holdings[column.info["personal"]].lower()
    return any(word in said for word in ("truncated", "shortened", "network", "letter", "e-mail", "notification"))
