"""Wishes + file name -> what the asset is called and where it stands, in both folder modes."""

from collections.abc import Callable
from dataclasses import dataclass

from safelight.accounts.model import FolderMode
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind, format_named
from safelight.transform.url import NAME_CHARS_MAX, is_too_long
from safelight.uploads.model import NameWishes

RANDOM_CHARS = 20
SUFFIX_CHARS = 6

FORBIDDEN = frozenset("?&#\\%<>+")
"""Letters that would mean something else in a URL."""

RandomName = Callable[[int], str]


@dataclass(frozen=True)
class Called:
    """What an asset is called: `name` is the public_id."""

    name: str
    folder: str
    display_name: str
    original_filename: str | None


def call(wishes: NameWishes, kind: Kind, mode: FolderMode, filename: str | None, random: RandomName) -> Called:
    """The name, folder and display name of an upload; raises Invalid for letters that may not be."""
    stem, extension = _split_filename(wishes.filename_override or filename)
    # SDKs send a file's path on their disk as its name, of which the last part counts; what is said instead is meant.
    if wishes.uses_filename_as_display_name and wishes.display_name is None and "/" in (wishes.filename_override or ""):
        raise Invalid(f"display_name ({str(wishes.filename_override)[:300]}) is invalid")
    folder, prefix = _places(wishes, mode)
    last = wishes.public_id
    if last is None:
        last = _made_up(wishes, kind, stem, extension, random)
    name = f"{prefix}/{last}" if prefix else last
    check_name(name)
    if mode is FolderMode.FIXED:
        folder = name.rpartition("/")[0]
    return Called(
        name=name,
        folder=folder,
        display_name=_display_name(wishes, kind, name, stem, extension),
        original_filename=None if wishes.discards_filename else stem,
    )


def drawn(letters: str) -> RandomName:
    """Random letters that were drawn before."""
    return lambda count: letters[:count]


def check_name(name: str, word: str = "public_id") -> None:
    """May an asset be called so?"""
    if (
        not name
        or name != name.strip(" /")
        or is_too_long(name)
        or _has_forbidden(name)
        or any(segment in {"", ".", ".."} for segment in name.split("/"))
        # In a URL it would be read as the version, and the rest as the name.
        or ("/" in name and _looks_like_version(name.partition("/")[0]))
    ):
        raise Invalid(f"{word} ({name[:300]}) is invalid")


def check_folder(folder: str, word: str) -> str:
    """A folder without slashes at its ends; raises Invalid for one that may not be. Empty is the root."""
    plain = folder.strip("/")
    if len(plain) > NAME_CHARS_MAX or plain != plain.strip(" ") or _has_forbidden(plain) or "//" in plain:
        raise Invalid(f"{word} is invalid")
    if any(segment in {".", ".."} for segment in plain.split("/")):
        raise Invalid(f"{word} is invalid")
    return plain


def check_display_name(display_name: str) -> str:
    if "/" in display_name or len(display_name) > NAME_CHARS_MAX or any(ord(c) < 32 for c in display_name):
        raise Invalid(f"display_name ({display_name[:300]}) is invalid")
    return display_name


def extension_of(wishes: NameWishes, filename: str | None) -> str | None:
    """Which format a file is said to be of, by its name; in our spelling where we know it."""
    for name in (wishes.public_id, wishes.filename_override, filename):
        extension = _split_filename(name)[1].lower()
        if extension:
            known = format_named(extension)
            return known.name if known else extension
    return None


def _has_forbidden(text: str) -> bool:
    return any(letter in FORBIDDEN or ord(letter) < 32 or ord(letter) == 127 for letter in text)


def _places(wishes: NameWishes, mode: FolderMode) -> tuple[str, str]:
    """The asset folder and the prefix of the name."""
    old = check_folder(wishes.folder or "", "folder")
    prefix = _prefix(wishes.prefix)
    if mode is FolderMode.FIXED:
        return "", old or prefix
    # `folder` is the older word: it stands for whichever of the two newer ones is not given.
    folder = check_folder(wishes.asset_folder, "asset_folder") if wishes.asset_folder is not None else old
    if not prefix:
        prefix = old
    if not prefix and wishes.uses_asset_folder_as_prefix:
        prefix = folder
    return folder, prefix


def _prefix(prefix: str | None) -> str:
    plain = check_folder(prefix or "", "public_id_prefix")
    # In a URL such a segment would be read as the version.
    if any(_looks_like_version(segment) for segment in plain.split("/")):
        raise Invalid("public_id_prefix is invalid")
    return plain


def _looks_like_version(segment: str) -> bool:
    return len(segment) > 1 and segment[0] == "v" and segment[1:].isascii() and segment[1:].isdecimal()


def _split_filename(filename: str | None) -> tuple[str | None, str]:
    """The last segment of a path of any system, cut into stem and extension (lower case, without the dot)."""
    base = (filename or "").replace("\\", "/").rpartition("/")[2].strip()
    base = "".join(letter for letter in base if ord(letter) >= 32)
    stem, dot, extension = base.rpartition(".")
    if not dot or not stem or not extension.isalnum() or len(extension) > 16:
        return base[:NAME_CHARS_MAX] or None, ""
    return stem[:NAME_CHARS_MAX], extension


def _made_up(wishes: NameWishes, kind: Kind, stem: str | None, extension: str, random: RandomName) -> str:
    # Only files that are kept as they are carry their extension in the name: others are delivered in any format.
    ending = f".{extension}" if kind is Kind.RAW and extension and extension.isascii() else ""
    plain = _plain(stem) if wishes.uses_filename and stem else ""
    if not plain:
        return random(RANDOM_CHARS) + ending
    if wishes.is_unique:
        ending = f"_{random(SUFFIX_CHARS)}{ending}"
    return plain[: NAME_CHARS_MAX - len(ending)].rstrip() + ending


def _plain(stem: str) -> str:
    """A file's stem as a name; empty if nothing of it is left."""
    letters = (
        "_" if letter == "/" or letter.isspace() or _has_forbidden(letter) else letter for letter in stem.strip()
    )
    plain = "".join(letters)
    return plain if plain.strip("._") else ""


def _display_name(wishes: NameWishes, kind: Kind, name: str, stem: str | None, extension: str) -> str:
    if wishes.display_name is not None:
        return check_display_name(wishes.display_name)
    if wishes.uses_filename_as_display_name and stem:
        return check_display_name(f"{stem}.{extension}" if kind is Kind.RAW and extension else stem)[:NAME_CHARS_MAX]
    return name.rpartition("/")[2]
