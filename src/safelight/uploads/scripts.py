"""Rewrite: what an upload asks, after its `eval` script has seen the file and had its say."""

import json
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from safelight.accounts.model import Cloud, Principal
from safelight.assets import catalogue
from safelight.assets.model import Asset, AssetRef, Facts
from safelight.assets.originals import Originals
from safelight.assets.reach import seen
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.media import FORMATS, Access, Kind
from safelight.kernel.rights import EVERYTHING, Rights
from safelight.ports.database import Database, Session
from safelight.render.model import Render
from safelight.scripting.model import SCRIPT_CHARS_MAX, SCRIPT_FILE_BYTES_MAX, Run, Script
from safelight.uploads.model import Incoming

Words = Mapping[str, str | list[str]]
Parse = Callable[[Words, Kind | None], Incoming]
"""wire/intake.py: the words of clients -> what they ask."""

REFERENCE = "#RESOURCE_REF:"
"""In place of a script: it stands in a raw file of the cloud that only signed addresses open."""
INFO, OPTIONS = "resource_info", "upload_options"
WORDS_MAX = 200

# Facts may be read and not be changed.
_BEFORE = """(function freeze(value) {
  if (value !== null && typeof value === "object") { Object.values(value).forEach(freeze); Object.freeze(value); }
})(resource_info);
Object.defineProperty(globalThis, "resource_info", {writable: false, configurable: false});"""

# What a script may be told only after the picture was looked at, and by which analysis (render/analysis).
_ANALYSES = {
    "accessibility_analysis": "accessibility",
    "cinemagraph_analysis": "cinemagraph",
    "colors": "colors",
    "exif": "metadata",
    "grayscale": "traits",
    "illustration_score": "traits",
    "image_metadata": "metadata",
    "media_metadata": "metadata",
    "phash": "phash",
    "predominant": "colors",
    "quality_analysis": "quality",
    "quality_score": "quality",
    "semi_transparent": "traits",
}
_METADATA = ("exif", "image_metadata", "media_metadata")
_FACES = "faces"

_HIDDEN = frozenset({"api_key", "signature", "timestamp", "file", "cloud_name", "eval"})
"""It proves who asks, or is what runs."""
_FIXED = _HIDDEN | {"eager_async", "upload_preset", "resource_type", "type", "async", "callback", "batch_id"}
"""It is decided already."""


# --- pure -------------------------------------------------------------------------------------------------------


def check_script(script: str, word: str = "eval") -> str:
    """Raises Invalid for one that is too long to stand in a parameter."""
    if len(script) > SCRIPT_CHARS_MAX:
        raise Invalid(f"{word} is too long: {len(script)} characters. Maximum is {SCRIPT_CHARS_MAX}.")
    return script


def mentioned(script: str) -> frozenset[str]:
    """Which of the facts that must be looked for a script reads: none is found that nobody asks for."""
    return frozenset(name for name in (*_ANALYSES, _FACES) if re.search(rf"\b{name}\b", script))


def plain_facts(kind: Kind, facts: Facts, about: Mapping[str, Any]) -> dict[str, Any]:
    """What a script is told of every file. `about` is what is said of it besides."""
    told = {
        "width": facts.width,
        "height": facts.height,
        "bytes": facts.size_bytes,
        "format": facts.format,
        "etag": facts.md5,
        "resource_type": kind.value,
        "pages": facts.pages if kind is not Kind.RAW else None,
        "has_alpha": facts.has_alpha if facts.width is not None else None,
        **about,
    }
    return {name: value for name, value in told.items() if value is not None}


def about_upload(incoming: Incoming) -> dict[str, Any]:
    """What an upload says of its file."""
    wishes = incoming.names
    return {
        "filename": wishes.filename_override or incoming.filename,
        "folder": wishes.folder,
        "asset_folder": wishes.asset_folder,
        "display_name": wishes.display_name,
        "coordinates": {name: [list(area) for area in areas] for name, areas in incoming.coordinates.items()} or None,
    }


def options(words: Words) -> dict[str, str | list[str]]:
    """What a script sees of the words of the request: all but what proves who asks."""
    return {name: value for name, value in words.items() if name not in _HIDDEN}


def rewritten(words: Words, answer: object) -> dict[str, str | list[str]]:
    """The words as the script left them; what it may not change is as it was."""
    if not isinstance(answer, dict):
        raise Invalid("Failed to evaluate eval: upload_options must stay an object")
    said = cast("dict[str, object]", answer)
    if len(said) > WORDS_MAX:
        raise TooMuch(f"Failed to evaluate eval: more than {WORDS_MAX} upload_options")
    kept = {name: value for name, value in words.items() if name in _FIXED}
    written = {name: word_of(value) for name, value in said.items() if name not in _FIXED}
    return {**kept, **{name: value for name, value in written.items() if value}}


def word_of(value: object) -> str | list[str]:
    """A value of JavaScript as a client would have sent it; empty: nothing is said."""
    if isinstance(value, list):
        items = cast("list[object]", value)
        if all(isinstance(item, str | int | float) for item in items):
            return [text for item in items if isinstance(text := word_of(item), str) and text]
        return json.dumps(items)
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float() if math.isfinite(value) and value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case _:
            return json.dumps(value)


async def check_seen(session: Session, principal: Principal, script: str) -> None:
    """Raises NotFound for a script in a file that who brings it may not see: its errors tell what stands there.

    What a preset says is the choice of who made the preset.
    """
    if script.startswith(REFERENCE):
        await _file_of(session, principal.cloud, script, principal.rights)


async def _file_of(session: Session, cloud: Cloud, script: str, rights: Rights) -> Asset:
    name = script.removeprefix(REFERENCE).strip()
    asset = seen(rights, await catalogue.find(session, cloud.id, AssetRef(Kind.RAW, Access.AUTHENTICATED, name)))
    if asset is None:
        raise NotFound(f"Resource not found - {name[:300]}")
    return asset


# --- the use case -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rewrite:
    """The script may change what is asked before anything is stored."""

    database: Database
    originals: Originals
    render: Render
    run: Run
    parse: Parse
    clock: Clock

    async def __call__(self, cloud: Cloud, incoming: Incoming, kind: Kind, facts: Facts, path: Path) -> Incoming:
        """Raises Invalid with the words of the script's own error: then nothing is stored."""
        if not incoming.script:
            return incoming
        text = await self.text(cloud, incoming.script)
        names = mentioned(text) | (incoming.analyses & {*_ANALYSES, _FACES})
        info = {
            **plain_facts(kind, facts, about_upload(incoming)),
            **await self.seen(cloud, names, kind, facts, path),
        }
        return replace(
            self.parse(await self.words(text, info, incoming.words), incoming.kind),
            script="",
            filename=incoming.filename,
            batch_id=incoming.batch_id,
            letters=incoming.letters,
            eager_is_async=incoming.eager_is_async,
        )

    async def words(self, text: str, info: Mapping[str, Any], words: Words) -> dict[str, str | list[str]]:
        """The words of a request as a script leaves them. Raises Invalid."""
        seen = {INFO: info, OPTIONS: options(words)}
        try:
            answer = await self.run(Script(text, seen, OPTIONS, now=self.clock.now(), before=_BEFORE))
        except (Invalid, TooMuch) as error:
            raise Invalid(f"Failed to evaluate eval: {error.message}") from error
        return rewritten(words, answer)

    async def text(self, cloud: Cloud, script: str) -> str:
        """The script itself, wherever it stands."""
        if not script.startswith(REFERENCE):
            return script
        name = script.removeprefix(REFERENCE).strip()
        async with self.database.transaction() as session:
            asset = await _file_of(session, cloud, script, EVERYTHING)
        if asset.facts.size_bytes > SCRIPT_FILE_BYTES_MAX:
            raise Invalid(f"The script {name[:300]} is too large. Maximum is {SCRIPT_FILE_BYTES_MAX} bytes.")
        data = b"".join([chunk async for chunk in self.originals.open(asset)])
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid(f"The script {name[:300]} is no text in UTF-8.") from error

    async def seen(
        self, cloud: Cloud, names: frozenset[str], kind: Kind, facts: Facts, path: Path
    ) -> Mapping[str, Any]:
        """What must be looked for; of what cannot be decoded nothing is found."""
        known = FORMATS.get(facts.format or "")
        if not names or kind is not Kind.IMAGE or known is None or not known.readable:
            return {}
        found: dict[str, Any] = {}
        with suppress(Invalid):
            kinds = sorted({_ANALYSES[name] for name in names if name in _ANALYSES})
            if kinds:
                found = dict(await self.render.analyse(path, format=known.name, kinds=kinds, tenant=cloud.id))
            if _FACES in names:
                found[_FACES] = await self._faces(cloud, known.name, facts, path)
        if "metadata" in found:
            metadata = found.pop("metadata")
            found |= {name: metadata for name in _METADATA if name in names}
        return found

    async def _faces(self, cloud: Cloud, format: str, facts: Facts, path: Path) -> list[list[int]]:
        """In px of the picture."""
        wide, high = facts.width or 0, facts.height or 0
        seen = await self.render.look(path, format=format, kinds=("face",), tenant=cloud.id)
        return [
            [round(face.x * wide), round(face.y * high), round(face.width * wide), round(face.height * high)]
            for face in seen
            if face.kind == "face"
        ]
