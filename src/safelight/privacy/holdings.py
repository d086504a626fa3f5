"""What the privacy engine knows about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "evidence-salt",
        "The salt by which lines of the ledger can be told to be about a person or an account, and the id of it",
        "To prove to them what was done; destroyed with their erasure, and then only their receipt can tell",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "erasure-log",
        "That somebody was forgotten: a hash with a salt that is destroyed, counts, and marks by which rests are found",
        "To prove it, and to look again after 7, 30 and 90 days; the marks are emptied then",
        days=90,
        fate=Fate.BLANK,
    ),
    Holding(
        "export-archive",
        "The archive that somebody asked for of everything about them, and a hash of it",
        "To be fetched by them; from the day it was asked for",
        days=7,
        fate=Fate.ERASE,
    ),
    Holding(
        "request",
        "What somebody asked about their data and what was said of it, sealed, with a keyed hash of the e-mail address",
        "To answer it, and to show that it was; from the day it was closed",
        days=731,
        fate=Fate.ERASE,
    ),
)
