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
    Holding(
        name="webhook-triggers",
        what="Addresses that hear of what happens in a cloud",
        why="To tell them; as long as the cloud's owner keeps the trigger",
        days=None,
        fate=Fate.ERASE,
    ),
    Holding(
        name="webhook-receivers",
        what="Addresses that notifications could not be brought to, and since when",
        why="To leave them in peace until somebody mends them",
        days=30,
        fate=Fate.ERASE,
    ),
    Holding(
        name="webhook-messages",
        what="Notifications about assets that wait to be fetched, and their channels",
        why="To give them to who asks, until they are acknowledged",
        days=3,
        fate=Fate.ERASE,
    ),
)
