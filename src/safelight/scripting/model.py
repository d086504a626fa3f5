"""Script: JavaScript of a client, what it may see, and what of it is read when it is over."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SCRIPT_CHARS_MAX = 4095
"""What may stand in a parameter; more comes from a stored file."""
SCRIPT_FILE_BYTES_MAX = 10 * 1024
SEEN_BYTES_MAX = 1024 * 1024
"""All that a script may see, as JSON."""
ANSWER_BYTES_MAX = 256 * 1024
"""All that is read of it, as JSON."""


@dataclass(frozen=True)
class Script:
    """`seen` are its global variables, as plain values; `answer` is the name of the one that is read at the end.

    `before` is our own JavaScript, which runs before that of the client.
    """

    text: str
    seen: Mapping[str, Any]
    answer: str
    now: datetime
    before: str = ""


Run = Callable[[Script], Awaitable[Any]]
"""What is read at the end, as plain values. Raises Invalid with the words of the script's own error, TooMuch where it
passes a limit, Busy where too many run already."""
