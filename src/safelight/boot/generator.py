"""The generator that the settings name: an object of the operator's own Python, `module:name`."""

import importlib
from typing import cast

from safelight.kernel.errors import Invalid
from safelight.ports.generator import Generator


def generator_named(name: str | None) -> Generator | None:
    """None where no setting names one. Raises Invalid for a name that leads nowhere."""
    if not name:
        return None
    module, colon, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute) if colon and attribute else None
    except (ImportError, AttributeError, ValueError) as error:
        raise Invalid(f"render.generator: {name} cannot be imported: {error}") from error
    if not hasattr(found, "paint"):
        raise Invalid(f"render.generator: {name} is no `module:name` of an object with the verb `paint`")
    return cast(Generator, found)
