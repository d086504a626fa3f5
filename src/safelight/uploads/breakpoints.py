"""Breakpoints: which widths of a stored picture are worth having, and the files of these widths, weighed or kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.derived.counted import Cause
from safelight.derived.ensure import source_facts
from safelight.derived.parts import Needed
from safelight.kernel.errors import Invalid, SafelightError
from safelight.kernel.media import FORMATS, Kind
from safelight.render.model import Render, Rendered
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import normal
from safelight.transform.limits import Limits, check
from safelight.transform.plan import AutoWidth, Fit, Plan, Resize
from safelight.uploads.eager import Eager
from safelight.uploads.model import BreakpointsAsk, BreakpointsFound, EagerAsk, EagerItem


def eager_ask(ask: BreakpointsAsk) -> EagerAsk:
    """What is asked without its widths: so it is known early whether it can be made at all."""
    return EagerAsk(ask.transformation, ask.extension)


@dataclass(frozen=True)
class Breakpoints:
    """A few widths are made to find out which ones to take; those are then made one after the other."""

    eager: Eager
    originals: Originals
    render: Render
    limits: Limits

    async def __call__(self, asset: Asset, asks: Sequence[BreakpointsAsk]) -> tuple[BreakpointsFound, ...]:
        """In the order of what was asked; nothing of what is no picture."""
        known = FORMATS.get(asset.facts.format or "")
        if not asks or asset.kind is not Kind.IMAGE or known is None or not known.readable:
            return ()
        async with self.eager.database.transaction() as session:
            cloud = await clouds.find_by_id(session, asset.cloud_id)
        return tuple([await self._found(cloud, asset, ask) for ask in asks]) if cloud else ()

    async def _found(self, cloud: Cloud, asset: Asset, ask: BreakpointsAsk) -> BreakpointsFound:
        found = BreakpointsFound(normal(ask.transformation))
        try:
            widths = await self._widths(cloud, asset, ask)
            items = [await self._item(cloud, asset, ask, width) for width in widths]
        except SafelightError as error:
            return replace(found, reason=error.message)
        return replace(found, items=tuple(items))

    async def _widths(self, cloud: Cloud, asset: Asset, ask: BreakpointsAsk) -> Sequence[int]:
        needed = await self._needed(cloud, asset, ask.transformation, ask.extension)
        auto = AutoWidth(
            low=min(ask.low_px, ask.high_px),
            high=ask.high_px,
            lists_json=True,
            bytes_step=ask.bytes_step,
            widths_max=ask.widths_max,
        )
        plan = needed.plan
        plan = replace(plan, steps=(*plan.steps, Resize(width=auto, fit=Fit.SCALE)), wants_info=True, is_empty=False)
        listed = json.loads((await self._rendered(asset, plan, needed)).data)
        return [int(width) for width in listed["breakpoints"]]

    async def _item(self, cloud: Cloud, asset: Asset, ask: BreakpointsAsk, width: int) -> EagerItem:
        """One file, by the words that deliver it."""
        text = "/".join(part for part in (ask.transformation.strip("/"), f"c_scale,w_{width}") if part)
        if ask.is_kept:
            (item,) = await self.eager(asset, [EagerAsk(text, ask.extension)], Cause.BREAKPOINTS)
            if item.reason is not None:
                raise Invalid(item.reason)
            return item
        needed = await self._needed(cloud, asset, text, ask.extension)
        made = await self._rendered(asset, needed.plan, needed)
        return EagerItem(
            normal(text),
            ask.extension,
            format=made.format,
            width=made.width,
            height=made.height,
            size_bytes=len(made.data),
        )

    async def _needed(self, cloud: Cloud, asset: Asset, text: str, extension: str | None) -> Needed:
        """A text as a plan with nothing left open. Who asks has signed it, or owns the preset."""
        plan = await self.eager.plan(asset.cloud_id, text)
        settled = settle(plan, Hints(), await self.eager.look(asset, plan), extension)
        return await self.eager.parts(cloud, settled, is_signed=True)

    async def _rendered(self, asset: Asset, plan: Plan, needed: Needed) -> Rendered:
        check(plan, source_facts(asset), self.limits)
        async with self.originals.local(asset) as path, needed.local(self.originals) as files:
            return await self.render.render(
                plan, path, source_format=str(asset.facts.format), tenant=asset.cloud_id, parts=files
            )
