"""Personal data is declared where it is born: each column says whether it tells of a person, and which holding."""

from collections import Counter

from sqlalchemy import ARRAY, JSON, Column, Enum, String
from sqlalchemy.dialects.postgresql import CIDR, INET

from safelight.cli import registries

TELLING = (String, JSON, ARRAY, INET, CIDR)


def _name(column: Column) -> str:
    return f"{column.table.name}.{column.name}"


def _may_tell(column: Column) -> bool:
    return isinstance(column.type, TELLING) and not isinstance(column.type, Enum)


def test_every_column_that_could_tell_of_a_person_says_whether_it_does():
    unmarked = [
        _name(column)
        for _, column in registries.columns()
        if _may_tell(column) and len({"personal", "not_personal"} & set(column.info)) != 1
    ]
    assert not unmarked


def test_what_tells_of_no_person_says_why():
    assert not [
        _name(column) for _, column in registries.columns() if not str(column.info.get("not_personal", "why")).strip()
    ]


def test_every_mark_names_a_holding_of_the_same_context():
    declared = {context: {each.name for each in held} for context, held in registries.holdings().items()}
    astray = [
        f"{context}: {_name(column)} names {column.info['personal']}"
        for context, column in registries.columns()
        if "personal" in column.info and column.info["personal"] not in declared.get(context, set())
    ]
    assert not astray


def test_a_holding_has_one_owner():
    names = Counter(each.name for held in registries.holdings().values() for each in held)
    assert not [name for name, count in names.items() if count > 1]


def test_every_context_with_rows_declares_what_it_holds():
    contexts = {context for context, column in registries.columns() if "personal" in column.info}
    assert contexts <= set(registries.holdings())
