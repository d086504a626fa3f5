"""Archive names: what a file is called inside of an archive. Pure, and safe to unpack anywhere."""

import re
from dataclasses import dataclass, field

from safelight.accounts.model import FolderMode
from safelight.assets.model import Asset
from safelight.kernel.media import Kind
from safelight.uploads.model import EagerAsk

PART_BYTES_MAX = 200
"""Longest name of one folder or file, so that every file system takes it."""
PARTS_MAX = 32
"""Deepest folder."""
NAMELESS = "file"

# Letters that a file system reads as something else, and those that cannot be seen or turn the line around.
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class NamingRules:
    """How the one who asked wants the files to be called."""

    mode: FolderMode
    flattens_folders: bool = False
    flattens_transformations: bool = False
    skips_transformation_name: bool = False
    uses_original_filename: bool = False


def name_of(asset: Asset, ask: EagerAsk | None, extension: str, rules: NamingRules, *, is_one_of_many: bool) -> str:
    """Where a file of an asset lies. `ask`: it was made of it; `is_one_of_many`: others were made of it, too."""
    folder, stem = _place(asset, rules)
    extension = _extension(asset, extension)
    stem = stem.removesuffix(f".{extension}") if extension else stem
    if ask is not None and is_one_of_many and not rules.skips_transformation_name:
        words = ask.transformation.replace("/", "--")
        if rules.flattens_transformations:
            stem = f"{stem}_{words}"
        else:
            folder = f"{folder}/{words}" if folder else words
    file = f"{stem}.{extension}" if extension else stem
    return safe(f"{folder}/{file}" if folder else file)


def _place(asset: Asset, rules: NamingRules) -> tuple[str, str]:
    folder, _, stem = asset.name.rpartition("/")
    if rules.mode is FolderMode.DYNAMIC:
        folder, stem = asset.folder or folder, asset.display_name.replace("/", "_")
    if rules.uses_original_filename and asset.original_filename:
        stem = asset.original_filename.replace("/", "_")
    return "" if rules.flattens_folders else folder, stem


def _extension(asset: Asset, extension: str) -> str:
    if asset.kind is not Kind.RAW:
        return extension
    _, dot, own = asset.name.rpartition("/")[2].rpartition(".")
    return own if dot else ""


def safe(path: str) -> str:
    """The path without anything that leads out of the folder in which it is unpacked, or means something there."""
    parts = [_safe_part(part) for part in path.replace("\\", "/").split("/") if part.strip(" .") or part.strip()]
    parts = [part for part in parts if part]
    if len(parts) > PARTS_MAX:
        parts = [*parts[: PARTS_MAX - 1], parts[-1]]
    return "/".join(parts) or NAMELESS


def _safe_part(part: str) -> str:
    part = _UNSAFE.sub("_", part).strip(" ").rstrip(".")
    if not part.strip("."):
        return "_" if part else ""
    if _RESERVED.fullmatch(part):
        part = f"_{part}"
    return _cut(part)


def _cut(part: str) -> str:
    """Shortened in front of its extension."""
    if len(part.encode()) <= PART_BYTES_MAX:
        return part
    stem, dot, extension = part.rpartition(".")
    ending = f".{extension}" if dot and stem and len(extension.encode()) <= 16 else ""
    kept = part.encode()[: PART_BYTES_MAX - len(ending)].decode(errors="ignore")
    return kept + ending


@dataclass
class Taken:
    """The names that an archive has already. Two that differ only in case are one on some file systems."""

    _seen: set[str] = field(default_factory=set[str])
    _counts: dict[str, int] = field(default_factory=dict[str, int])

    def free(self, name: str) -> str:
        """The name, or one with a number in it."""
        candidate, folded = name, name.casefold()
        folder, slash, file = name.rpartition("/")
        stem, dot, extension = file.rpartition(".")
        if not stem:
            stem, dot, extension = file, "", ""
        while candidate.casefold() in self._seen:
            self._counts[folded] = self._counts.get(folded, 0) + 1
            candidate = f"{folder}{slash}{stem}_{self._counts[folded]}{dot}{extension}"
        self._seen.add(candidate.casefold())
        return candidate
