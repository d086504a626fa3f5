"""Each check of the policy finds the fault that was planted for it, and no other check does."""

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from safelight.boot import declared, promising
from safelight.privacy import checks, policy_page, policy_read
from safelight.privacy.change import Class
from safelight.privacy.checks import Known
from safelight.privacy.inventory import Gap
from safelight.privacy.node import parsed
from safelight.privacy.policy import Recipient, RecipientRole
from safelight.privacy.versions import Version
from safelight.settings import Settings
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PURE = {
    "PP-04": lambda known: checks.by_gaps(known, "PP-04", ""),
    "PP-20": lambda known: checks.by_gaps(known, "PP-20", ""),
    "PP-22": lambda known: checks.by_gaps(known, "PP-22", ""),
    "PP-23": checks.recipients_are_bound,
    "PP-28": checks.agreements_flow_down,
    "PP-30": checks.analytics_are_told,
    "PP-38": lambda known: checks.only_what_is_needed(known, HELD),
    "PP-50": lambda known: checks.by_gaps(known, "PP-50", ""),
    "PP-55": checks.places_are_said,
    "PP-56": checks.frameworks_are_alive,
    "PP-58": checks.recourse_is_the_same,
    "PP-59": lambda known: checks.by_gaps(known, "PP-59", ""),
    "PP-67": checks.arbitration_is_offered,
    "PP-68": checks.minor_waits,
    "PP-69": checks.substantial_waits,
    "PP-70": checks.law_is_named,
    "PP-73": checks.somebody_is_named,
    "PP-74": checks.last_change_is_said,
    "PP-75": checks.one_source,
}
HELD = {each.name: each for all_of in declared.holdings().values() for each in all_of}
PSP = Recipient("psp", "Payer", RecipientRole.PROCESSOR, ("usage.measure",), (), (), "DE", "none", "a" * 64, True)
MINE = b"controller: {name: Firm, postal: 1 Road, contact: privacy@firm.example, authority: The Authority}"


def _version(policy, number=1, kind=Class.FIRST, days=0, **content) -> Version:
    made = {**policy_page.content(policy), **content}
    documents = policy_page.documents(policy)
    at = NOW + number * DAY
    return Version(number, kind, policy_page.hash_of(made), made, documents, "", at, at + days * DAY, "")


@pytest.fixture(scope="module")
def known() -> Known:
    policy = policy_read.laid_over(policy_read.shipped(), parsed(MINE, "mine.yaml"))
    shown = {name: policy_page.visible(each, policy, TODAY) for name, each in policy_page.documents(policy).items()}
    return Known(policy, promising.there(Settings()), (), (_version(policy),), shown, (), TODAY)


def _policy(known: Known, **facts) -> Known:
    return replace(known, policy=replace(known.policy, **facts))


def _gap(clause: str):
    return lambda known: replace(known, gaps=[Gap(clause, "something")])


def _posted(known: Known, kind: Class, days: int, change=None, **facts) -> Known:
    second = _version(known.policy, 2, kind, days)
    if change:
        content = copy.deepcopy(second.content)
        change(content)
        second = replace(second, content=content)
    return replace(known, versions=(replace(second, **facts), *known.versions))


def _said(known: Known, words: str, *, in_summary: bool = False) -> Known:
    shown = copy.deepcopy(dict(known.shown))
    chapter = shown["en"]["chapters"][0]
    if in_summary:
        chapter["summary"] += words
    else:
        chapter["sentences"][0]["text"] += words
    return replace(known, shown=shown)


def _framework(known: Known) -> Known:
    dpf = replace(known.policy.frameworks["dpf"], is_enabled=True, certificate="1", expires_on=TODAY - DAY)
    return _policy(known, frameworks={"dpf": dpf})


def _without_purpose(known: Known) -> Known:
    entity = known.policy.entities["user-name"]
    changed = replace(entity, fields=(replace(entity.fields[0], purposes=()),))
    return _policy(known, entities={**known.policy.entities, "user-name": changed})


def _without_title(known: Known) -> Known:
    shown = copy.deepcopy(dict(known.shown))
    shown["de"]["chapters"][2]["summary"] = ""
    return replace(known, shown=shown)


SABOTAGE = {
    "a field of the log more": ("PP-04", _gap("PP-04")),
    "a column more": ("PP-20", _gap("PP-20")),
    "a host more": ("PP-22", _gap("PP-22")),
    "who gets data too early": ("PP-23", _gap("PP-23")),
    "a processor without an agreement": (
        "PP-23",
        lambda known: _policy(known, recipients={"psp": replace(PSP, agreement_sha256="")}),
    ),
    "an agreement that ended": (
        "PP-23",
        lambda known: _policy(known, recipients={"psp": replace(PSP, agreement_until=TODAY - DAY)}),
    ),
    "a store beyond the countries": ("PP-55", _gap("PP-55")),
    "who is not bound for others": (
        "PP-28",
        lambda known: _policy(known, recipients={"psp": replace(PSP, flows_down=False)}),
    ),
    "analytics that nobody is told of": (
        "PP-30",
        lambda known: _policy(known, recipients={"psp": PSP}, analytics=("psp",)),
    ),
    "a field without a purpose": ("PP-38", _without_purpose),
    "a holding kept for longer": ("PP-50", _gap("PP-50")),
    "a store elsewhere": (
        "PP-55",
        lambda known: replace(known, there=replace(known.there, hosts={"blobs.url": "s3.example.com"})),
    ),
    "a lapsed certificate": ("PP-56", _framework),
    "a framework that is no more": ("PP-56", lambda known: _said(known, " We are certified under Privacy Shield.")),
    "recourse in the summary alone": (
        "PP-58",
        lambda known: _policy(
            known, controller=replace(known.policy.controller, authority=known.shown["en"]["chapters"][1]["summary"])
        ),
    ),
    "a cookie more": ("PP-59", _gap("PP-59")),
    "arbitration that nobody offers": ("PP-67", lambda known: _said(known, " Binding arbitration is offered.")),
    "a minor change after six days": ("PP-68", lambda known: _posted(known, Class.MINOR, 6)),
    "a substantial change after seven": ("PP-69", lambda known: _posted(known, Class.SUBSTANTIAL, 7)),
    "a substantial change called minor": (
        "PP-69",
        lambda known: _posted(known, Class.MINOR, 7, lambda made: made["entities"]["traffic"].update(days=9999)),
    ),
    "a law that is not named": ("PP-70", lambda known: _posted(known, Class.LEGAL, 0)),
    "nobody to write to": (
        "PP-73",
        lambda known: replace(
            known,
            versions=(
                replace(known.versions[0], content={**known.versions[0].content, "controller": {"contact": ""}}),
            ),
        ),
    ),
    "a version less": (
        "PP-74",
        lambda known: replace(known, versions=(replace(known.versions[0], number=2),)),
    ),
    "a ledger that tells otherwise": ("PP-74", lambda known: replace(known, is_in_ledger=False)),
    "a chapter without a summary": ("PP-75", _without_title),
}


def _failing(known: Known) -> list[str]:
    return [clause for clause, check in PURE.items() if check(known).status == "FAIL"]


def test_as_it_ships_nothing_fails(known):
    assert _failing(known) == []


@pytest.mark.parametrize("name", SABOTAGE)
def test_exactly_the_clause_of_a_planted_fault_fails(known, name):
    clause, plant = SABOTAGE[name]
    assert _failing(plant(known)) == [clause]


def test_before_anything_is_posted_what_only_a_version_could_show_is_not_testable(known):
    for clause in ("PP-73", "PP-74"):
        assert PURE[clause](replace(known, versions=())).status == "NOT-TESTABLE"


def test_a_letter_of_no_class_fails():
    assert checks.letters_have_a_class({"a": "service"}).status == "PASS"
    assert checks.letters_have_a_class({"a": "service", "b": "spam"}).status == "FAIL"
