"""What mail keeps about a person."""

from safelight.kernel.holdings import Fate, Holding

HOLDINGS = (
    Holding(
        "letter-content",
        "The address of a letter that waits, and the facts that its words are made from",
        "To write it; both are emptied as soon as it has left, or will not leave",
        days=3,
        fate=Fate.BLANK,
    ),
    Holding(
        "mail-log",
        "That a letter of which sort went to whom and when: a keyed hash of the address, and the person's id",
        "To prove that a notice was sent, and to know which letter bounced; from the day it was written",
        days=180,
        fate=Fate.ERASE,
    ),
    Holding(
        "message",
        "Letters to the address of privacy and what was answered, sealed, with a keyed hash of the e-mail address",
        "To answer, and to show that it was; from the day its thread was closed",
        days=731,
        fate=Fate.ERASE,
    ),
    Holding(
        "mail-suppression",
        "A keyed hash of an address that refused letters, or that cannot take any",
        "To honour the refusal; until it is taken back",
        days=None,
        fate=Fate.KEEP,
    ),
)
