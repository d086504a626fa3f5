"""Insights: what programs and models of this installation say of a stored picture, for its owner: its text, its things.

What was found is kept with the analyses of the version. What an installation has no eye for is refused in the words
that clients know from a service that was not subscribed to, and with what is missing here.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safelight.assets import analyses, catalogue
from safelight.assets.model import Asset
from safelight.derived.looking import Look
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, SafelightError
from safelight.kernel.media import FORMATS, Kind
from safelight.render.sight.models import missing
from safelight.render.sight.objects import EVERY
from safelight.uploads.events import InsightsFound
from safelight.uploads.model import InsightsAsk

TAGS_MAX = 1000
FAILED: Mapping[str, Any] = {"is_failed": True}
"""What is told of a picture that could not be looked into."""

TEXT = frozenset({"adv_ocr", "adv_ocr:document"})
MODEL = re.compile(r"[a-z][a-z0-9_-]*_v\d+")
"""Models of objects carry the number of their version: `coco_v2`."""

# Known to clients, and nothing here can do it.
_ABSENT = {
    "categorization:google_video_tagging": "Google Automatic Video Tagging",
    "detection:aws_rek_face": "Rekognition Celebrity Detection",
}
_SERVICES = {"ocr": "OCR Text Detection and Extraction", "categorization": "Auto Tagging"}
_DETECTION = "AI Content Analysis"


class Unsubscribed(Invalid):
    """A service that clients know is not here."""


def no_subscription(service: str, why: str = "") -> Unsubscribed:
    """The words for a service that this installation does not have, and perhaps what is missing."""
    return Unsubscribed(f"You don't have an active subscription for {service}" + (f": {why}" if why else ""))


@dataclass(frozen=True)
class Insights:
    """Looks once at each version for each word; who asks again hears what is kept, if the eye is still the same."""

    look: Look
    clock: Clock

    def check(self, ask: InsightsAsk) -> None:
        """Raises Invalid for what nothing here can see: better before anything is stored."""
        for word in ask.words:
            self._eye(word)

    async def __call__(self, asset: Asset, ask: InsightsAsk) -> tuple[Asset, Mapping[str, Any]]:
        """The asset, with tags of what was found if that was asked, and what was found by the words that asked."""
        if not ask.words and ask.tags_from is None:
            return asset, {}
        found = {word: await self._found(asset, word) for word in ask.words}
        if ask.tags_from is not None:
            sources = found or await self.kept(asset)
            asset = await self._tagged(asset, _names(sources.values(), ask.tags_from))
        if found:
            await self._tell(asset, ask)
        return asset, found

    async def _tell(self, asset: Asset, ask: InsightsAsk) -> None:
        at, urls = self.clock.now().isoformat(), list(ask.notification_urls)
        fact = InsightsFound(asset.cloud_id, asset.id, asset.version_id, list(ask.words), at, urls)
        async with self.look.database.transaction() as session:
            await session.emit(fact)

    async def kept(self, asset: Asset) -> Mapping[str, Any]:
        """All that was found in this version, for whoever asks about the asset."""
        async with self.look.database.transaction() as session:
            rows = await analyses.kept(session, asset)
        return {word: facts for word, facts in rows.items() if ":" in word}

    async def at(self, path: Path, format: str, word: str, cloud_id: str) -> Mapping[str, Any]:
        """What is found in a file, as plain values; nothing of it is kept."""
        eye, render = self._eye(word), self.look.render
        if eye == "text":
            return {"lines": await self.look.reader.written(render, path, format=format, tenant=cloud_id)}
        if eye == "quality":
            facts = await render.analyse(path, format=format, kinds=("quality",), tenant=cloud_id)
            return {"quality_score": facts["quality_score"]}
        kind = "face" if eye == "faces" else EVERY
        regions = await render.look(path, format=format, kinds=(kind,), tenant=cloud_id)
        return {
            "things": [
                [one.kind, one.x, one.y, one.width, one.height, round(one.certainty, 4)]
                for one in sorted(regions, key=lambda region: -region.certainty)
            ]
        }

    async def _found(self, asset: Asset, word: str) -> Mapping[str, Any]:
        known = FORMATS.get(asset.facts.format or "")
        if asset.kind is not Kind.IMAGE or known is None or not known.readable:
            return FAILED
        try:
            identity = self._identity(word)
        except Unsubscribed:
            # A script asked for it when the file was here already: `check` could not say so before.
            return FAILED
        async with self.look.database.transaction() as session:
            kept = (await analyses.kept(session, asset, [word])).get(word)
        if kept is not None and kept.get("eye") == identity:
            return kept
        try:
            async with self.look.originals.local(asset) as path:
                facts = {"eye": identity, **await self.at(path, known.name, word, asset.cloud_id)}
        except SafelightError:
            return FAILED
        async with self.look.database.transaction() as session:
            await analyses.keep(session, asset, word, facts)
        return facts

    async def _tagged(self, asset: Asset, names: Collection[str]) -> Asset:
        tags = sorted({*asset.tags, *names})[:TAGS_MAX]
        if set(tags) == set(asset.tags):
            return asset
        async with self.look.database.transaction() as session:
            return await catalogue.update(session, asset, tags=tags, now=self.clock.now())

    def _eye(self, word: str) -> str:
        """What looks for it: `text`, `things`, `faces` or `quality`. Raises Invalid where there is none."""
        sort, _, service = word.partition(":")
        if sort == "ocr":
            if self.look.reader.program is None:
                raise no_subscription(_SERVICES[sort], self.look.reader.missing().message)
            return "text"
        if word in _ABSENT:
            raise no_subscription(_ABSENT[word])
        if sort == "detection" and service == "adv_face":
            return "faces"
        if sort == "detection" and service == "iqa":
            return "quality"
        name = _SERVICES.get(sort, _DETECTION)
        if sort == "detection" and not MODEL.fullmatch(service.partition(":")[0]):
            raise no_subscription(f"{name} ({service[:50]})")
        if not self.look.models.has("objects"):
            raise no_subscription(name, missing("objects").message)
        return "things"

    def _identity(self, word: str) -> str:
        """By which program or model it is found: another one may see other things."""
        match self._eye(word):
            case "text":
                return self.look.reader.identity()
            case "things":
                return self.look.models.identity("objects")
            case eye:
                return eye


def _names(found: Collection[Mapping[str, Any]], least: float) -> set[str]:
    """What is seen surely enough, as tags; a face is no name of anything."""
    things = [thing for facts in found for thing in facts.get("things", ())]
    return {str(thing[0]).replace("_", " ") for thing in things if thing[0] != "face" and thing[5] >= least}
