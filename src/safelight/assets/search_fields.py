"""What can be searched, sorted and counted by which name: the whole list."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, not_, null

from safelight.assets.query_fields import (
    Always,
    Anything,
    Entry,
    Field,
    Keys,
    Moment,
    Number,
    Parts,
    Place,
    Ratio,
    Reviews,
    Tags,
    Word,
    Words,
    spoken,
)
from safelight.assets.query_values import PIXELS, PLAIN, SIZES
from safelight.assets.search_analyses import ANALYSED, analysed_below
from safelight.assets.search_kept import BACKUP_BYTES
from safelight.assets.store import A, folders
from safelight.kernel.media import Kind

_LAST = "^.*/"

_FILENAME = func.regexp_replace(A.name, _LAST, "")
_PIXELS = A.width * A.height
_RATIO = cast(A.width, Float) / func.nullif(A.height, 0)
_UPLOADED_AT = func.to_timestamp(A.version)

_FOR_ALL = A.access_control.contains([{"token": False}])
_IS_CLOSED = and_(func.jsonb_array_length(A.access_control) > 0, not_(_FOR_ALL))

_FIELDS: Mapping[str, Field] = {
    "access_mode": Word(case((_IS_CLOSED, "authenticated"), else_="public")),
    "asset_id": Word(A.id),
    "asset_folder": Place(A.folder),
    "folder": Place(A.folder),
    "public_id": Words(A.name),
    "filename": Words(_FILENAME),
    "display_name": Words(A.display_name),
    "created_at": Moment(A.created_at),
    "uploaded_at": Moment(_UPLOADED_AT),
    "updated_at": Moment(A.updated_at),
    "last_updated.updated_at": Moment(A.updated_at),
    "last_updated.tags_updated_at": Moment(A.tags_updated_at),
    "last_updated.context_updated_at": Moment(A.context_updated_at),
    "last_updated.metadata_updated_at": Moment(A.metadata_updated_at),
    "last_updated.public_id_updated_at": Moment(A.public_id_updated_at),
    "last_updated.access_control_updated_at": Moment(A.access_control_updated_at),
    "tags": Tags(A.tags),
    "context": Keys(A.context),
    "metadata": Keys(A.metadata),
    "type": Word(A.access, is_small=True),
    "resource_type": Word(A.kind, is_small=True),
    "format": Word(A.format, is_indexed=True),
    "bytes": Number(A.size_bytes, SIZES),
    "backup_bytes": Number(BACKUP_BYTES, SIZES),
    "width": Number(A.width, PLAIN),
    "height": Number(A.height, PLAIN),
    "pixels": Number(_PIXELS, PIXELS),
    "aspect_ratio": Ratio(_RATIO),
    "pages": Number(A.pages, PLAIN),
    "etag": Word(A.md5),
    "transparent": Word(case((A.has_alpha, "true"), else_="false")),
    "status": Always("active"),
    "moderation_kind": Reviews(A.moderation, "kind"),
    "moderation_status": Reviews(A.moderation, "status"),
    "uploaded_by": Word(A.uploaded_by),
    "created_by": Word(A.uploaded_by),
}

_ENTRIES = {"context.": A.context, "metadata.": A.metadata}


ANYWHERE = Anything(
    (
        Parts(A.name),
        Words(A.display_name),
        Words(A.folder),
        Tags(A.tags),
        Words(spoken(A.context), is_json=True),
        Words(spoken(A.metadata), is_json=True),
    ),
    (A.name, A.display_name, A.folder, func.array_to_string(A.tags, " "), A.context, A.metadata),
)
"""Where words stand that name no field."""

SORTED: Mapping[str, ColumnElement[Any]] = {
    "created_at": A.created_at,
    "uploaded_at": _UPLOADED_AT,
    "updated_at": A.updated_at,
    "public_id": A.name,
    "filename": _FILENAME,
    "display_name": A.display_name,
    "asset_folder": A.folder,
    "folder": A.folder,
    "asset_id": A.id,
    "type": A.access,
    "resource_type": A.kind,
    "format": func.coalesce(A.format, ""),
    "bytes": A.size_bytes,
    "width": func.coalesce(A.width, 0),
    "height": func.coalesce(A.height, 0),
    "pixels": func.coalesce(_PIXELS, 0),
    "aspect_ratio": func.coalesce(_RATIO, 0.0),
    "pages": func.coalesce(A.pages, 0),
    # Everything that is found fits as well as all else: the newest comes first.
    "score": A.created_at,
}
"""None of them is ever NULL: nothing stands before or behind a NULL."""

COUNTED: Mapping[str, ColumnElement[Any]] = {"format": A.format, "type": A.access, "resource_type": A.kind}
RANGED: Mapping[str, ColumnElement[Any]] = {
    "bytes": A.size_bytes,
    "image_pixels": case((A.kind == Kind.IMAGE.value, _PIXELS)),
    "video_pixels": case((A.kind == Kind.VIDEO.value, _PIXELS)),
    "duration": null(),
}

_F = folders.c
_FOLDER_NAME = func.regexp_replace(_F.path, _LAST, "")
_FOLDER_FIELDS: Mapping[str, Field] = {
    "id": Word(_F.id),
    "name": Words(_FOLDER_NAME),
    "path": Words(_F.path),
    "created_at": Moment(_F.created_at),
    "updated_at": Moment(_F.updated_at),
}
FOLDER_ANYWHERE = Words(_F.path)
FOLDER_SORTED: Mapping[str, ColumnElement[Any]] = {
    "id": _F.id,
    "name": _FOLDER_NAME,
    "path": _F.path,
    "created_at": _F.created_at,
    "updated_at": _F.updated_at,
    "score": _F.created_at,
}


def field_named(name: str) -> Field | None:
    """Of assets. What stands behind `context.` and `metadata.` is a key of theirs."""
    for prefix, pairs in _ENTRIES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return Entry(pairs, name.removeprefix(prefix))
    return _FIELDS.get(name) or ANALYSED.get(name) or analysed_below(name)


def folder_field_named(name: str) -> Field | None:
    return _FOLDER_FIELDS.get(name)
