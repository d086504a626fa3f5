"""Streaming profiles, as clients write them and as they are told."""

import json
from typing import Any, cast

from safelight.derived.model import Profile
from safelight.kernel.errors import Invalid
from safelight.wire.params import Words, text
from safelight.wire.transformation import info_of


def representations(words: Words) -> tuple[str, ...] | None:
    """`representations`: a JSON list of objects with a `transformation` each. None: not said."""
    written = text(words, "representations")
    if written is None:
        return None
    try:
        found: Any = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid JSON in representations") from error
    items = cast(list[Any], found) if isinstance(found, list) else [None]
    return tuple(_transformation(item) for item in items)


def profile_json(profile: Profile) -> dict[str, Any]:
    return {**_named(profile), "representations": [{"transformation": info_of(one)} for one in profile.representations]}


def listed_json(profile: Profile) -> dict[str, Any]:
    """A line of the list."""
    return _named(profile)


def _named(profile: Profile) -> dict[str, Any]:
    return {"name": profile.name, "display_name": profile.display_name, "predefined": profile.is_predefined}


def _transformation(item: Any) -> str:
    found = cast(dict[str, Any], item).get("transformation") if isinstance(item, dict) else None
    if not isinstance(found, str) or not found:
        raise Invalid("Invalid representations: a list of objects with a transformation each is needed")
    return found
