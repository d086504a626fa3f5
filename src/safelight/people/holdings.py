"""What people know about a person: who they are to an account, and what they may."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "user-name",
        "The name of a person who belongs to an account",
        "To address the person, and to show colleagues who did what; until the person is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "user-email",
        "The e-mail address of a person who belongs to an account",
        "To sign in by, and to write to; until the person is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "user-language",
        "In which language a person who belongs to an account is written to",
        "To write to them in words that they read; until the person is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "choice",
        "What a person chose: which letters come, what may be passed on or studied, with what they were asked and when",
        "To do as they want, and to prove that they were asked; until the person is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "group-name",
        "The name that an account gave a group of its people",
        "To tell groups apart; until the group is removed",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "role-name",
        "The name that an account gave a role, and what it noted about it",
        "To tell roles apart; until the role is removed",
        days=None,
        fate=Fate.ERASE,
    ),
)
