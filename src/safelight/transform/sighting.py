"""Sighting: what a plan must know of the content of its source, by the words of Region."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from safelight.transform.errors import TransformError
from safelight.transform.gravity import gravity_of
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    AutoGravity,
    Compass,
    Effect,
    Gravity,
    Layer,
    Liquid,
    Plan,
    Region,
    Resize,
    SightGravity,
    Step,
)
from safelight.transform.script import Script, every_component, every_condition

GIVEN = frozenset({"custom"})
"""Kinds that nobody finds: the owner of an asset says where they are. So are those that begin with `region:`."""

# Words of gravities that say how many, and not what.
_KINDS = {"faces": "face", "no_faces": "face", "adv_eyes": "eyes", "ocr_text": "text", "custom_no_override": "custom"}
# What says nothing about a picture that stands still, and what the file itself knows.
_BLIND = ("track_person", "path:")
_TEXT = re.compile(r"!([^!]*)!")
_COUNTS_FACES = re.compile(r"(?:^|_)fc(?:$|_)", re.ASCII)


def kinds(plan: Plan) -> frozenset[str]:
    """The kinds of Region that the plan asks of its source; empty for most plans."""
    return frozenset(kind for kind, _ in _asked(plan))


def needed(plan: Plan) -> frozenset[str]:
    """Those of them without which it cannot be carried out as it was meant; the others are wishes."""
    return frozenset(kind for kind, is_needed in _asked(plan) if is_needed)


def is_given(kind: str) -> bool:
    """Is it said by people, and not found by looking?"""
    return kind in GIVEN or kind.startswith("region:")


def kind_of(sought: str) -> str:
    """The kind of Region that a word of SightGravity or Focus looks for."""
    return _KINDS.get(sought, sought)


def nothing(kind: str) -> Region:
    """The mark that a kind was looked for, and is not there: a region of no size and no certainty."""
    return Region(kind, 0, 0, 0, 0, 0)


def is_nothing(region: Region) -> bool:
    return region.certainty == 0


def kinds_of(gravity: Gravity | None) -> dict[str, bool]:
    """The kinds that a gravity asks for, each with whether it is needed."""
    match gravity:
        case SightGravity(sought, otherwise):
            # Where the words themselves say what to do without, nothing is missed.
            strict = isinstance(otherwise, Compass)
            found = {kind_of(word): strict for word in sought if not word.startswith(_BLIND)}
            return {**kinds_of(otherwise), **found}
        case AutoGravity(algorithm, focuses):
            words = {kind_of(focus.on): False for focus in focuses if isinstance(focus.on, str)}
            usual = {} if "none" in words else {"face": False, "custom": False}
            subject = {"subject": False} if algorithm == "subject" else {}
            return {kind: False for kind in {**usual, **subject, **words} if kind != "none"}
        case Liquid():
            return {"face": False}
        case _:
            return {}


def _asked(plan: Plan) -> Iterator[tuple[str, bool]]:
    if plan.script is not None:
        yield from _of_script(plan.script)
    yield from _of_steps(plan.steps)


def _of_steps(steps: Iterable[Step]) -> Iterator[tuple[str, bool]]:
    for step in steps:
        match step:
            case Resize(gravity=gravity):
                yield from kinds_of(gravity).items()
            case Layer(gravity=gravity):
                # The steps of a layer look at the layer's own picture.
                yield from kinds_of(gravity).items()
            case Effect(sees=sees, place=place):
                yield from ((kind, True) for kind in sees)
                yield from kinds_of(place.gravity if place else None).items()
            case _:
                pass


def _of_script(script: Script) -> Iterator[tuple[str, bool]]:
    """Before its values are known: whatever any branch may ask for."""
    words = [word for words in every_component(script.nodes) for word in words]
    for word in [*every_condition(script.nodes), *words]:
        if word.code in {"if", "$"} and _COUNTS_FACES.search(word.value):
            yield "face", True
    variable_gravity = any(word.code == "g" and "$" in word.value for word in words)
    for word in words:
        match word.code:
            case "g":
                yield from _of_word(word)
            case "$" if variable_gravity:
                for text in _TEXT.findall(word.value):
                    yield from _of_word(replace(word, code="g", value=text, raw=f"g_{text}"))
            case "e" if (spec := script.vocabulary.get(word.value.split(":")[0])) is not None:
                yield from ((kind, True) for kind in spec.sees)
            case _:
                pass


def _of_word(word: Word) -> Iterator[tuple[str, bool]]:
    if "$" in word.value:
        return
    try:
        gravity = gravity_of(word)
    except TransformError:
        return  # a value that is none of a gravity, or one that running the script will refuse
    # A branch that is not taken needs nothing.
    yield from ((kind, False) for kind in kinds_of(gravity))
