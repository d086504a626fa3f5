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
    Holding(
        name="upload-waiting",
        what="What was asked of an upload that is done later, with the address of its file",
        why="To do the work; it is forgotten with the end of the work, or one day after it was asked for",
        days=1,
        fate=Fate.ERASE,
    ),
)
