"""Search expression -> Query, or an error that says at which letter it ends to make sense."""

from dataclasses import dataclass, field

from safelight.assets.query import Anywhere, Clause, Comparison, Every, Neither, Query, QueryError, Range, Some, Text
from safelight.assets.query_words import Sign, Token, tokens

DEPTH_MAX = 32
CLAUSES_MAX = 200

_ENDS = frozenset({Sign.CLOSE, Sign.END, Sign.OR})


def parse(text: str) -> Query:
    """Nothing at all asks for everything. Raises QueryError."""
    reader = _Reader(text, tokens(text))
    if reader.ahead().sign is Sign.END:
        return Every(())
    query = reader.either(0)
    if reader.ahead().sign is not Sign.END:
        raise reader.error("no bracket is open here")
    return query


@dataclass
class _Reader:
    """Walks over the tokens once. With a `field`, words are its values: `format=(jpg OR png)`."""

    text: str
    found: list[Token]
    place: int = 0
    clauses: int = 0
    subject: tuple[Text, Comparison] | None = field(default=None)

    def ahead(self) -> Token:
        return self.found[self.place]

    def take(self) -> Token:
        token = self.found[self.place]
        self.place += token.sign is not Sign.END
        return token

    def error(self, message: str) -> QueryError:
        return QueryError(message, self.text, self.ahead().start, self.ahead().end)

    def either(self, depth: int) -> Query:
        """Parts with OR between them."""
        if depth > DEPTH_MAX:
            raise self.error(f"brackets are too deep, the maximum is {DEPTH_MAX}")
        parts = [self.beside(depth)]
        while self.ahead().sign is Sign.OR:
            self.take()
            parts.append(self.beside(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def beside(self, depth: int) -> Query:
        """Parts with nothing between them: one of them must hold, beside all with a plus and none with a minus."""
        some: list[Query] = []
        every: list[Query] = []
        while True:
            sign = self.ahead().sign
            part = self.both(depth)
            if sign is Sign.MUST or isinstance(part, Neither):
                every.append(part)
            else:
                some.append(part)
            if self.ahead().sign in _ENDS:
                break
        is_required = any(not isinstance(part, Neither) for part in every)
        if some and not is_required:
            every.insert(0, some[0] if len(some) == 1 else Some(tuple(some)))
        return every[0] if len(every) == 1 else Every(tuple(every))

    def both(self, depth: int) -> Query:
        """Parts with AND between them."""
        parts = [self.signed(depth)]
        while self.ahead().sign is Sign.AND:
            self.take()
            parts.append(self.signed(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def signed(self, depth: int) -> Query:
        """A part with its plus or minus."""
        is_turned = False
        while self.ahead().sign in (Sign.NOT, Sign.MUST):
            is_turned ^= self.take().sign is Sign.NOT
        part = self.part(depth)
        return Neither(part) if is_turned else part

    def part(self, depth: int) -> Query:
        token = self.take()
        if token.sign is Sign.OPEN:
            inner = self.either(depth + 1)
            if self.ahead().sign is not Sign.CLOSE:
                raise QueryError("this bracket is never closed", self.text, token.start, token.end)
            self.take()
            return inner
        if token.word is None or token.sign not in (Sign.TEXT, Sign.TO):
            raise QueryError("a word is missing here", self.text, token.start, token.end)
        self.count(token)
        if self.subject is not None:
            return Clause(self.subject[0], self.subject[1], token.word)
        if self.ahead().sign is not Sign.COMPARISON:
            return Anywhere(token.word)
        return self.clause(token.word, depth)

    def clause(self, subject: Text, depth: int) -> Query:
        if subject.is_quoted or subject.is_prefix:
            raise QueryError("this is no name of a field", self.text, subject.start, subject.end)
        comparison = Comparison(self.take().text)
        token = self.ahead()
        if token.sign is Sign.OPEN:
            self.subject = (subject, comparison)
            inner = self.part(depth)
            self.subject = None
            return inner
        if token.sign is Sign.RANGE_OPEN:
            if comparison not in (Comparison.HAS, Comparison.IS):
                raise self.error("a range stands behind `:` or `=`")
            return Clause(subject, comparison, self.range())
        if token.word is None:
            raise self.error(f"`{subject.text[:40]}` needs a value")
        self.take()
        return Clause(subject, comparison, token.word)

    def range(self) -> Range:
        opening = self.take()
        low = self.bound()
        if self.ahead().sign is not Sign.TO:
            raise self.error("a range is written as [low TO high]")
        self.take()
        high = self.bound()
        if self.ahead().sign is not Sign.RANGE_CLOSE:
            raise self.error("a range is written as [low TO high]")
        self.take()
        return Range(low, high, includes_low=opening.text == "[")

    def bound(self) -> Text | None:
        token = self.take()
        if token.sign is not Sign.TEXT or token.word is None:
            raise QueryError("a range is written as [low TO high]", self.text, token.start, token.end)
        if token.word.is_any:
            return None
        if token.word.is_prefix:
            raise QueryError("the end of a range is one value, or a star alone", self.text, token.start, token.end)
        return token.word

    def count(self, token: Token) -> None:
        self.clauses += 1
        if self.clauses > CLAUSES_MAX:
            raise QueryError(f"it has too many parts, the maximum is {CLAUSES_MAX}", self.text, token.start, token.end)
