"""Form words -> typed values: what clients write in their parameters, as our types."""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind, format_named
from safelight.uploads.eager import ask_of
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.model import EagerAsk, Incoming, NameWishes
from safelight.wire import services

Words = Mapping[str, str | list[str]]

TAGS_MAX = 1000
TAG_CHARS_MAX = 255
PAIRS_MAX = 1000
PAIR_CHARS_MAX = 1024
EAGER_MAX = 50
URLS_MAX = 10
URL_CHARS_MAX = 2048

# SDKs write a backslash before these two letters inside of keys and values, and before nothing else.
_BAR = re.compile(r"(?<!\\)\|")
_EQUALS = re.compile(r"(?<!\\)=")

_TRUE = frozenset({"1", "true", "t", "yes", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "off", "null", "none"})


# --- single words -----------------------------------------------------------------------------------------------


def text(words: Words, name: str) -> str | None:
    """The one value of a word; None if it is absent or empty. A list of one counts as its item."""
    value = words.get(name)
    if isinstance(value, list):
        if len(value) > 1:
            raise Invalid(f"Invalid value for parameter {name}: only one is possible")
        value = value[0] if value else None
    return value or None


def flag(words: Words, name: str, default: bool = False) -> bool:
    """A boolean in any of the spellings that SDKs send: 1, 0, true, false."""
    value = text(words, name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise Invalid(f"Invalid boolean value {value[:50]} for parameter {name}")


def number(words: Words, name: str, *, low: int, high: int) -> int | None:
    """A whole number inside its bounds."""
    value = text(words, name)
    if value is None:
        return None
    if not value.isascii() or not value.isdecimal() or len(value) > 18 or not low <= int(value) <= high:
        raise Invalid(f"Invalid value {value[:50]} for parameter {name}: must be a number from {low} to {high}")
    return int(value)


def csv(words: Words, name: str) -> tuple[str, ...]:
    """Items from an array or a text with commas (or a JSON list as text); trimmed, without the empty ones."""
    value = words.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        items = _json_list(value)
        parts: Iterable[str] = value.split(",") if items is None else items
    else:
        parts = value
    return tuple(item for part in parts if (item := part.strip()))


def tags(words: Words, name: str = "tags") -> tuple[str, ...]:
    """Tags, each once, sorted."""
    value = words.get(name)
    # An SDK's array of tags may itself hold texts with commas.
    items = {item for part in (value if isinstance(value, list) else [value or ""]) for item in csv({"t": part}, "t")}
    if len(items) > TAGS_MAX:
        raise Invalid(f"Too many tags: {len(items)}. Maximum is {TAGS_MAX}.")
    for item in items:
        if len(item) > TAG_CHARS_MAX:
            raise Invalid(f"Tag is too long: {item[:40]}… Maximum is {TAG_CHARS_MAX} characters.")
        if any(ord(letter) < 32 for letter in item):
            raise Invalid(f"Invalid tag {item!r}")
    return tuple(sorted(items))


def pairs(words: Words, name: str = "context") -> dict[str, str]:
    """`k=v|k2=v2`, where `\\=` and `\\|` stand for themselves; a JSON object is taken as well."""
    value = words.get(name)
    if not value:
        return {}
    raw = "|".join(value) if isinstance(value, list) else value
    found = _json_pairs(raw, name)
    if found is None:
        found = dict(_split_pair(part, name) for part in _BAR.split(raw) if part)
    if len(found) > PAIRS_MAX:
        raise Invalid(f"Too many {name} pairs: {len(found)}. Maximum is {PAIRS_MAX}.")
    for key, entry in found.items():
        if not key or not entry:
            raise Invalid(f"Invalid {name}: keys and values must not be empty")
        if len(key) > PAIR_CHARS_MAX or len(entry) > PAIR_CHARS_MAX:
            raise Invalid(f"Invalid {name}: keys and values may have {PAIR_CHARS_MAX} characters")
        if any(ord(letter) < 32 and letter != "\n" for letter in key + entry):
            raise Invalid(f"Invalid {name}: control characters are not allowed")
    return found


def _unescaped(part: str) -> str:
    return part.replace("\\=", "=").replace("\\|", "|").replace('\\"', '"').strip()


def _split_pair(part: str, name: str) -> tuple[str, str]:
    cut = _EQUALS.split(part, maxsplit=1)
    if len(cut) != 2:
        raise Invalid(f"Invalid {name}: {part[:60]} is not of the form key=value")
    return _unescaped(cut[0]), _unescaped(cut[1])


def _json_list(raw: str) -> list[str] | None:
    if not raw.startswith("["):
        return None
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list):
        return None
    items: list[object] = value  # pyright: ignore[reportUnknownVariableType]
    return [item for item in items if isinstance(item, str)] if all(isinstance(i, str) for i in items) else None


def _json_pairs(raw: str, name: str) -> dict[str, str] | None:
    if not raw.startswith("{"):
        return None
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    entries: dict[str, object] = value  # pyright: ignore[reportUnknownVariableType]
    if any(isinstance(entry, (dict, list)) for entry in entries.values()):
        raise Invalid(f"Invalid {name}: values must be texts")
    return {
        key: entry if isinstance(entry, str) else json.dumps(entry)
        for key, entry in entries.items()
        if entry is not None and entry != ""
    }


def access(words: Words, name: str = "type") -> Access:
    """The delivery type; `upload` if none is given."""
    value = text(words, name) or "upload"
    try:
        return Access(value)
    except ValueError as error:
        raise Invalid(f"Invalid {name} {value[:50]}") from error


def urls(words: Words, name: str) -> tuple[str, ...]:
    """Addresses to notify, one a line."""
    value = words.get(name)
    raw = "\n".join(value) if isinstance(value, list) else value or ""
    found = tuple(dict.fromkeys(line for part in raw.splitlines() if (line := part.strip())))
    if len(found) > URLS_MAX:
        raise Invalid(f"Too many addresses in {name}: maximum is {URLS_MAX}")
    for url in found:
        if len(url) > URL_CHARS_MAX or not _is_http(url):
            raise Invalid(f"Invalid {name} {url[:100]}")
    return found


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


# --- the words of an upload -------------------------------------------------------------------------------------

# What would change the stored file, who may see it or its life, and is not there: passing it over in silence would do
# harm. All other words that we do not know only ask for information, and get none.
_NOT_AVAILABLE = (
    "access_control",
    "async",
    "background_removal",
    "backup",
    "eval",
    "metadata",
    "moderation",
    "on_success",
)


def resource_type(word: str) -> Kind | None:
    """The kind in the path; None for `auto`."""
    if word == "auto":
        return None
    try:
        return Kind(word)
    except ValueError as error:
        raise Invalid(f"Invalid resource_type {word[:50]}") from error


def eager(words: Words, name: str = "eager") -> tuple[EagerAsk, ...]:
    """Transformations with a bar between them, each perhaps with `/ext` at its end; repeats are dropped."""
    value = words.get(name)
    raw = "|".join(value) if isinstance(value, list) else value or ""
    asked = tuple(dict.fromkeys(ask_of(part.strip()) for part in raw.split("|") if part.strip()))
    if len(asked) > EAGER_MAX:
        raise Invalid(f"Too many eager transformations: {len(asked)}. Maximum is {EAGER_MAX}.")
    return asked


def formats(words: Words, name: str = "allowed_formats") -> tuple[str, ...]:
    """Format names in our spelling; what we do not know stays as it is written."""
    found: list[str] = []
    for item in csv(words, name):
        known = format_named(item)
        found.append(known.name if known else item.lower())
    return tuple(found)


def fetch_headers(words: Words, name: str = "headers") -> dict[str, str]:
    """Of the lines `Name: value` only the credentials for fetching a remote file are ours to send on."""
    value = words.get(name)
    lines = value if isinstance(value, list) else (value or "").splitlines()
    for line in lines:
        key, _, credentials = line.partition(":")
        if key.strip().lower() == "authorization" and credentials.isascii() and credentials.strip().isprintable():
            return {"authorization": credentials.strip()}
    return {}


def name_wishes(words: Words) -> NameWishes:
    return NameWishes(
        public_id=text(words, "public_id"),
        prefix=text(words, "public_id_prefix"),
        folder=text(words, "folder"),
        asset_folder=text(words, "asset_folder"),
        display_name=text(words, "display_name"),
        filename_override=text(words, "filename_override"),
        uses_filename=flag(words, "use_filename"),
        is_unique=flag(words, "unique_filename", default=True),
        uses_filename_as_display_name=flag(words, "use_filename_as_display_name"),
        uses_asset_folder_as_prefix=flag(words, "use_asset_folder_as_public_id_prefix"),
        is_display_name_unique=flag(words, "unique_display_name"),
        discards_filename=flag(words, "discard_original_filename"),
    )


def incoming(words: Words, kind: Kind | None) -> Incoming:
    """What an upload asks. Words that only ask for information we cannot give are passed over."""
    _refuse_unavailable(words)
    return Incoming(
        kind=kind,
        access=_stored_access(words),
        names=name_wishes(words),
        tags=tags(words),
        context=pairs(words),
        eager=eager(words),
        eager_is_async=flag(words, "eager_async"),
        notification_urls=urls(words, "notification_url"),
        eager_notification_urls=urls(words, "eager_notification_url"),
        transformation=text(words, "transformation") or "",
        format=text(words, "format"),
        allowed_formats=formats(words),
        may_overwrite=flag(words, "overwrite", default=True),
        fetch_headers=fetch_headers(words),
        returns_delete_token=flag(words, "return_delete_token"),
    )


def _stored_access(words: Words) -> Access:
    """What was fetched has the name of where it came from, and a text is drawn here: nobody puts another file there."""
    found = access(words)
    if found in (Access.FETCH, Access.TEXT):
        raise Invalid(f"Invalid type {found.value}")
    return found


def _refuse_unavailable(words: Words) -> None:
    services.check(words)
    for name in _NOT_AVAILABLE:
        value = words.get(name)
        if value and not (isinstance(value, str) and value.lower() in _FALSE):
            raise Invalid(f"{name} is not available in this installation")
    if (text(words, "access_mode") or "public") != "public":
        raise Invalid("access_mode is not available in this installation; use type=authenticated")


def explicit(words: Words, kind: Kind) -> ExplicitAsk:
    """What is asked of a stored asset."""
    name = text(words, "public_id")
    if name is None:
        raise Invalid("Missing required parameter - public_id")
    # Done later are only the files, which is all of it that takes time.
    _refuse_unavailable({name: value for name, value in words.items() if name != "async"})
    return ExplicitAsk(
        ref=AssetRef(kind, access(words), name),
        tags=tags(words) if "tags" in words else None,
        context=pairs(words) if "context" in words else None,
        display_name=text(words, "display_name"),
        folder=text(words, "asset_folder"),
        is_display_name_unique=flag(words, "unique_display_name"),
        eager=eager(words),
        eager_is_async=flag(words, "eager_async") or flag(words, "async"),
        notification_urls=urls(words, "notification_url"),
        eager_notification_urls=urls(words, "eager_notification_url"),
    )
