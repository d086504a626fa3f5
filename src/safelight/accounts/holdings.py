"""What accounts know about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "cloud-name",
        "The name that its owner chose for a cloud",
        "To find the cloud by its URLs; kept after closing so that nobody else gets these URLs",
        days=None,
        fate=Fate.KEEP,
    ),
    Holding(
        "cloud-label",
        "What its owner calls a cloud, and noted about it",
        "To tell clouds apart; as long as the cloud is open",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "account-name",
        "The name of the company, or of the person, that an account belongs to",
        "To address letters and invoices; as long as the account is there",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "key-name",
        "The name that someone gave an API key",
        "To tell keys apart; as long as the cloud is open",
        days=None,
        fate=Fate.ERASE,
    ),
)
