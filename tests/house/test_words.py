"""One word for each concept, everywhere; and no name that says nothing."""

import re

import pytest

from tests.house.source import SRC, declared, modules, named

# Our word, other words for the same thing, and the files that translate for people who say it otherwise.
WORDS = [
    ("derived", "variants?|renditions?|thumbnails?", ("web/hit_table.py",)),  # HTTP itself says variant (RFC 9110, 12)
    # Below accounts nobody knows a cloud: render is fair to tenants, and who calls it says so too.
    ("cloud", "tenants?|customers?", ("render/", "derived/maker.py", "web/metrics.py")),
    ("kind", "resource_?types?", ("wire/", "web/")),
    ("size_bytes", "file_?sizes?|byte_?counts?|num_bytes|nbytes", ()),
    ("width, height", "img_?width|img_?height", ()),
    ("version", "revisions?", ("adapters/database/",)),  # a revision is a step of the database's schema
    ("erase, drop", "purges?|wipes?", ("ports/edge.py", "adapters/edge/", "derived/")),  # caches in front are purged
    ("settings", "configs?|configuration", ("adapters/", "boot/", "cli/", "web/admin/")),  # names that others chose
]

# Names that collect everything because they say nothing.
EMPTY = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "core", "base", "misc", "shared_utils"}


@pytest.mark.parametrize(("ours", "others", "places"), WORDS, ids=[ours for ours, _, _ in WORDS])
def test_one_concept_has_one_word(ours: str, others: str, places: tuple[str, ...]):
    pattern = re.compile(rf"(?:^|_)(?:{others})(?:_|$)", re.IGNORECASE)
    found = [
        f"{named(path)}:{line}: {name}"
        for path in modules()
        if not path.relative_to(SRC).as_posix().startswith(places)
        for name, line in declared(path)
        if pattern.search(_with_low_lines(name))
    ]
    assert not found, f"the word is `{ours}`"


def _with_low_lines(name: str) -> str:
    """`DerivedFile` as `Derived_File`, so that each word stands for itself."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def test_no_file_or_folder_has_an_empty_name():
    assert not [named(path) for path in modules() if EMPTY & {path.stem, *path.parts}]


def test_init_files_are_empty_but_where_the_folder_is_the_list():
    allowed = {"src/safelight/__init__.py", "src/safelight/adapters/blobs/__init__.py"}
    allowed |= {"src/safelight/settings/__init__.py"}
    allowed |= {f"src/safelight/render/{room}/__init__.py" for room in ("effects", "analysis", "formats", "sight")}
    found = {named(path) for path in modules() if path.name == "__init__.py" and path.read_text().strip()}
    assert found <= allowed
