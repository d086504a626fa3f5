"""Language: one of those that Safelight writes to people in, and which one a browser asks for."""

from typing import Literal

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
ASKED_MAX = 20
"""So many wishes of a browser are read."""


def language_of(accepted: str) -> Language:
    """The first that we have of those that a browser names in `Accept-Language`; English for who names none."""
    for word in accepted.lower().split(",")[:ASKED_MAX]:
        tag = word.partition(";")[0].strip().partition("-")[0]
        for language in LANGUAGES:
            if tag == language:
                return language
    return "en"


def language_named(word: str | None) -> Language | None:
    """The language of that name; None if we have none."""
    return next((language for language in LANGUAGES if language == word), None)
