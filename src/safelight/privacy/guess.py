"""Guess: what a letter asks for, by its words, in English and German; unsure is a question, read by a person. Pure."""

import re
from collections.abc import Mapping, Sequence

from safelight.kernel.languages import Language
from safelight.privacy.request import Kind

READ_CHARS_MAX = 4000
"""What somebody wants stands at the beginning of a letter."""

_WORDS: Mapping[Kind, Sequence[str]] = {
    Kind.OPT_OUT: (
        r"unsubscribe",
        r"(?:stop|no more|cease)\W+(?:\w+\W+){0,4}(?:e-?mails?|newsletters?|mailings?|advertising|marketing)",
        r"opt(?:\W|ing )?out",
        r"take me off\W+(?:\w+\W+){0,3}list",
        r"abbestellen|abmelden vom newsletter|newsletter (?:ab|kündigen)",
        r"keine (?:weiteren |werbe|)\W*(?:e-?mails?|newsletter|werbung|werbemails?)",
        r"aus (?:dem|ihrem) verteiler",
        r"werbewiderspruch",
    ),
    Kind.ERASURE: (
        r"(?:delete|erase|remove|destroy|wipe)\W+(?:\w+\W+){0,5}(?:data|information|account|photos?|pictures?|records?)",
        r"right to (?:be forgotten|erasure)",
        r"article 17|art\.? ?17",
        r"(?:daten|konto|account|fotos?|bilder|informationen)\W+(?:\w+\W+){0,6}(?:lösch|loesch|vernicht|entfern)\w*",
        r"(?:lösch|loesch)\w*\W+(?:\w+\W+){0,6}(?:daten|konto|account|fotos?|bilder|informationen)",
        r"recht auf (?:löschung|vergessenwerden)",
    ),
    Kind.PORTABILITY: (
        r"data portability|portab(?:le|ility)",
        r"machine\W?readable",
        r"article 20|art\.? ?20",
        r"datenübertragbarkeit|maschinenlesbar\w*",
    ),
    Kind.ACCESS: (
        r"(?:copy|export|archive)\W+(?:\w+\W+){0,5}(?:data|information|records?|everything)",
        r"(?:access|know|disclose|see)\W+(?:\w+\W+){0,6}(?:personal (?:data|information)|my data)",
        r"(?:access|know|disclose|see)\W+(?:\w+\W+){0,6}data (?:about|on|of|you)",
        r"(?:subject access|access) request|\bdsar\b",
        r"what (?:data|information|personal data)\W+(?:\w+\W+){0,5}(?:have|hold|keep|store|process)",
        r"article 15|art\.? ?15",
        r"auskunft|selbstauskunft|datenauskunft",
        r"welche (?:\w+ ){0,2}daten\W+(?:\w+\W+){0,6}(?:haben|speicher|verarbeit)\w*",
        r"kopie\W+(?:\w+\W+){0,4}daten",
    ),
    Kind.RECTIFICATION: (
        r"(?:correct|rectify|amend|update|change)\W+(?:\w+\W+){0,4}(?:data|information|name|address|record|e-?mail)",
        r"right to rectification|article 16|art\.? ?16",
        r"(?:berichtig|korrigier|änder)\w*\W+(?:\w+\W+){0,4}(?:daten|name|namen|adresse|angaben)",
        r"(?:daten|name|namen|adresse|angaben)\W+(?:\w+\W+){0,4}(?:berichtig|korrigier|änder)\w*",
    ),
    Kind.RESTRICTION: (
        r"restrict\w*\W+(?:\w+\W+){0,4}processing|article 18|art\.? ?18",
        r"einschränkung der verarbeitung|verarbeitung\W+(?:\w+\W+){0,3}einschränk\w*",
    ),
    Kind.LIMIT_SENSITIVE: (r"limit\W+(?:\w+\W+){0,4}sensitive",),
    Kind.SHINE_THE_LIGHT: (
        r"shine the light|1798\.83",
        r"(?:whom?|third part(?:y|ies))\W+(?:\w+\W+){0,5}(?:disclosed|shared|sold)",
        r"(?:disclosed|shared|sold)\W+(?:\w+\W+){0,5}(?:whom?|third part(?:y|ies))",
        r"(?:an wen|dritte)\W+(?:\w+\W+){0,5}(?:weitergegeben|übermittelt|verkauft)",
    ),
    Kind.OPTOUT_THIRD_PARTY: (
        r"(?:do not|don't|stop|never)\W+(?:\w+\W+){0,2}(?:sell|share|disclos|pass)\w*",
        r"(?:nicht|keine)\W+(?:\w+\W+){0,6}(?:weitergeben|weitergabe|verkauf\w*|an dritte)",
    ),
    Kind.CONSENT_WITHDRAWAL: (
        r"(?:withdraw|revoke)\w*\W+(?:\w+\W+){0,4}consent",
        r"(?:einwilligung|zustimmung)\W+(?:\w+\W+){0,5}(?:widerruf|zurückzieh|zurückgenommen)\w*",
        r"(?:widerruf|zurückzieh)\w*\W+(?:\w+\W+){0,4}(?:einwilligung|zustimmung)",
    ),
    Kind.AUTOMATED_DECISION_INFO: (
        r"automated (?:individual )?decision|article 22|art\.? ?22",
        r"automatisierte\w* entscheidung\w*",
    ),
    Kind.APPEAL: (
        r"\bi appeal\b|appeal (?:against|your|the) (?:decision|refusal|denial)?",
        r"lege (?:widerspruch|einspruch) gegen (?:ihre|die) (?:ablehnung|entscheidung)",
    ),
    Kind.OBJECTION: (
        r"(?:i )?object(?:ion)? to\W+(?:\w+\W+){0,4}(?:processing|use|profiling|data)|article 21|art\.? ?21",
        r"widersprech\w*\W+(?:\w+\W+){0,5}(?:verarbeitung|nutzung)|widerspruch gegen die (?:verarbeitung|nutzung)",
    ),
    Kind.REPORT: (
        r"(?:photo|picture|image|video)\W+(?:\w+\W+){0,3}of me\b",
        r"(?:foto|bild|video|aufnahme)\W+(?:\w+\W+){0,2}von mir\b",
    ),
}
_READ = {kind: re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE) for kind, words in _WORDS.items()}
_NOT = re.compile(
    r"\b(?:do not|don't|did not|didn't|never|please don't|nicht|keinesfalls)\W+(?:\w+\W+){0,2}"
    r"(?:want|wish|ask|delete|erase|remove|lösch|entfern)",
    re.IGNORECASE,
)

_GERMAN = frozenset(["ich", "und", "sie", "bitte", "meine", "mir", "nicht", "ist", "der", "die", "das", "daten", "mit",
                     "ihre", "über", "guten", "hallo", "grüße", "freundlichen", "konto", "haben"])  # fmt: skip
_ENGLISH = frozenset(["i", "and", "you", "please", "my", "me", "not", "is", "the", "of", "data", "with", "your", "to",
                      "about", "dear", "hello", "regards", "account", "have"])  # fmt: skip


def kind_of(subject: str, text: str) -> Kind:
    """What is asked for, where exactly one thing is; a letter that asks for two, or denies one, is a question.

    Nothing that cannot be taken back follows from a guess.
    """
    said = f"{subject}\n{text[:READ_CHARS_MAX]}"
    if _NOT.search(said):
        return Kind.QUESTION
    found = {kind for kind, words in _READ.items() if words.search(said)}
    if Kind.PORTABILITY in found:
        found.discard(Kind.ACCESS)
    if Kind.OBJECTION in found and Kind.OPT_OUT in found:
        found.discard(Kind.OBJECTION)
    return found.pop() if len(found) == 1 else Kind.QUESTION


def language_of(text: str, otherwise: Language = "en") -> Language:
    """Which of our languages it is written in, by words that every letter has."""
    words = re.findall(r"[a-zäöüß]+", text[:READ_CHARS_MAX].lower())
    german, english = (sum(word in known for word in words) for known in (_GERMAN, _ENGLISH))
    if german == english:
        return otherwise
    return "de" if german > english else "en"
