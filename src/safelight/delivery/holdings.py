"""What delivery knows about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "upload-mappings",
        "Folders, and the addresses from which their files are fetched when they are asked for",
        "To move an application over without moving its files first; as long as the cloud is open",
        days=None,
        fate=Fate.ERASE,
    ),
)
