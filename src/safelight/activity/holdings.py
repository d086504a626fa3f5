"""What activity knows about a person: what was asked of us, from where, by which program."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "traffic",
        "When which kind of page, file or call was asked for, how it was answered, from which network (/24 or /48) "
        "and country, by which family of programs, and with which account or key",
        "To find faults and misuse; from the day of the request",
        days=180,
        fate=Fate.ERASE,
    ),
    Holding(
        "traffic-client",
        "The whole address and the whole line that a program sends about itself, sealed with a key of the day",
        "To stop an attack and to trace it; with the key of the day, both become unreadable",
        days=7,
        fate=Fate.ERASE,
    ),
    Holding(
        "page-views",
        "Which pages of the console were opened, and by whom",
        "To show people what happened in their name, and to see which pages are used",
        days=90,
        fate=Fate.ERASE,
    ),
    Holding(
        "asset-events",
        "Which file an account or its key brought or fetched, and when",
        "To show an account what was done in its name; then only how often, by day",
        days=90,
        fate=Fate.BLANK,
    ),
    Holding(
        "asset-visits",
        "Which file a visitor without an account was shown, and when; visitors are told apart for a day",
        "To show owners what is asked for; then only how often, by day",
        days=2,
        fate=Fate.BLANK,
    ),
)
