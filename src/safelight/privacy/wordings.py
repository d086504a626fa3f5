"""Wording: the words in which people are asked for a choice; what they chose is kept with the hash of these."""

from collections.abc import Mapping

from safelight.kernel.choice import ChoiceKind, wording_of
from safelight.kernel.languages import Language
from safelight.privacy.policy import Policy

ASKED: Mapping[ChoiceKind, Mapping[Language, str]] = {
    ChoiceKind.DISCLOSURE: {
        "en": "Data about me may be passed on to third parties who do not work on behalf of this installation.",
        "de": "Daten über mich dürfen an Dritte gehen, die nicht im Auftrag dieser Installation arbeiten.",
    },
    ChoiceKind.ANALYTICS: {
        "en": "Which pages I open may be counted, to see which parts of the product are used.",
        "de": "Welche Seiten ich öffne, darf gezählt werden, um zu sehen, welche Teile des Produkts genutzt werden.",
    },
    ChoiceKind.PURPOSE: {
        "en": "Data about me may also be used for this: {what}.",
        "de": "Daten über mich dürfen auch hierfür verwendet werden: {what}.",
    },
}
NAMED: Mapping[Language, str] = {
    "en": "Data about me may be passed on to {what}.",
    "de": "Daten über mich dürfen an {what} weitergegeben werden.",
}


def words_of(policy: Policy, kind: ChoiceKind, purpose: str) -> Mapping[str, str]:
    """What somebody is asked, by language."""
    if kind is ChoiceKind.DISCLOSURE and purpose:
        title = policy.recipients[purpose].title
        return {language: words.format(what=title) for language, words in NAMED.items()}
    if kind is ChoiceKind.PURPOSE:
        title = policy.purposes[purpose].title
        return {name: words.format(what=title.in_language(name)) for name, words in ASKED[kind].items()}
    return {str(name): words for name, words in ASKED[kind].items()}


def hash_of(policy: Policy, kind: ChoiceKind, purpose: str) -> str:
    """The version of those words."""
    return wording_of(words_of(policy, kind, purpose))
