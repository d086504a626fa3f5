"""What no file may do: read the clock or the environment by itself, grow without end, name this or that machine."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, named, room_of, texts, tree_of

LINES_MAX = 420

# What is asked of the outside, and the one place that may.
PLACES = {
    "datetime.now": {"src/safelight/kernel/clock.py"},
    "datetime.utcnow": set(),
    "datetime.today": set(),
    "date.today": set(),
    "time.time": set(),
    "time.time_ns": {"src/safelight/kernel/ids.py"},
    "uuid.uuid4": set(),
    "uuid.uuid1": set(),
    "random.random": set(),
    "random.choice": set(),
    "os.getenv": set(),
}


def dotted(node: ast.expr) -> str:
    """`os.environ` of an attribute; empty for what is none."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


@cache
def attributes() -> list[tuple[Path, int, str]]:
    """Of every file; each test looks through all of them."""
    return [
        (path, node.lineno, dotted(node))
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
    ]


@pytest.mark.parametrize(("what", "places"), PLACES.items())
def test_time_ids_and_chance_come_from_one_place_each(what: str, places: set[str]):
    found = [
        f"{named(path)}:{line}"
        for path, line, name in attributes()
        if (name == what or name.endswith(f".{what}")) and named(path) not in places
    ]
    assert not found


def test_the_environment_is_read_by_boot_only():
    found = [f"{named(path)}:{line}" for path, line, name in attributes() if name == "os.environ"]
    # The child that opens foreign files starts without ours: it clears what it was given.
    allowed = ("src/safelight/boot/", "src/safelight/render/child.py", "src/safelight/render/process.py")
    assert not [place for place in found if not place.startswith(allowed)]


def test_random_is_imported_nowhere():
    found = [
        named(path)
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names)
    ]
    assert not found


def test_no_file_is_longer_than_a_reader_can_hold():
    lengths = {named(path): len(path.read_text().splitlines()) for path in modules()}
    assert not {name: lines for name, lines in lengths.items() if lines > LINES_MAX}


def test_nothing_is_put_off_or_swallowed():
    marks = re.compile(r"\b(?:" + "TO" + "DO|FIX" + "ME|XXX)\\b|except Exception:\\s*pass|NotImplemented(?:Error)?\\b")
    assert not [named(path) for path in modules() if marks.search(path.read_text())]


def test_tests_use_twins_and_no_patches():
    words = re.compile(
        "mock" + r"\.patch|unittest" + r"\.mock|import " + r"mock|pytest\.mark\.s" + r"kip|pytest\.s" + "kip"
    )
    assert not [named(path) for path in (ROOT / "tests").rglob("*.py") if words.search(path.read_text())]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_lock_files_hold_names_versions_and_hashes_but_no_addresses(name: str):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    form = re.compile(r"[a-z0-9.\-]+(\[[a-z0-9,\-]+\])?==[\w.!+]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert not [line for line in lines if not form.fullmatch(line)]


def test_npm_lock_files_hold_no_address_of_a_machine():
    for path in ROOT.glob("tests/**/package-lock.json"):
        if "node_modules" not in path.parts:
            assert '"resolved"' not in path.read_text(), named(path)


def test_no_file_tells_where_somebody_worked():
    path_of_a_person = re.compile(r"(?<![\w.])/(?:home/(?!user\b|you\b)\w+|root|Users/\w+|work)/[\w.]")
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if path_of_a_person.search(line):
                found.append(f"{named(path)}:{number}: {line.strip()[:100]}")
    assert not found


def test_wire_words_stay_at_the_door():
    """`public_id` is how clients say it; inside the house it is the name of an asset."""
    inside = {"kernel", "ports", "render", "accounts", "derived"}
    found = [
        f"{named(path)}:{node.lineno}"
        for path in modules()
        if room_of(path) in inside
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name | ast.arg) and "public_id" in (getattr(node, "id", "") or getattr(node, "arg", ""))
    ]
    assert not found
