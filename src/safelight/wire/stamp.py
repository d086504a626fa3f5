"""Stamp: a moment as clients read it."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """`2024-06-25T17:33:24Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
