"""Every clause that this part of the policy has is in the table; every test that it names is there."""

import re

import pytest

from tests.clauses.table import PAGE, ROOT, TABLE, page

NAMED = [(each.id, test) for each in TABLE for test in each.tests]
CLAUSES = set(range(1, 76))


def test_each_clause_stands_there_once_and_says_who_holds_it_or_what_is_missing():
    assert [each.id for each in TABLE] == [f"PP-{number:02}" for number in sorted(CLAUSES)]
    assert not [each.id for each in TABLE if not each.tests and not each.missing]


@pytest.mark.parametrize(("clause", "test"), NAMED)
def test_a_clause_has_the_test_that_is_named_for_it(clause: str, test: str):
    file, _, name = test.partition("::")
    text = (ROOT / "tests" / file).read_text()
    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{clause}: {test}"


def test_every_test_that_names_a_clause_is_of_a_clause_of_the_table():
    known = {each.id for each in TABLE}
    for path in (ROOT / "tests" / "clauses").glob("test_*.py"):
        found = {f"PP-{number}" for number in re.findall(r"def test_pp_(\d\d)_", path.read_text())}
        assert found <= known, path


def test_the_page_says_what_the_table_says():
    assert PAGE.read_text() == page(), "`python -m tests.clauses.table` writes it"
