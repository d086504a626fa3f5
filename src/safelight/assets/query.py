"""Query: a search expression as a value, and the error that points into its text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from safelight.kernel.errors import Invalid


class QueryError(Invalid):
    """Points at `text[start:end]` of an expression."""

    code: ClassVar[str] = "invalid_expression"

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        here = text[start:end][:40]
        where = f"at letter {start + 1}, `{here}`" if here.strip() else f"at letter {start + 1}"
        super().__init__(f"Invalid expression: {message} ({where})", text=text, start=start, end=end)
        self.text = text
        self.start = start
        self.end = end


class Comparison(StrEnum):
    HAS = ":"
    """Has these words, in any case of letters."""
    IS = "="
    """Is exactly this."""
    OVER = ">"
    FROM = ">="
    UNDER = "<"
    TO = "<="


@dataclass(frozen=True)
class Text:
    """A word or a quoted text, and where it stands in the expression."""

    text: str
    start: int
    end: int
    is_prefix: bool = False
    """With a star behind it."""
    is_quoted: bool = False

    @property
    def is_any(self) -> bool:
        """A star alone."""
        return self.is_prefix and not self.text


@dataclass(frozen=True)
class Range:
    """From one value to another; None is an open end."""

    low: Text | None
    high: Text | None
    includes_low: bool = True
    includes_high: bool = False


@dataclass(frozen=True)
class Clause:
    """A field, and what is said of it."""

    field: Text
    comparison: Comparison
    value: Text | Range


@dataclass(frozen=True)
class Anywhere:
    """Words that may stand in any of the fields with text."""

    value: Text


@dataclass(frozen=True)
class Every:
    """All parts hold; of none, that is true."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True)
class Some:
    """One part holds at least."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True)
class Neither:
    """The part does not hold."""

    part: "Query"


Query = Every | Some | Neither | Clause | Anywhere
