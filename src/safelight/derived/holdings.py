"""What derived files know about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "derived-files",
        "Pictures made from an asset and from those that lie on it, and the transformation that was asked for",
        "To hand the same picture out again without making it again; as long as all of its assets are there",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        "transformations",
        "Named transformations and those that were used, which may hold words of a text layer",
        "To show an account what its URLs ask for; as long as the cloud is open",
        days=None,
        fate=Fate.ERASE,
    ),
)
