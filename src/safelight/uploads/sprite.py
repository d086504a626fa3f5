"""Sprite: several pictures beside each other in one, with the styles that show each of them."""

import json
from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.assets.model import Asset, AssetRef, Facts
from safelight.kernel.ids import new_id
from safelight.kernel.media import FORMATS, Access, Kind
from safelight.ports.database import Session
from safelight.render.model import Rendered
from safelight.transform.auto import Hints, settle
from safelight.transform.geometry import Size
from safelight.transform.plan import Compass, Encode, Fit, ImageLayer, Layer, Plan, Px, Resize
from safelight.transform.source import SourceFacts
from safelight.uploads.composing import Asked, Composed, tell
from safelight.uploads.frames import Frames, pieces, reference
from safelight.uploads.keep import Keep
from safelight.uploads.multi import Parse, SeveralAsk, ask_of, facts_of, new_asset, pictures, writable
from safelight.uploads.sprite_sheet import Sheet, laid_out, places_of, styles
from safelight.uploads.text import CANVAS

FORMAT = "png"
STYLES, PLACES = "css", "json"


@dataclass(frozen=True)
class Drawn:
    """The whole, and by the name of each picture where it lies."""

    made: Rendered
    places: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Sprite:
    """The picture, its styles and its places are three assets: `name`, `name.css`, `name.json`."""

    frames: Frames
    keep: Keep
    parse: Parse

    async def __call__(self, asked: Asked) -> Composed:
        """Keep it. The picture comes last: where it is, the others are."""
        cloud, ask = asked.principal.cloud, ask_of(asked, self.parse)
        drawn = await self.drawn(cloud, ask)
        facts = {"name": ask.name, "transformation": ask.transformation, "places": drawn.places}
        file = f"{ask.name.rpartition('/')[2]}.{drawn.made.format}"
        await self._keep_text(asked, STYLES, styles(drawn.places, file))
        await self._keep_text(asked, PLACES, json.dumps(drawn.places, ensure_ascii=False))
        staged = await self.frames.staging.stage(pieces(drawn.made.data), size_bytes_max=len(drawn.made.data))

        async def then(session: Session, asset: Asset) -> None:
            await tell(session, asked, Composed(asset, facts), self.keep.clock.now())

        new = new_asset(asked, facts_of(drawn.made, staged))
        return Composed((await self.keep(new, staged, then=then)).asset, facts)

    async def drawn(self, cloud: Cloud, ask: SeveralAsk) -> Drawn:
        """Raises NotFound where there are no pictures."""
        found = await pictures(self.frames, cloud, ask)
        encode = (await self.frames.eager.plan(cloud.id, ask.transformation)).encode
        format = writable(encode, FORMAT)
        canvas = await self.frames.staging.stage(pieces(CANVAS), size_bytes_max=len(CANVAS))
        try:
            async with self.frames.opened(cloud, found, ask.transformation, is_for_nobody=ask.is_for_nobody) as opened:
                sheet = laid_out([Size(frame.width, frame.height) for frame in opened])
                made = await self.frames.render.render(
                    _plan(sheet, format, encode),
                    canvas.path,
                    source_format="png",
                    tenant=cloud.id,
                    parts=[frame.part(number) for number, frame in enumerate(opened)],
                )
                return Drawn(made, places_of(_told_apart([frame.name for frame in opened]), sheet))
        finally:
            await self.frames.staging.drop(canvas)

    async def _keep_text(self, asked: Asked, extension: str, text: str) -> None:
        data = text.encode(errors="replace")
        staged = await self.frames.staging.stage(pieces(data), size_bytes_max=len(data))
        ref = AssetRef(Kind.RAW, Access.SPRITE, f"{asked.ref.name}.{extension}")
        await self.keep(new_asset(asked, Facts(staged.size_bytes, staged.md5, None), ref, new_id()), staged)


def _plan(sheet: Sheet, format: str, encode: Encode) -> Plan:
    """One transparent pixel, made as large as the whole, and every picture laid on it."""
    whole = SourceFacts("png", sheet.size.width, sheet.size.height, FORMATS[format].has_alpha)
    settled = settle(Plan(encode=Encode(format=format, quality=encode.quality)), Hints(), whole, None)
    layers = tuple(
        Layer(
            ImageLayer(reference(number)),
            gravity=Compass.NORTH_WEST,
            x=Px(place.left),
            y=Px(place.top),
            keeps_canvas=True,
        )
        for number, place in enumerate(sheet.places)
    )
    canvas = Resize(Px(sheet.size.width), Px(sheet.size.height), Fit.SCALE)
    return Plan(steps=(canvas, *layers), encode=settled.encode)


def _told_apart(names: list[str]) -> list[str]:
    """The same picture may be there twice, and two of different addresses may have one name."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return told
