"""Relations of assets: the words that name the others, and what became of each."""

from collections.abc import Mapping
from typing import Any

from safelight.assets.model import AssetRef
from safelight.assets.related import Outcome
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind

_TOLD: Mapping[Outcome, tuple[str, int]] = {
    Outcome.DONE: ("success", 200),
    Outcome.THERE_ALREADY: ("resource already related", 409),
    Outcome.MISSING: ("resource does not exist", 404),
    Outcome.ITSELF: ("resource cannot be related to itself", 400),
}


def ref_of(word: str) -> AssetRef:
    """`image/upload/cat` -> the asset that it names."""
    kind, _, rest = word.partition("/")
    access, _, name = rest.partition("/")
    try:
        return AssetRef(Kind(kind), Access(access), _full(name))
    except ValueError as error:
        told = "must be of the form resource_type/type/public_id"
        raise Invalid(f"Invalid asset {word[:300]}: {told}") from error


def outcomes_json(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Those that were done, and those that were not."""
    lines = [(outcome, _line(called, outcome)) for called, outcome in outcomes.items()]
    return {
        "success": [line for outcome, line in lines if outcome is Outcome.DONE],
        "failed": [line for outcome, line in lines if outcome is not Outcome.DONE],
    }


def _line(called: str, outcome: Outcome) -> dict[str, Any]:
    message, status = _TOLD[outcome]
    return {"message": message, "code": outcome.value, "asset": called, "status": status}


def _full(name: str) -> str:
    if not name:
        raise ValueError("no name")
    return name
