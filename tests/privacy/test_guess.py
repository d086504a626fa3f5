"""What a letter asks for is guessed by its words, in two languages; unsure is a question."""

import pytest

from safelight.privacy.guess import kind_of, language_of
from safelight.privacy.request import Kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Please delete all my data.", Kind.ERASURE),
        ("I want my account to be erased. Erase my account now", Kind.ERASURE),
        ("I exercise my right to be forgotten", Kind.ERASURE),
        ("Bitte löschen Sie alle meine Daten.", Kind.ERASURE),
        ("Ich möchte, dass Sie mein Konto löschen", Kind.ERASURE),
        ("Please send me a copy of my personal data", Kind.ACCESS),
        ("What data do you hold about me?", Kind.ACCESS),
        ("subject access request", Kind.ACCESS),
        ("Ich verlange Auskunft nach Art. 15 DSGVO", Kind.ACCESS),
        ("Welche Daten haben Sie über mich gespeichert?", Kind.ACCESS),
        ("a copy of my data in a machine-readable form", Kind.PORTABILITY),
        ("Datenübertragbarkeit", Kind.PORTABILITY),
        ("Please correct my name", Kind.RECTIFICATION),
        ("Bitte berichtigen Sie meine Adresse", Kind.RECTIFICATION),
        ("Please restrict the processing", Kind.RESTRICTION),
        ("Einschränkung der Verarbeitung", Kind.RESTRICTION),
        ("unsubscribe", Kind.OPT_OUT),
        ("please stop sending me these emails", Kind.OPT_OUT),
        ("Keine Werbung mehr bitte", Kind.OPT_OUT),
        ("I object to the processing of my data for profiling", Kind.OBJECTION),
        ("Ich widerspreche der Verarbeitung", Kind.OBJECTION),
        ("Limit the use of my sensitive information", Kind.LIMIT_SENSITIVE),
        ("To whom have you disclosed it? Shine the Light", Kind.SHINE_THE_LIGHT),
        ("There is a photo of me on a site of yours", Kind.REPORT),
        ("Auf der Seite ist ein Foto von mir", Kind.REPORT),
        ("Hello, who are you?", Kind.QUESTION),
        ("", Kind.QUESTION),
        ("Send me a copy of my data and then delete my account", Kind.QUESTION),
        ("Please do not delete my data", Kind.QUESTION),
        ("Bitte meine Daten nicht löschen", Kind.QUESTION),
        ("The articles of 17 authors", Kind.QUESTION),
    ],
)
def test_what_is_asked_for(words: str, kind: Kind):
    assert kind_of("", words) is kind
    assert kind_of(words, "") is kind


def test_what_stands_far_below_is_not_read():
    assert kind_of("", "x " * 4000 + "delete my data") is Kind.QUESTION


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Please delete my data and my account", "en"),
        ("Bitte löschen Sie meine Daten und mein Konto", "de"),
        ("42", "en"),
        ("", "en"),
    ],
)
def test_it_is_answered_in_its_own_language(words: str, language: str):
    assert language_of(words) == language
