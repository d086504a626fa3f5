"""Delivery URL <-> DeliveryUrl: what is asked of which asset, before anything is looked up."""

import hashlib
import re
from dataclasses import dataclass

from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind
from safelight.transform import lexer, percent

NAME_CHARS_MAX = 255
"""Most letters of the last segment of a name, without the extension that a URL adds to it."""
NAME_BYTES_MAX = 1024
"""Longest whole name in UTF-8; an index of the catalogue must hold it."""
FETCHED_URL_CHARS_MAX = 4096
PATH_CHARS_MAX = 32_768

# Letters of another number than 8 or 32 are a signature too, and one that never matches.
_SIGNATURE = re.compile(r"s--([A-Za-z0-9_-]{1,64})--")
_VERSION = re.compile(r"v([0-9]+)", re.ASCII)
_REMOTE = re.compile(r"(https?|ftp|s3|gs)(?::|%3[Aa])(?:/|%2[Ff])*", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}", re.ASCII)
_LIKE_COMPONENT = re.compile(r"[a-z]{1,3}_|\$", re.ASCII)
_SLASHES = re.compile(r"(?<!:)//+")

# The short forms: first segment -> what it stands for.
_SHORT = {"iu": (Kind.IMAGE, Access.UPLOAD)}
_NAMED_FOR_SEARCH = {
    "images": (Kind.IMAGE, Access.UPLOAD),
    "private_images": (Kind.IMAGE, Access.PRIVATE),
    "authenticated_images": (Kind.IMAGE, Access.AUTHENTICATED),
    "videos": (Kind.VIDEO, Access.UPLOAD),
    "files": (Kind.RAW, Access.UPLOAD),
}

_DIGEST_BYTES = 16

# Delivery types of the language that this release does not serve.
_TYPES_LATER = frozenset(
    {"list", "url2png", "asset", "public"}
    | {"facebook", "twitter", "twitter_name", "instagram", "gravatar"}
    | {"youtube", "vimeo", "dailymotion", "hulu", "animoto", "worldstarhiphop"}
)

# Keys of our own in a query, which are no part of a remote address.
_OWN_KEYS = frozenset({"_a", "_s", "_i", "__cld_token__"})


@dataclass(frozen=True)
class DeliveryUrl:
    """A delivery URL, taken apart. `name` is decoded; for pictures and videos it is without the extension.

    `transformation` and `signed_text` are as they were written; the latter is what a signature covers. `doubtful` is
    the first segment of the name where it looks like a component of a code that the language does not have.
    """

    cloud: str
    kind: Kind
    access: Access
    signature: str | None
    transformation: str
    version: int | None
    name: str
    extension: str | None
    signed_text: str
    doubtful: str | None = None
    may_have_suffix: bool = False
    """The short form without a type: the last segment may be decoration, as in the forms for search engines."""


def parse_path(raw_path: str, query: str = "", cloud: str | None = None) -> DeliveryUrl:
    """Takes the path of a request apart, still percent-encoded. `cloud`: the host names it, so the path does not.

    Raises NotFound for what is no delivery path, and Invalid for names that no asset can have.
    """
    if len(raw_path) > PATH_CHARS_MAX:
        raise Invalid("The URL is too long.")
    segments = _SLASHES.sub("/", _as_text(raw_path)).removeprefix("/").split("/")
    if cloud is None:
        cloud, segments = percent.decoded(segments[0]), segments[1:]
    kind, access, segments, form = _form(segments)
    if access is not Access.FETCH:
        while segments and not segments[-1]:
            segments.pop()
    if not cloud or not any(segments):
        raise NotFound("Resource not found")
    signature = _SIGNATURE.fullmatch(segments[0]) if len(segments) > 1 else None
    head, version, tail = _split(segments[1:] if signature else segments, access, has_suffix=form == "search")
    if form == "search":
        tail = _without_suffix(tail)
    written = "/".join(tail)
    transformation = "/".join(head)
    if access is Access.FETCH:
        written = _remote(written, query)
        name, extension = percent.decoded(written), None
    else:
        name, extension = _name(percent.decoded(written), kind)
    _check_name(name, access)
    return DeliveryUrl(
        cloud=cloud,
        kind=kind,
        access=access,
        signature=signature[1] if signature else None,
        transformation=transformation,
        version=version,
        name=name,
        extension=extension,
        signed_text="/".join(part for part in (transformation, written) if part),
        doubtful=tail[0] if len(tail) > 1 and version is None and _LIKE_COMPONENT.match(tail[0]) else None,
        may_have_suffix=form == "root" and len(tail) > 1,
    )


def candidates(url: DeliveryUrl) -> tuple[tuple[str, str | None], ...]:
    """Name and extension under which the asset may be kept, the likelier first.

    A name may itself end like a file: `a.b.jpg` is "a.b" as jpg, or the whole.
    """
    whole = url.name if url.extension is None else f"{url.name}.{url.extension}"
    found: list[tuple[str, str | None]] = [(url.name, url.extension)]
    if url.extension is not None:
        found.append((whole, None))
    if url.may_have_suffix and "/" in url.name:
        found.append((url.name.rpartition("/")[0], url.extension))
    return tuple(found)


def build(
    base: str,
    cloud: str,
    kind: Kind,
    access: Access,
    transformation: str,
    version: int | None,
    name: str,
    extension: str | None,
    *,
    signature: str | None = None,
) -> str:
    """The address at which something is delivered. `signature`: the letters alone."""
    parts = [
        base.rstrip("/"),
        cloud,
        kind.value,
        access.value,
        f"s--{signature}--" if signature else "",
        transformation,
        f"v{version}" if version is not None else "",
        percent.escaped(name if extension is None else f"{name}.{extension}"),
    ]
    return "/".join(part for part in parts if part)


def composed_name(name: str, transformation: str) -> str:
    """What an asset is called that was put together of others by a transformation: one of each of them may be there."""
    if not transformation:
        return name
    whole = f"{name},{transformation.replace('/', ';')}"
    if not is_too_long(whole):
        return whole
    digest = hashlib.blake2b(transformation.encode(errors="replace"), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{name[: NAME_CHARS_MAX - len(digest) - 1]},{digest}"


def text_to_sign(transformation: str, name: str, extension: str | None) -> str:
    """What a signature of a URL made by `build` covers."""
    written = percent.escaped(name if extension is None else f"{name}.{extension}")
    return "/".join(part for part in (transformation, written) if part)


def is_too_long(name: str) -> bool:
    """Longer than any name that an asset may have?"""
    return len(name.rpartition("/")[2]) > NAME_CHARS_MAX or len(name.encode(errors="replace")) > NAME_BYTES_MAX


def _as_text(raw_path: str) -> str:
    """Bytes that a client should have encoded come as Latin-1 letters; they are UTF-8."""
    if raw_path.isascii():
        return raw_path
    try:
        return raw_path.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return raw_path


def _form(segments: list[str]) -> tuple[Kind, Access, list[str], str]:
    first, second = (*segments, "", "")[:2]
    if first in {*Kind, "any"} and second in _TYPES_LATER:
        raise NotFound(f"Delivery of type {second} is not available in this release.")
    if first in set(Kind) and second in set(Access):
        return Kind(first), Access(second), segments[2:], "full"
    if first in _SHORT:
        return *_SHORT[first], segments[1:], "full"
    if first in _NAMED_FOR_SEARCH and len(segments) > 2:
        return *_NAMED_FOR_SEARCH[first], segments[1:], "search"
    return Kind.IMAGE, Access.UPLOAD, segments, "root"


def _split(segments: list[str], access: Access, *, has_suffix: bool) -> tuple[list[str], int | None, list[str]]:
    """Components, version and the rest. The last segment is never a component, nor the one before a suffix."""
    components: list[str] = []
    kept = 2 if has_suffix else 1
    while len(segments) > kept:
        segment = segments[0]
        if access is Access.FETCH and _REMOTE.match(segment):
            break
        if version := _VERSION.fullmatch(segment):
            return components, _number(version[1]), segments[1:]
        if segment and not _is_component(segment):
            break
        segments = segments[1:]
        if segment:
            components.append(segment)
    return components, None, segments


def _number(digits: str) -> int:
    """Any version serves the current asset, so one that no asset can have may stand for another."""
    return int(digits[:18])


def _is_component(segment: str) -> bool:
    parts = lexer.parts(segment)
    return bool(parts) and all(map(lexer.looks_like_word, parts))


def _without_suffix(tail: list[str]) -> list[str]:
    """`cat/my-lovely-cat.jpg` -> `cat.jpg`."""
    *kept, suffix = tail
    if not kept:
        return tail
    extension = suffix.rpartition(".")[2] if "." in suffix else ""
    return [*kept[:-1], f"{kept[-1]}.{extension}" if extension else kept[-1]]


def _name(written: str, kind: Kind) -> tuple[str, str | None]:
    stem, dot, extension = written.rpartition(".")
    if kind is Kind.RAW or not dot or not stem or stem.endswith("/") or not _EXTENSION.fullmatch(extension):
        return written, None
    return stem, extension


def _remote(written: str, query: str) -> str:
    """A remote address with its two slashes, and with the part of the query that was meant for it."""
    scheme = _REMOTE.match(written)
    if scheme:
        written = f"{scheme[1]}://{written[scheme.end() :]}"
    own = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in _OWN_KEYS]
    return f"{written}?{'&'.join(own)}" if own else written


def _check_name(name: str, access: Access) -> None:
    if not name.strip("/"):
        raise NotFound("Resource not found")
    if len(name) > FETCHED_URL_CHARS_MAX or (access is not Access.FETCH and is_too_long(name)):
        raise Invalid("public_id is too long")
    if percent.has_controls(name):
        raise Invalid("public_id may not have control characters")
