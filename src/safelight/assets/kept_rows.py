"""Kept row: a row of the catalogue as JSON, to be put back one day, perhaps by a later release."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, RowMapping
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from safelight.assets.store import assets


def kept_row(row: RowMapping) -> dict[str, Any]:
    """A row of `assets` as JSON."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if isinstance(name, str)
    }


def asset_row(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The row again. A column that came later has what a new row would have, and one that is gone is passed over."""
    return {column.name: _value(column, kept) for column in assets.columns}


def _value(column: Column[Any], kept: Mapping[str, Any]) -> Any:
    if column.name not in kept:
        return _default(column)
    value = kept[column.name]
    return datetime.fromisoformat(value) if value is not None and isinstance(column.type, DateTime) else value


def _default(column: Column[Any]) -> Any:
    if isinstance(column.type, ARRAY):
        return []
    default = getattr(column.server_default, "arg", None)
    return json.loads(str(default)) if isinstance(default, str) and isinstance(column.type, JSONB) else default
