"""The OpenAPI document is one, and tells of every call. That it is up to date, tests/house/test_pages.py sees."""

import asyncio
import json

import pytest
from openapi_spec_validator import validate

from safelight.boot import doors
from safelight.cli.docs import FOLDER
from safelight.web import openapi
from safelight.web.openapi import ANSWERS, CALLS, WORDS
from tests.house.source import ROOT


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Method and path of every call that is served."""
    routes = asyncio.run(doors.routes_of_a_model())
    return {openapi.name_of(route, method) for route, method in openapi.calls(routes)}


def test_the_document_is_one():
    validate(json.loads((ROOT / FOLDER / "openapi.json").read_text()))


def test_every_call_tells_its_words_and_none_is_told_that_is_not_served(names):
    assert (sorted(names - set(CALLS)), sorted(set(CALLS) - names)) == ([], []), "see wire/openapi_calls.py"


def test_every_word_and_answer_of_a_call_is_described_and_none_besides():
    assert {word.rstrip("!") for call in CALLS.values() for word in call.words} == set(WORDS)
    assert {call.answer for call in CALLS.values()} <= set(ANSWERS)
