"""Words: the languages of the pages, and which one a browser gets."""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from gettext import NullTranslations
from pathlib import Path

from babel.messages.pofile import read_po

from safelight.kernel import languages

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "console"
ENGLISH = "en"
PSEUDO = "en-XA"
"""English with an accent, a third longer: what stays plain on a page was never given to the translators."""
LANGUAGES = (ENGLISH, "de", PSEUDO)
SHOWN = {ENGLISH: "English", "de": "Deutsch"}
FIRM_LETTERS_MIN = 15
"""A sentence is known again in spite of its gaps if it has so many letters beside them."""
SENTENCE_CHARS_MAX = 500

_GAP = re.compile(r"%\((\w+)\)s")
_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéîñöüýÁÇÉÎÑÖÜÝ")


class Words(NullTranslations):
    """Translations out of a catalogue in its readable form."""

    def __init__(self, found: Mapping[str, str | tuple[str, ...]]) -> None:
        super().__init__()
        self._found = found

    def gettext(self, message: str) -> str:
        found = self._found.get(message)
        return found if isinstance(found, str) and found else self._refilled(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self._found.get(msgid1)
        forms = found if isinstance(found, tuple) and all(found) else (msgid1, msgid2)
        return forms[0] if n == 1 else forms[1]

    def _refilled(self, message: str) -> str:
        """A sentence whose gaps another room has filled."""
        if self._found and len(message) <= SENTENCE_CHARS_MAX and not _GAP.search(message):
            for shape, told in self._shapes:
                if filled := shape.fullmatch(message):
                    return told % filled.groupdict()
        return message

    @cached_property
    def _shapes(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (_shape(id), told)
            for id, told in self._found.items()
            if isinstance(told, str) and _GAP.search(id) and len(_GAP.sub("", id)) >= FIRM_LETTERS_MIN
        ]


class Accented(NullTranslations):
    """The pseudo-language. What stands in `%(…)s` is left as it is."""

    def gettext(self, message: str) -> str:
        parts = message.split("%(")
        accented = [parts[0].translate(_ACCENTS)]
        for part in parts[1:]:
            name, end, rest = part.partition(")")
            accented.append(f"{name}{end}{rest[:1]}{rest[1:].translate(_ACCENTS)}")
        return f"[{'%('.join(accented)}{'·' * (len(message) // 3)}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def words_of(language: str) -> NullTranslations:
    """The words of one of LANGUAGES."""
    if language == PSEUDO:
        return Accented()
    path = FOLDER / language / f"{DOMAIN}.po"
    if language == ENGLISH or not path.exists():
        return Words({})
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            found[key] = message.string if isinstance(message.string, str) else tuple(message.string or ())
    return Words(found)


def language_of(accepted: str) -> str:
    """The first of a browser's that we have; the pseudo-language for who names it at all."""
    asked = [part.partition(";")[0].strip() for part in accepted.split(",")[: languages.ASKED_MAX]]
    return PSEUDO if PSEUDO in asked else languages.language_of(accepted)


def _shape(id: str) -> re.Pattern[str]:
    """What matches the sentence with any words in its gaps."""
    firm = _GAP.split(id)
    seen: set[str] = set()
    parts: list[str] = []
    for number, part in enumerate(firm):
        if number % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.+?)")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)


def mark(message: str) -> str:
    """The message itself: translators find it, and who shows it puts it in the language of the page."""
    return message
