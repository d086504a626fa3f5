"""What ships is what is promised: the policy, the marks on columns, the cookies, the log and the ways out agree."""

import ast
from datetime import date
from pathlib import Path

import pytest

from safelight.boot import promising
from safelight.privacy import policy_read
from safelight.settings import Settings
from safelight.web.logs import FACT, FIELDS
from tests.house.source import SRC, modules, tree_of
from tests.house.test_records import logged

TODAY = date(2026, 11, 23)


def test_what_ships_is_what_is_promised():
    assert not promising.gaps(Settings(data=Path("nowhere")), TODAY, with_files=True)


def test_every_field_that_is_written_into_the_log_is_declared():
    written = {
        (path.relative_to(SRC).as_posix(), keyword.arg)
        for path in modules()
        for call in logged(tree_of(path))
        for keyword in call.keywords
        if keyword.arg not in (None, "exc_info", "extra")
    }
    assert not {(path, name) for path, name in written if name not in FIELDS and not name.startswith(FACT)}


def test_every_setting_that_decides_a_period_is_there_and_says_what_is_written():
    shipped = policy_read.shipped()
    assert policy_read.with_periods(shipped, promising.values_of(Settings())) == shipped


@pytest.mark.parametrize("name", ["dnt", "doNotTrack"])
def test_no_file_knows_the_signal_that_changes_nothing(name):
    """Do Not Track (PP-40): neither code nor a script of a page reads it."""
    texts = [path for path in SRC.rglob("*") if path.suffix in (".py", ".js", ".html") and "vendor" not in path.parts]
    assert len(texts) > 300
    found = [
        path
        for path in texts
        if (path.suffix == ".py" and name.lower() in _strings(path))
        or (path.suffix != ".py" and name in path.read_text())
    ]
    assert not found


def _strings(path: Path) -> set[str]:
    return {
        node.value.lower() if len(node.value) < 20 else ""
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
