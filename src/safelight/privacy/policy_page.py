"""Page: Policy -> the document that people read: a summary and the whole text, filled from the same fields."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any, cast

import rfc8785

from safelight.kernel.errors import Internal
from safelight.privacy.policy import LANGUAGES, Entity, Policy, Said

Document = dict[str, Any]
"""A version in one language, as it is kept and shown."""

_PLACE = re.compile(r"\{([a-z_]+)(?::([a-z-]+))?\}")
NOT_SAID = Said("(the operator has not said yet)", "(vom Betreiber noch nicht angegeben)")
LIFE = Said("as long as {start}", "solange {start}")
PERIOD = Said("{days} days after {start}", "{days} Tage nach {start}")
DONE: Mapping[str, Said] = {
    "erase": Said("deleted", "gelöscht"),
    "drop": Said("deleted, a whole day at once", "gelöscht, ein ganzer Tag auf einmal"),
    "destroy_key": Said("unreadable: its key is destroyed", "unlesbar: der Schlüssel wird vernichtet"),
    "blank": Said("emptied", "geleert"),
    "aggregate": Said("only numbers remain", "nur Zahlen bleiben"),
    "truncate": Said("shortened", "gekürzt"),
    "pseudonymise": Said("without a name", "ohne Namen"),
    "keep": Said("kept", "behalten"),
}


def content(policy: Policy) -> dict[str, Any]:
    """The whole model as plain values: what a version is, and what two versions differ in."""
    return cast("dict[str, Any]", _plain(asdict(policy)))


def content_hash(policy: Policy) -> str:
    """What a version is signed by: the SHA-256 of its canonical JSON (RFC 8785)."""
    return hash_of(content(policy))


def hash_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(cast("Any", content))).hexdigest()


def documents(policy: Policy) -> dict[str, Document]:
    """One for each language."""
    return {language: document(policy, language) for language in LANGUAGES}


def document(policy: Policy, language: str) -> Document:
    """With every sentence, also those that are not so today: `visible` takes those away when it is shown."""
    chapters = [
        {
            "name": chapter.name,
            "title": chapter.title.in_language(language),
            "summary": filled(chapter.summary, policy, language),
            "when": chapter.when,
            "table": chapter.table,
            "sentences": [
                {
                    "clause": each.clause,
                    "text": filled(each.text, policy, language),
                    "when": each.when,
                    "untested": each.untested,
                }
                for each in chapter.statements
            ],
        }
        for chapter in policy.chapters
    ]
    return {"language": language, "chapters": chapters, "tables": _tables(policy, language)}


def visible(document: Document, policy: Policy, today: date) -> Document:
    """What is so today: a sentence about a certificate goes with the certificate (PP-30, PP-56)."""
    shown = [
        {**chapter, "sentences": [each for each in chapter["sentences"] if policy.is_so(each["when"], today)]}
        for chapter in document["chapters"]
        if policy.is_so(chapter["when"], today)
    ]
    return {**document, "chapters": [each for each in shown if each["sentences"] or each["table"]]}


def filled(text: Said, policy: Policy, language: str) -> str:
    """A text with its places filled. Raises Internal for a place that nothing fills."""
    facts = _facts(policy, language)

    def fill(found: re.Match[str]) -> str:
        name, of = found[1], found[2]
        if name == "days" and of in policy.entities:
            return str(policy.entities[of].days)
        if name not in facts or of:
            raise Internal(f"A text of the policy names {found[0]}, which nothing fills.")
        return facts[name] or NOT_SAID.in_language(language)

    return _PLACE.sub(fill, text.in_language(language))


def _facts(policy: Policy, language: str) -> dict[str, str]:
    """Each named once, for the summary and the body alike: so they cannot name different ones (PP-58)."""
    controller = policy.controller
    live = [each for each in policy.frameworks.values() if each.is_enabled]
    bodies = [each.recourse for each in live] or [controller.authority]
    return {
        "controller": controller.name,
        "postal": controller.postal,
        "contact": controller.contact,
        "officer": controller.officer,
        "authority": controller.authority,
        "recourse": ", ".join(each for each in bodies if each),
        "frameworks": ", ".join(each.title for each in live),
        "certificates": ", ".join(each.certificate for each in live),
        "analytics": ", ".join(policy.recipients[each].title for each in policy.analytics),
        "recipients": ", ".join(each.title for each in policy.recipients.values()),
        "cookies": str(len(policy.cookies)),
    }


def kept(entity: Entity, language: str) -> str:
    """How long, in words."""
    start = entity.start.in_language(language)
    if entity.days is None:
        return LIFE.in_language(language).format(start=start)
    return PERIOD.in_language(language).format(days=entity.days, start=start)


def _tables(policy: Policy, language: str) -> dict[str, list[dict[str, Any]]]:
    return {
        "entities": [
            {
                "name": each.name,
                "title": each.title.in_language(language),
                "role": each.role.value,
                "categories": [policy.categories[name].title.in_language(language) for name in each.categories],
                "purposes": [policy.purposes[name].title.in_language(language) for name in each.purposes],
                "keep": kept(each, language),
                "then": DONE[each.then.value].in_language(language),
                "ground": each.ground,
            }
            for each in policy.entities.values()
        ],
        "purposes": [
            {"name": each.name, "title": each.title.in_language(language), "basis": each.basis.value,
             "clause": each.clause, "objectable": each.is_objectable}
            for each in policy.purposes.values()
        ],
        "recipients": [
            {"name": each.name, "title": each.title, "role": each.role.value, "country": each.country,
             "tool": each.transfer_tool,
             "purposes": [policy.purposes[name].title.in_language(language) for name in each.purposes]}
            for each in policy.recipients.values()
        ],
        "cookies": [
            {"name": each.name, "purpose": each.purpose.in_language(language),
             "max_age": each.lifetime_seconds}
            for each in policy.cookies.values()
        ],
        "locations": [
            {"store": each.store, "country": each.country, "operator": each.operator} for each in policy.locations
        ],
    }  # fmt: skip


def as_text(policy: Policy, today: date, language: str) -> str:
    """For a terminal."""
    shown = visible(document(policy, language), policy, today)
    parts: list[str] = []
    for chapter in shown["chapters"]:
        parts += [f"# {chapter['title']}", chapter["summary"]]
        parts += [f"{each['text']} [{each['clause']}]" for each in chapter["sentences"]]
    return "\n\n".join(parts) + "\n"


def as_json(policy: Policy, today: date) -> str:
    """For machines: the model, its hash, and what is so today."""
    told = {"hash": content_hash(policy), "as_of": today.isoformat(), "policy": content(policy)}
    return json.dumps(told, indent=2, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[object]", value)]
    return value
