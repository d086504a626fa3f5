"""A hold, and what stays of somebody -> JSON: all of it for whoever runs the installation, less for their person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from safelight.privacy import holds
from safelight.privacy.hold import Hold


def hold_json(one: Hold, now: datetime, kept: int) -> dict[str, Any]:
    """Moments as text."""
    told = holds.shown(one, now, {one.id: kept})
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in told.items()
    }


def own_hold_json(one: Hold) -> dict[str, Any]:
    """For who it is about: not who asked for it, nor in which words."""
    return {
        "ground": one.ground.value,
        "words": one.words,
        "fields": list(one.fields),
        "until": one.review_at.date().isoformat(),
    }


def plan_json(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each kind of record: how many there are, what becomes of them, and of what stays why and until when."""
    return [
        {name: step[name] for name in ("context", "sheet", "fate", "count", "ground", "ends_at")}
        for step in steps
        if step["count"]
    ]
