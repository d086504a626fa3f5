"""List: what people can refuse or ask for by itself, each of one class of letters."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.kernel.languages import Language
from safelight.mail.model import LetterClass


@dataclass(frozen=True)
class List:
    """`is_default` holds for those who said nothing; nobody gets marketing who did not ask for it."""

    name: str
    kind: LetterClass
    titles: Mapping[Language, str]
    is_default: bool = True


ALL = "*"
"""Every list at once, for an address that refuses them all."""

LISTS: dict[str, List] = {
    each.name: each
    for each in (
        List(
            "reminders",
            LetterClass.REMINDER,
            {"en": "Reminders of what is left to do", "de": "Erinnerungen an Unerledigtes"},
        ),
        List(
            "usage",
            LetterClass.NOTICE,
            {"en": "Alerts about usage and quotas", "de": "Hinweise zu Verbrauch und Kontingenten"},
        ),
        List(
            "changes",
            LetterClass.NOTICE,
            {"en": "Changes of the service", "de": "Änderungen am Dienst"},
        ),
        List(
            "news",
            LetterClass.MARKETING,
            {"en": "News and offers", "de": "Neuigkeiten und Angebote"},
            is_default=False,
        ),
    )
}
