"""What identity knows about a person: how they prove who they are, and when they were here."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "password",
        "A slow, salted hash of a person's password",
        "To know who signs in; until the person is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "session",
        "When a person signed in and out, with the family of the browser, the country and a truncated address",
        "To show people where they are signed in, and to find misuse; days after the session began",
        days=180,
        fate=Fate.ERASE,
    ),
    Holding(
        "email-wanted",
        "The new e-mail address that a person asked for, until they confirm it",
        "To change an address only to one that is theirs; days after they asked",
        days=7,
        fate=Fate.ERASE,
    ),
    Holding(
        "signup",
        "Name, company, e-mail address and the hash of the password of somebody who registered",
        "To make their account once they show that the address is theirs; days after they registered",
        days=7,
        fate=Fate.ERASE,
    ),
    Holding(
        "passkey-name",
        "What a person calls a passkey",
        "To tell passkeys apart; until the passkey is removed",
        days=None,
        fate=Fate.ERASE,
    ),
)
