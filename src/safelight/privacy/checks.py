"""Checks: of the clauses that the policy itself must keep: one pure function each, from what is known to a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from safelight.kernel.holdings import Holding
from safelight.privacy.change import Class, changes, class_of
from safelight.privacy.disclosing import has_ended
from safelight.privacy.inventory import Gap, There, is_own
from safelight.privacy.policy import LANGUAGES, Policy
from safelight.privacy.policy_page import Document, documents, visible
from safelight.privacy.selfcheck import Finding, judged, not_testable
from safelight.privacy.versions import DAYS, Version

LAPSED = ("privacy shield", "safe harbor", "safe harbour")
"""Frameworks that are no more: a page that names one says what is not so."""
NEW = "nothing was posted yet: safelight privacy policy post"


@dataclass(frozen=True)
class Known:
    """What the checks look at. `versions` are the newest first; `shown` are the documents that bind, by language."""

    policy: Policy
    there: There
    gaps: Sequence[Gap]
    versions: Sequence[Version]
    shown: Mapping[str, Document]
    unsigned: Sequence[int]
    """Versions whose signature is not that of what they say."""
    today: date
    is_in_ledger: bool = True
    """Whether the newest version is the one that the ledger tells of."""

    def told(self, clause: str) -> list[str]:
        return [each.words for each in self.gaps if each.clause == clause]


def by_gaps(known: Known, clause: str, otherwise: str) -> Finding:
    """Where the comparison of the policy with what there is finds nothing, the clause holds."""
    return judged(known.told(clause), otherwise)


def recipients_are_bound(known: Known) -> Finding:
    """PP-23"""
    faults = known.told("PP-23")
    faults += [
        f"{each.name} is a processor without an agreement"
        for each in known.policy.recipients.values()
        if each.role == "processor" and not each.agreement_sha256
    ]
    faults += [
        f"the agreement with {each.name} ended on {each.agreement_until}"
        for each in known.policy.recipients.values()
        if has_ended(each, known.today)
    ]
    return judged(faults, f"{len(known.policy.recipients)} recipients, each processor with an agreement")


def agreements_flow_down(known: Known) -> Finding:
    """PP-28"""
    faults = [
        f"{each.name}: flows_down is not said" for each in known.policy.recipients.values() if not each.flows_down
    ]
    return judged(faults, f"{len(known.policy.recipients)} recipients, all of them bound for whom they hand data to")


def analytics_are_told(known: Known) -> Finding:
    """PP-30"""
    faults = [
        f"the policy ({language}) does not name {known.policy.recipients[name].title}, which counts visits"
        for language, document in known.shown.items()
        for name in known.policy.analytics
        if known.policy.recipients[name].title not in _text(document)
    ]
    return judged(faults, f"{len(known.policy.analytics)} analytics of others, each named")


def only_what_is_needed(known: Known, holdings: Mapping[str, Holding]) -> Finding:
    """PP-38"""
    faults = [
        f"{entity.name}.{field.name} has no purpose"
        for entity in known.policy.entities.values()
        for field in entity.fields
        if not set(field.purposes) & set(known.policy.purposes)
    ]
    faults += [f"nothing says why {name} is kept" for name, each in holdings.items() if not each.why.strip()]
    fields = sum(len(entity.fields) for entity in known.policy.entities.values())
    return judged(faults, f"{fields} fields, each with a purpose and a reason")


def places_are_said(known: Known) -> Finding:
    """PP-55"""
    hosts = {setting: known.there.hosts.get(setting, "").split(",") for setting in ("blobs.url", "database.url")}
    stores = [setting for setting, each in hosts.items() if not all(is_own(host) for host in each)]
    if not stores and not known.told("PP-55"):
        return not_testable("the stores lie on the operator's own machines, in whose country no program can look")
    said = {each.store for each in known.policy.locations}
    faults = known.told("PP-55")
    faults += [f"{each} lies elsewhere, and no location named {each} says where" for each in stores if each not in said]
    return judged(faults, f"{len(stores)} stores elsewhere, each with its country")


def frameworks_are_alive(known: Known) -> Finding:
    """PP-56"""
    faults = [
        f"{each.name} is named, and its certificate has lapsed"
        for each in known.policy.frameworks.values()
        if each.is_enabled and not each.is_live(known.today)
    ]
    dead = [each.title for each in known.policy.frameworks.values() if not each.is_live(known.today)]
    for language, document in known.shown.items():
        text = _text(document).lower()
        faults += [f"the policy ({language}) names {each}" for each in (*dead, *LAPSED) if each.lower() in text]
    live = [each.name for each in known.policy.frameworks.values() if each.is_live(known.today)]
    return judged(faults, f"named: {', '.join(live) or 'none'}, and no other stands in the text")


def recourse_is_the_same(known: Known) -> Finding:
    """PP-58"""
    live = [each for each in known.policy.frameworks.values() if each.is_live(known.today)]
    bodies = [each.recourse for each in live] or [known.policy.controller.authority]
    faults: list[str] = []
    for language, document in known.shown.items():
        summary = " ".join(each["summary"] for each in document["chapters"])
        body = " ".join(each["text"] for chapter in document["chapters"] for each in chapter["sentences"])
        faults += [
            f"({language}) {name} stands in the summary or in the text, and not in both"
            for name in bodies
            if name and (name in summary) != (name in body)
        ]
        dead = [each for each in known.policy.frameworks.values() if each.recourse and each not in live]
        faults += [f"({language}) {each.recourse} offers no recourse any more" for each in dead
                   if each.recourse in summary + body]  # fmt: skip
    return judged(faults, f"{', '.join(each for each in bodies if each) or 'nobody named yet'}, in both")


def arbitration_is_offered(known: Known) -> Finding:
    """PP-67"""
    live = any(each.is_live(known.today) for each in known.policy.frameworks.values())
    faults = [
        f"the policy ({language}) offers arbitration, and no framework does"
        for language, document in known.shown.items()
        if not live and ("arbitration" in _text(document).lower() or "schiedsverfahren" in _text(document).lower())
    ]
    return judged(faults, "no arbitration is offered that there is not")


def minor_waits(known: Known) -> Finding:
    """PP-68"""
    return _waits(known, Class.MINOR)


def substantial_waits(known: Known) -> Finding:
    """PP-69"""
    faults = [
        f"version {after.number} is called {after.kind} and is substantial"
        for after, before in pairwise(known.versions)
        if after.kind in (Class.MINOR, Class.FIRST)
        and class_of(changes(before.content, after.content)) is Class.SUBSTANTIAL
    ]
    waited = _waits(known, Class.SUBSTANTIAL)
    return judged([*faults, *([waited.evidence] if waited.status == "FAIL" else [])], waited.evidence)


def law_is_named(known: Known) -> Finding:
    """PP-70"""
    legal = [each for each in known.versions if each.kind is Class.LEGAL]
    faults = [
        f"version {each.number} names no law, or binds before it was posted"
        for each in legal
        if not each.citation or each.effective_at < each.posted_at
    ]
    return judged(faults, f"{len(legal)} changes that the law demanded, each with it")


def _waits(known: Known, kind: Class) -> Finding:
    wait = timedelta(days=DAYS[kind])
    of_kind = [each for each in known.versions if each.kind is kind]
    faults = [
        f"version {each.number} binds {each.effective_at - each.posted_at} after it was posted"
        for each in of_kind
        if each.effective_at - each.posted_at < wait
    ]
    return judged(faults, f"{len(of_kind)} {kind} changes, each bound after {DAYS[kind]} days or more")


def somebody_is_named(known: Known) -> Finding:
    """PP-73"""
    if not known.versions:
        return not_testable(NEW)
    contact = str(known.versions[0].content["controller"].get("contact") or "")
    faults = [] if contact else ["the posted policy names no address to write to (controller.contact)"]
    faults += [f"({language}) the address does not stand in the text" for language, document in known.shown.items()
               if known.policy.controller.contact and contact and contact not in _text(document)]  # fmt: skip
    return judged(faults, "an address is named; whether somebody reads what comes there, a letter must show")


def last_change_is_said(known: Known) -> Finding:
    """PP-74"""
    if not known.versions:
        return not_testable(NEW)
    numbers = [each.number for each in known.versions]
    faults = [] if numbers == list(range(len(numbers), 0, -1)) else ["a version is missing"]
    if not known.is_in_ledger:
        faults.append(f"the ledger tells of another policy than version {numbers[0]}")
    return judged(faults, f"version {numbers[0]}, posted {known.versions[0].posted_at.date()}, as the ledger says")


def one_source(known: Known) -> Finding:
    """PP-75"""
    faults: list[str] = []
    binding = {language: visible(each, known.policy, known.today) for language, each in documents(known.policy).items()}
    for language, document in {**binding, **known.shown}.items():
        names = [each["name"] for each in document["chapters"]]
        faults += [f"({language}) two chapters are called {each}" for each in sorted(set(names))
                   if names.count(each) > 1]  # fmt: skip
        faults += [
            f"({language}) the chapter {each['name']} has no title, no summary or no text"
            for each in document["chapters"]
            if not (each["title"] and each["summary"] and each["sentences"])
        ]
    per_language = [[each["name"] for each in binding[language]["chapters"]] for language in LANGUAGES]
    if any(names != per_language[0] for names in per_language):
        faults.append("the languages have different chapters")
    return judged(faults, f"{len(per_language[0])} chapters, each with summary and text, in {len(LANGUAGES)} languages")


def letters_have_a_class(kinds: Mapping[str, str]) -> Finding:
    """PP-17"""
    known = {"service", "reminder", "notice", "marketing"}
    faults = [f"the letter {name} is of no class" for name, kind in kinds.items() if kind not in known]
    return judged(faults, f"{len(kinds)} letters, each of one class")


def _text(document: Document) -> str:
    sentences = [each["text"] for chapter in document["chapters"] for each in chapter["sentences"]]
    return " ".join([*(each["summary"] for each in document["chapters"]), *sentences])
