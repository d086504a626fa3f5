"""A row of every table there is, full of canaries (boot/canary.py): for tests of what is given and forgotten."""

from safelight.boot.canary import FORGETS_ITSELF, Somebody, fill, somebody, tables

__all__ = ["FORGETS_ITSELF", "Somebody", "fill", "somebody", "tables"]
