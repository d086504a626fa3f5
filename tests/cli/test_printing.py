"""Rows as JSON, or as columns."""

import json
from datetime import UTC, datetime

import pytest

from safelight.cli import printing

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROWS = [{"cloud": "demo", "strict": False, "at": AT}, {"cloud": "a-long-name", "strict": True, "at": None}]


def test_columns_are_as_wide_as_their_widest_word():
    assert printing.table(ROWS) == [
        "cloud        strict  at",
        "demo         no      2026-01-02T03:04:05Z",
        "a-long-name  yes     -",
    ]


def test_json_is_json(capsys: pytest.CaptureFixture[str]):
    printing.show_rows(ROWS, as_json=True, none="nothing")
    assert json.loads(capsys.readouterr().out) == [
        {"cloud": "demo", "strict": False, "at": "2026-01-02T03:04:05Z"},
        {"cloud": "a-long-name", "strict": True, "at": None},
    ]


@pytest.mark.parametrize(("as_json", "expected"), [(True, "[]\n"), (False, "There is no cloud.\n")])
def test_nothing_is_said_as_well(capsys: pytest.CaptureFixture[str], as_json: bool, expected: str):
    printing.show_rows([], as_json=as_json, none="There is no cloud.")
    assert capsys.readouterr().out == expected


def test_one_thing_shows_its_facts_below_each_other(capsys: pytest.CaptureFixture[str]):
    printing.show_row({"cloud": "demo", "closed": True}, as_json=False)
    assert capsys.readouterr().out == "cloud   demo\nclosed  yes\n"


def test_what_is_not_for_printing_is_refused():
    with pytest.raises(TypeError):
        printing.json_text({"secret": object()})
