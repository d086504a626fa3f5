"""Folder -> the JSON that clients know."""

from typing import Any

from safelight.assets.folders import Folder
from safelight.wire.asset import stamp


def folder_json(folder: Folder) -> dict[str, Any]:
    """One line of a list."""
    return {"name": folder.name, "path": folder.path, "external_id": folder.id}


def found_json(folder: Folder) -> dict[str, Any]:
    """One line of what a search found."""
    return {
        **folder_json(folder),
        "created_at": stamp(folder.created_at),
        "updated_at": stamp(folder.updated_at),
    }
