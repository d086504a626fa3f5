"""Intake: the words of an upload, or of `explicit` -> what is asked."""

from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import UPLOADED, Access, Kind, format_named
from safelight.uploads.eager import ask_of
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.model import EagerAsk, Incoming, NameWishes
from safelight.uploads.scripts import check_script
from safelight.wire import access, analyses, breakpoints, coordinates, insights, metadata, moderation, params, serving

EAGER_MAX = 50


def resource_type(word: str) -> Kind | None:
    """The kind in the path; None for `auto`."""
    if word == "auto":
        return None
    try:
        return Kind(word)
    except ValueError as error:
        raise Invalid(f"Invalid resource_type {word[:50]}") from error


def eager(words: params.Words, name: str = "eager") -> tuple[EagerAsk, ...]:
    """Transformations with a bar between them, each perhaps with `/ext` at its end; repeats are dropped."""
    value = words.get(name)
    raw = "|".join(value) if isinstance(value, list) else value or ""
    asked = tuple(dict.fromkeys(ask_of(part.strip()) for part in raw.split("|") if part.strip()))
    if len(asked) > EAGER_MAX:
        raise Invalid(f"Too many eager transformations: {len(asked)}. Maximum is {EAGER_MAX}.")
    return asked


def formats(words: params.Words, name: str = "allowed_formats") -> tuple[str, ...]:
    """Format names in our spelling; what we do not know stays as it is written."""
    found: list[str] = []
    for item in params.csv(words, name):
        known = format_named(item)
        found.append(known.name if known else item.lower())
    return tuple(found)


def fetch_headers(words: params.Words) -> dict[str, str]:
    """Of the headers only the credentials for fetching a remote file are ours to send on."""
    credentials = serving.lines(words).get("authorization", "")
    return {"authorization": credentials} if credentials and credentials.isascii() and credentials.isprintable() else {}


def name_wishes(words: params.Words) -> NameWishes:
    return NameWishes(
        public_id=params.text(words, "public_id"),
        prefix=params.text(words, "public_id_prefix"),
        folder=params.text(words, "folder"),
        asset_folder=params.text(words, "asset_folder"),
        display_name=params.text(words, "display_name"),
        filename_override=params.text(words, "filename_override"),
        uses_filename=params.flag(words, "use_filename"),
        is_unique=params.flag(words, "unique_filename", default=True),
        uses_filename_as_display_name=params.flag(words, "use_filename_as_display_name"),
        uses_asset_folder_as_prefix=params.flag(words, "use_asset_folder_as_public_id_prefix"),
        is_display_name_unique=params.flag(words, "unique_display_name"),
        discards_filename=params.flag(words, "discard_original_filename"),
    )


def incoming(words: params.Words, kind: Kind | None) -> Incoming:
    """What an upload asks. params.Words that only ask for information we cannot give are passed over."""
    script = script_in(words, "eval")
    return Incoming(
        kind=kind,
        access=_stored_access(words),
        names=name_wishes(words),
        tags=params.tags(words),
        context=params.pairs(words),
        metadata=metadata.said(words) or {},
        strips_private=metadata.strips_private(words),
        coordinates=coordinates.coordinates(words) or {},
        regions=coordinates.regions(words) or {},
        access_control=access.rules(words),
        serving=serving.new(words),
        analyses=analyses.asked(words),
        eager=eager(words),
        eager_is_async=params.flag(words, "eager_async") or params.flag(words, "async"),
        notification_urls=params.urls(words, "notification_url"),
        eager_notification_urls=params.urls(words, "eager_notification_url"),
        transformation=params.text(words, "transformation") or "",
        format=params.text(words, "format"),
        allowed_formats=formats(words),
        breakpoints=breakpoints.asked(words),
        insights=insights.asked(words),
        moderation=moderation.asked(words),
        may_overwrite=params.flag(words, "overwrite", default=True),
        fetch_headers=fetch_headers(words),
        fetch_proxy=params.text(words, "proxy"),
        returns_delete_token=params.flag(words, "return_delete_token"),
        is_backed_up=params.flag(words, "backup") if params.text(words, "backup") else None,
        script=script,
        words=dict(words) if script else {},
        on_success=script_in(words, "on_success"),
    )


def script_in(words: params.Words, name: str) -> str:
    """JavaScript of the client; empty if there is none."""
    return check_script(params.text(words, name) or "", name)


def _stored_access(words: params.Words) -> Access:
    """What was fetched has the name of where it came from, and a text is drawn here: nobody puts another file there."""
    found = params.access(words)
    if found not in UPLOADED:
        raise Invalid(f"Invalid type {found.value}")
    return found


def explicit(words: params.Words, kind: Kind) -> ExplicitAsk:
    """What is asked of a stored asset."""
    name = params.text(words, "public_id")
    if name is None:
        raise Invalid("Missing required parameter - public_id")
    script = script_in(words, "eval")
    return ExplicitAsk(
        ref=AssetRef(kind, params.access(words), name),
        tags=params.tags(words) if "tags" in words else None,
        context=params.pairs(words) if "context" in words else None,
        metadata=metadata.said(words),
        clears_invalid=params.flag(words, "clear_invalid"),
        display_name=params.text(words, "display_name"),
        folder=params.text(words, "asset_folder"),
        is_display_name_unique=params.flag(words, "unique_display_name"),
        coordinates=coordinates.coordinates(words),
        regions=coordinates.regions(words),
        access_control=access.rules(words),
        serving=serving.said(words),
        is_backed_up=params.flag(words, "backup"),
        script=script,
        words=dict(words) if script else {},
        on_success=script_in(words, "on_success"),
        analyses=analyses.asked(words),
        breakpoints=breakpoints.asked(words),
        insights=insights.asked(words),
        moderation=moderation.asked(words),
        eager=eager(words),
        eager_is_async=params.flag(words, "eager_async") or params.flag(words, "async"),
        notification_urls=params.urls(words, "notification_url"),
        eager_notification_urls=params.urls(words, "eager_notification_url"),
    )
