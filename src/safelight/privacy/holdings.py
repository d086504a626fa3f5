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
)
