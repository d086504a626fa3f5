"""Choice: are the stored bytes what is asked for, or something that is made of them?"""

from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Kind, format_named, refusal
from safelight.transform.plan import Encode, Plan, Source

DRAWINGS = frozenset({"svg", "pdf"})
"""Formats of lines and letters."""


def wants_original(asset: Asset, plan: Plan, extension: str | None) -> bool:
    """Raises Invalid for what cannot be made of the asset."""
    match asset.kind:
        case Kind.RAW:
            if _changes(plan):
                raise Invalid("Invalid transformation: raw files are delivered as they are stored")
            return True
        case Kind.VIDEO:
            if _changes(plan) or not _is_own(asset, extension):
                raise Invalid("Unsupported transformation: video and audio are delivered as they are stored")
            return True
        case Kind.IMAGE:
            return _wants_original_image(asset, plan, extension)


def _wants_original_image(asset: Asset, plan: Plan, extension: str | None) -> bool:
    if plan.handing.is_original:
        return True
    is_own = _is_own(asset, extension)
    if plan.is_empty and is_own:
        return True
    own = FORMATS.get(asset.facts.format or "")
    if own is not None and own.readable:
        # `f_svg` of an SVG: it is had as it was stored. Written anew it would be pixels, if it can be written.
        is_itself = plan.encode == Encode(format=own.name) and not plan.wants_info
        return is_itself and not _draws(plan) and (own.name in DRAWINGS or not own.writable)
    if is_own and not _changes(plan):
        return True
    raise Invalid(refusal(str(asset.facts.format), is_read=True))


def _changes(plan: Plan) -> bool:
    """Whether it asks for other bytes, and not only for another way to hand them out."""
    return _draws(plan) or plan.encode != Encode() or plan.wants_info


def _draws(plan: Plan) -> bool:
    return bool(plan.steps) or plan.source != Source()


def _is_own(asset: Asset, extension: str | None) -> bool:
    """Whether the extension, if there is one, names the format that the asset has."""
    if extension is None:
        return True
    wanted = format_named(extension)
    if wanted is None:
        raise Invalid(f"Invalid extension in transformation: {extension}")
    return wanted.name == asset.facts.format
