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
        "disclosure",
        "Who outside got which kinds of records of whom, and what for; of no account, by a hash of the e-mail address",
        "To tell them on request; from the last time on",
        days=1096,
        fate=Fate.ERASE,
    ),
    Holding(
        "request",
        "What somebody asked about their data and what was said of it, sealed, with a keyed hash of the e-mail address",
        "To answer it, and to show that it was; from the day it was closed",
        days=731,
        fate=Fate.ERASE,
    ),
    Holding(
        "hold",
        "That something of somebody must be kept beyond its time: which kinds of records, on what ground, who answers",
        "To keep what a court, a claim or a duty asks for, and nothing else; from the day that it ended",
        days=1096,
        fate=Fate.ERASE,
    ),
    Holding(
        "held-record",
        "Sealed copies of the records that a hold names",
        "To have them when they are asked for; they go when the hold ends",
        days=1,
        fate=Fate.ERASE,
    ),
    Holding(
        "enforcement-case",
        "That terms were broken, or something is in dispute: about whom, on which basis, and how it ended",
        "To enforce terms and settle disputes, and to read what that needs and no more; from the day it was closed",
        days=1096,
        fate=Fate.ERASE,
    ),
    Holding(
        "notice-ack",
        "That a person has read what to mind before a file is uploaded: which version, and when",
        "To show that they were told, and to ask nobody twice",
        days=None,
        fate=Fate.ERASE,
    ),
)
