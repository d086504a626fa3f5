"""A figure: one row of the table, with the aim that it is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from bench.measure import Spread

HEAD = (
    "| work | against | aim | measured | reached | ours | theirs | CPU ms, ours / theirs | beside |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Aim:
    """At least so much, or at most."""

    bound: float
    is_most: bool = False
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≤' if self.is_most else '≥'} {self.bound:g}{self.unit}"

    def is_reached(self, value: float) -> bool:
        return value <= self.bound if self.is_most else value >= self.bound


@dataclass(frozen=True)
class Figure:
    part: str
    work: str
    against: str = "–"
    aim: Aim | None = None
    value: Spread | None = None
    """The ratio, or what the aim is about."""
    lacking: str = ""
    """Why there is none: what is not at hand."""
    ours: str = "–"
    theirs: str = "–"
    cpu: str = "–"
    beside: str = ""
    numbers: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def is_reached(self) -> bool | None:
        if self.aim is None or self.value is None:
            return None
        return self.aim.is_reached(self.value.middle)

    def __str__(self) -> str:
        measured = f"not at hand: {self.lacking}" if self.lacking else str(self.value or "–")
        reached = {None: "–", True: "yes", False: "no"}[self.is_reached]
        cells = (self.work, self.against, self.aim or "–", measured, reached)
        return "| " + " | ".join(map(str, (*cells, self.ours, self.theirs, self.cpu, self.beside))) + " |"

    def told(self) -> dict[str, object]:
        """As the results keep it."""
        return {**asdict(self), "is_reached": self.is_reached}


def table(figures: Sequence[Figure]) -> str:
    return "\n".join((HEAD, *map(str, figures)))
