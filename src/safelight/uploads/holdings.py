"""What uploads keep about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        name="upload-parts",
        what="Pieces of a large file that is still being uploaded",
        why="To put the file together when its last piece has come",
        days=1,
        fate=Fate.ERASE,
    ),
)
