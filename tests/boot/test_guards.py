"""The guards of words are tried with what must not pass; where one is taken away its clause fails."""

import pytest

from safelight.boot import guards
from safelight.kernel import cards
from safelight.web import logs


async def test_as_they_are_both_hold():
    assert (await guards.cards_are_refused()).status == "PASS"
    assert (await guards.faults_name_nobody()).status == "PASS"


async def test_a_card_that_is_taken_fails_pp_02(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cards, "refuse", lambda _text, _field: None)
    assert "a name may hold" in (await guards.cards_are_refused()).evidence
    assert (await guards.faults_name_nobody()).status == "PASS"


async def test_a_log_that_keeps_what_it_is_told_fails_pp_16(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "scrubbed", cards.masked)
    assert (await guards.cards_are_refused()).status == "PASS"
    told = (await guards.faults_name_nobody()).evidence
    assert "an e-mail address" in told
    assert "canary.example" not in told
