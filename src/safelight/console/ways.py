"""Ways: the verbs by which people come in, prove who they are, and look after how they do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.console.sheets import spoken
from safelight.console.visit import Visit
from safelight.identity.emails import Emails
from safelight.identity.invitations import Invitations, Setup
from safelight.identity.letters import Letters
from safelight.identity.registration import Register
from safelight.identity.resets import Resets
from safelight.identity.sign_in import SignIn
from safelight.identity.totp import Totps
from safelight.kernel.errors import SafelightError, WrongField
from safelight.kernel.languages import Language
from safelight.settings import IdentitySettings


@dataclass(frozen=True)
class Ways:
    """All of them, as boot puts them together."""

    sign_in: SignIn
    register: Register
    resets: Resets
    invitations: Invitations
    setup: Setup
    emails: Emails
    totps: Totps
    letters: Letters
    settings: IdentitySettings


def letter_language(visit: Visit) -> Language:
    """In which letters are written that this visit causes."""
    return "de" if visit.language == "de" else "en"


def told(visit: Visit, error: SafelightError) -> Mapping[str, Any]:
    """What a form says of an error: beside the field that is wrong, or above all of them."""
    words = spoken(visit.language, error.message)
    return {"faults": {error.field: words}} if isinstance(error, WrongField) else {"fault": words}
