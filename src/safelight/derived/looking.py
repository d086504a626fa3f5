"""Look: what must be known of the content of an asset for a plan: found once for each version, and kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from safelight.assets import sights
from safelight.assets.model import Asset, Corner, Rectangle
from safelight.assets.originals import Originals
from safelight.derived.ensure import source_facts
from safelight.derived.maker import OneMaker
from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Kind
from safelight.ports.database import Database
from safelight.render.model import Render
from safelight.render.sight import Models, identity, is_seen_by
from safelight.render.sight.models import missing
from safelight.render.sight.reading import Reader
from safelight.transform.plan import Plan
from safelight.transform.sighting import is_given, kinds, needed, nothing
from safelight.transform.source import Region, SourceFacts

_FACES, _CUSTOM = "faces", "custom"


@dataclass(frozen=True)
class Look:
    """The facts of an asset, with what a plan asks to be seen."""

    database: Database
    originals: Originals
    render: Render
    models: Models
    reader: Reader
    maker: OneMaker = field(default_factory=OneMaker)

    async def __call__(self, asset: Asset, plan: Plan) -> SourceFacts:
        """What `source_facts` gives, and regions of the kinds that the plan asks for.

        Raises Invalid for a picture that cannot be decoded, and where nothing here can see what the plan cannot do
        without.
        """
        facts = source_facts(asset)
        asked = kinds(plan)
        if not asked:
            return facts
        return _with(facts, await self._regions(asset, facts, asked, needed(plan)))

    async def at(self, path: Path, facts: SourceFacts, plan: Plan, *, cloud_id: str) -> SourceFacts:
        """The same of a file that is not stored yet, of which people have said nothing and nothing is kept."""
        asked = self._visible([kind for kind in kinds(plan) if not is_given(kind)], needed(plan))
        return _with(facts, await self._found(path, facts.format, asked, cloud_id)) if asked else facts

    async def faces(self, asset: Asset) -> tuple[Rectangle, ...]:
        """Where faces are, in px of the original; of what is no picture there are none.

        What people said is told in their own numbers, wherever they may lead.
        """
        if told := asset.coordinates.get(_FACES):
            return told
        known = FORMATS.get(asset.facts.format or "")
        if asset.kind is not Kind.IMAGE or known is None or not known.readable:
            return ()
        facts = source_facts(asset)
        if facts.width is None or facts.height is None:
            return ()
        wide, high = facts.width, facts.height
        seen = await self._regions(asset, facts, frozenset({"face"}), frozenset({"face"}))
        return tuple(
            (round(face.x * wide), round(face.y * high), round(face.width * wide), round(face.height * high))
            for face in seen.get("face", ())
        )

    async def _regions(
        self, asset: Asset, facts: SourceFacts, asked: frozenset[str], must: Collection[str]
    ) -> dict[str, tuple[Region, ...]]:
        """By their kind; what people said comes before what is found."""
        told = _told(asset, facts, asked)
        rest = {kind for kind in asked - told.keys() if not is_given(kind)}
        return {**told, **await self._seen(asset, rest, must)}

    async def _seen(
        self, asset: Asset, asked: Collection[str], must: Collection[str]
    ) -> Mapping[str, tuple[Region, ...]]:
        """What is kept of these kinds, and what is found now."""
        visible = self._visible(asked, must)
        if not visible:
            return {}
        eyes = {kind: self._eye(kind) for kind in visible}
        seen = await self._kept(asset, eyes)
        if visible == sorted(seen):
            return seen
        # A page that shows a new picture asks for many sizes of it at once: it is looked at once for all.
        return await self.maker(
            self.database,
            asset.cloud_id,
            f"look/{asset.version_id}/{'.'.join(visible)}",
            lambda: self._kept_whole(asset, eyes),
            lambda: self._find(asset, eyes),
        )

    async def _kept(self, asset: Asset, eyes: Mapping[str, str]) -> dict[str, tuple[Region, ...]]:
        async with self.database.statements() as session:
            return await sights.kept(session, asset, eyes)

    async def _kept_whole(self, asset: Asset, eyes: Mapping[str, str]) -> dict[str, tuple[Region, ...]] | None:
        seen = await self._kept(asset, eyes)
        return seen if seen.keys() == eyes.keys() else None

    async def _find(self, asset: Asset, eyes: Mapping[str, str]) -> dict[str, tuple[Region, ...]]:
        """Find what is not kept yet, and keep it."""
        seen = await self._kept(asset, eyes)
        async with self.originals.local(asset) as path:
            rest = [kind for kind in eyes if kind not in seen]
            found = await self._found(path, str(asset.facts.format), rest, asset.cloud_id)
        async with self.database.transaction() as session:
            await sights.keep(session, asset, found, eyes)
        return {**seen, **found}

    async def _found(
        self, path: Path, format: str, asked: Collection[str], cloud_id: str
    ) -> dict[str, tuple[Region, ...]]:
        found: dict[str, tuple[Region, ...]] = {}
        in_darkroom = [kind for kind in asked if kind != "text"]
        if in_darkroom:
            regions = await self.render.look(path, format=format, kinds=in_darkroom, tenant=cloud_id)
            found = {kind: tuple(each for each in regions if each.kind == kind) for kind in in_darkroom}
        if "text" in asked:
            found["text"] = await self.reader.read(self.render, path, format=format, tenant=cloud_id)
        return found

    def _visible(self, asked: Collection[str], must: Collection[str]) -> list[str]:
        """Wishes that nothing can see are left out; raises Invalid for what there must be an eye for."""
        visible = [kind for kind in sorted(asked) if self._can_see(kind)]
        for kind in sorted(set(asked) - set(visible)):
            if kind in must:
                raise _cannot_see(kind)
        return visible

    def _can_see(self, kind: str) -> bool:
        return self.reader.program is not None if kind == "text" else is_seen_by(kind, self.models)

    def _eye(self, kind: str) -> str:
        return self.reader.identity() if kind == "text" else identity(kind, self.models)


def _with(facts: SourceFacts, seen: Mapping[str, tuple[Region, ...]]) -> SourceFacts:
    regions = [region for kind in sorted(seen) for region in seen[kind] or (nothing(kind),)]
    return replace(facts, seen=tuple(regions), faces=len(seen["face"]) if "face" in seen else None)


def _told(asset: Asset, facts: SourceFacts, asked: Collection[str]) -> dict[str, tuple[Region, ...]]:
    """What people said is where; what they did not say is not there, but for faces, which are then looked for."""
    told: dict[str, tuple[Region, ...]] = {}
    for kind in asked:
        if kind == _CUSTOM:
            told[kind] = _rectangles(kind, asset.coordinates.get(_CUSTOM, ()), facts)
        elif kind == "face" and asset.coordinates.get(_FACES):
            told[kind] = _rectangles(kind, asset.coordinates[_FACES], facts)
        elif is_given(kind):
            told[kind] = _around(kind, asset.regions.get(kind.partition(":")[2], ()), facts)
    return told


def _rectangles(kind: str, areas: Collection[Rectangle], facts: SourceFacts) -> tuple[Region, ...]:
    found = [_region(kind, (x, y, x + width, y + height), facts) for x, y, width, height in areas]
    return tuple(region for region in found if region is not None)


def _around(kind: str, corners: Collection[Corner], facts: SourceFacts) -> tuple[Region, ...]:
    """The smallest rectangle that holds an area with corners."""
    if not corners:
        return ()
    across, down = [x for x, _ in corners], [y for _, y in corners]
    region = _region(kind, (min(across), min(down), max(across), max(down)), facts)
    return (region,) if region is not None else ()


def _region(kind: str, edges: tuple[int, int, int, int], facts: SourceFacts) -> Region | None:
    """Left, top, right and bottom in px as a Region; None where nothing of it is inside the picture."""
    if facts.width is None or facts.height is None:
        return None
    left, right = (min(max(0, x), facts.width) / facts.width for x in edges[0::2])
    top, bottom = (min(max(0, y), facts.height) / facts.height for y in edges[1::2])
    return Region(kind, left, top, right - left, bottom - top) if left < right and top < bottom else None


def _cannot_see(kind: str) -> Invalid:
    if kind == "text":
        return Reader.missing()
    return missing("subject" if kind == "subject" else "objects")
