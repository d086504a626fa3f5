"""What webhooks keep about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        name="webhook-deliveries",
        what="Notifications about assets, and the addresses they were sent to",
        why="To send them again when the receiver was away, and to show what was sent",
        days=30,
        fate=Fate.ERASE,
    ),
)
