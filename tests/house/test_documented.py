"""A thing without a word about it is not finished: modules, effects, settings, events, errors, holdings, commands."""

import ast
import re

import pytest

from safelight.boot.known import described
from safelight.cli import registries
from safelight.cli.main import build_parser
from safelight.cli.pages import commands
from safelight.render.effect import vocabulary
from tests.house.source import modules, named, tree_of

UNBOUNDED = {"color", "flag", "stops", "text", "texts", "areas"}
"""Kinds of parameters whose bounds are those of the language."""


def test_every_module_says_what_it_is():
    silent = [
        named(path)
        for path in modules()
        if path.name != "__init__.py" and not _is_sentence(_first_paragraph(ast.get_docstring(tree_of(path))))
    ]
    assert not silent


def test_every_effect_has_a_page_and_an_example_of_its_own():
    for name, spec in vocabulary().items():
        assert _is_sentence(spec.summary), name
        assert f"e_{name}" in spec.example, name
        for param in spec.params:
            assert param.range or param.choices or param.kind in UNBOUNDED, f"{name}: {param.name} has no bounds"


def test_every_setting_has_a_meaning():
    assert not [each.name for each in described() if not _is_sentence(each.meaning)]


@pytest.mark.parametrize("registry", [registries.errors, registries.events], ids=["errors", "events"])
def test_every_fact_and_error_says_what_it_means(registry):
    assert not [kind.__name__ for kind in registry() if not _is_sentence(registries.summary_of(kind))]


def test_no_two_errors_share_a_code():
    codes = [kind.code for kind in registries.errors() if kind.__name__ != "SafelightError"]
    assert sorted(codes) == sorted(set(codes))


def test_every_holding_says_what_and_why():
    for context, held in registries.holdings().items():
        for each in held:
            assert each.what, f"{context}: {each.name}"
            assert each.why, f"{context}: {each.name}"


def test_every_command_says_what_it_does():
    assert not [command.words for command in commands(build_parser()) if not command.about]


def _first_paragraph(docstring: str | None) -> str:
    return " ".join((docstring or "").split("\n\n")[0].split())


def _is_sentence(text: str) -> bool:
    return re.match(r"[^a-z]|\w+_", text) is not None and re.search(r"[.:?!](\s|$)", text) is not None
