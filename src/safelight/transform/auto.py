"""What the client's hints and the source settle: `f_auto`, `q_auto`, `dpr_auto`, `w_auto`, and every default."""

from dataclasses import replace
from typing import Literal

from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Format, Kind, format_named, refusal
from safelight.transform import geometry, limits, quality, run, still
from safelight.transform.hints import Hints, every_resize, settled_step
from safelight.transform.plan import (
    AutoFormat,
    AutoQuality,
    AutoWidth,
    Blend,
    Color,
    Effect,
    Encode,
    Flatten,
    Layer,
    Opacity,
    Plan,
    Progressive,
    Region,
    Resize,
    Rotate,
    Round,
    Step,
)
from safelight.transform.sighting import kinds
from safelight.transform.source import SourceFacts

AVIF_PIXELS_MAX = 16_000_000
"""Larger results are not made AVIF of our own accord: they take too long to encode."""

# best, good, eco, low, in the scale of each format's encoder: what looks alike by a metric that follows the eye
# (bench/quality.py, docs/explanation/quality.md). From 90 on a JPEG keeps all of its colour, for a third more bytes.
_AS_JPEG = (89, 80, 70, 55)
_LEVELS: dict[str, tuple[int, int, int, int]] = {
    "jpg": _AS_JPEG,
    "webp": (89, 82, 74, 57),
    "avif": (76, 65, 58, 52),
    "jxl": (84, 77, 69, 56),
    **dict.fromkeys(("jp2", "j2k", "wdp", "pdf", "ai"), _AS_JPEG),
}
_QUALITIES: dict[str, dict[AutoQuality, int]] = {
    name: dict(zip((AutoQuality.BEST, AutoQuality.GOOD, AutoQuality.ECO, AutoQuality.LOW), levels, strict=True))
    for name, levels in _LEVELS.items()
}
_QUALITY_USUAL = {name: levels[AutoQuality.GOOD] for name, levels in _QUALITIES.items()}
_QUALITY_LOSSY = 80
"""For formats that are without loss until `fl_lossy` or a palette is asked for."""
_BETTER = {AutoQuality.LOW: AutoQuality.ECO, AutoQuality.ECO: AutoQuality.GOOD, AutoQuality.GOOD: AutoQuality.BEST}

# Formats whose encoder gives back every pixel when the best quality is asked for.
_LOSSLESS_AT_100 = frozenset({"webp", "avif", "jxl", "jp2", "j2k", "wdp"})
_HAS_CHROMA = frozenset({"jpg", "webp", "avif"})
_HAS_PROGRESSIVE = frozenset({"jpg", "png", "gif"})
_MAY_LOSE = frozenset({"png", "gif"})

# Effects that make an animation of a still, and blends that may take something away from an opaque picture.
_MOVING = frozenset({"zoompan"})
_OPENING = frozenset({Blend.MASK, Blend.CUTTER, Blend.CUT_OUT})


def settle(plan: Plan, hints: Hints, source: SourceFacts, extension: str | None) -> Plan:
    """The plan with nothing left open: a format that can be written, a quality in its scale, sizes in px.

    `encode.quality` None is lossless. Where the plan is still `is_empty`, the stored bytes are what is asked for.
    Raises Invalid for a format that cannot be written.
    """
    if plan.script:
        plan = run.run(plan.script, hints, source)
    own = FORMATS.get(source.format)
    if own is None or own.kind is not Kind.VIDEO:
        plan = still.of_a_picture(plan)
    plan = replace(plan, steps=tuple(settled_step(step, hints) for step in plan.steps), seen=_seen(plan, source))
    format = _format(plan, hints, source, extension)
    is_empty = plan.is_empty and (extension is None or format_named(extension) is FORMATS.get(source.format))
    wants_info = plan.wants_info or any(_lists_widths(step) for step in plan.steps)
    return replace(plan, encode=_encode(plan, format, hints, source), is_empty=is_empty, wants_info=wants_info)


def _lists_widths(step: Step) -> bool:
    return isinstance(step, Resize) and isinstance(step.width, AutoWidth) and step.width.lists_json


def varies_by(plan: Plan) -> tuple[str, ...]:
    """The request headers that `settle` looks at for this plan, for `Vary`."""
    names: list[str] = []
    if isinstance(plan.encode.format, AutoFormat):
        names.append("Accept")
    if isinstance(plan.encode.quality, AutoQuality):
        names.append("Save-Data")
    if plan.script:
        return run.varies_by(plan.script)
    resizes = tuple(every_resize(plan.steps))
    has_auto_width = any(isinstance(step.width, AutoWidth) for step in resizes)
    if has_auto_width or any(step.waits_for_dpr for step in resizes):
        names += ["Sec-CH-DPR", "DPR"]
    if has_auto_width:
        names += ["Sec-CH-Width", "Width", "Sec-CH-Viewport-Width", "Viewport-Width"]
    return tuple(names)


def _seen(plan: Plan, source: SourceFacts) -> tuple[Region, ...]:
    """What the plan asks to be seen, of all that is known of the source."""
    # Looked at was the first page, upright: of another one nothing is known.
    opened = plan.source
    is_part = opened.page not in {None, 1} or opened.pages or opened.layers or opened.embedded
    is_other = is_part or opened.ignores_orientation
    asked = kinds(plan) if source.seen and not is_other else frozenset[str]()
    return tuple(region for region in source.seen or () if region.kind in asked)


def _accepts(accept: str, mime: str) -> bool:
    """Does the header name this very type, and not with q=0? Wildcards promise nothing."""
    for item in accept.lower().split(","):
        name, *params = (part.strip() for part in item.split(";"))
        if name == mime:
            return not any(param.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for param in params)
    return False


def _format(plan: Plan, hints: Hints, source: SourceFacts, extension: str | None) -> Format:
    asked = plan.encode.format
    if isinstance(asked, AutoFormat):
        return _negotiated(plan, asked, hints, source)
    own = FORMATS.get(source.format)
    if asked is not None:
        wanted = format_named(asked)
    elif extension:
        wanted = format_named(extension)
    else:
        wanted = own
    is_own = asked is None and (wanted is None or wanted is own) and not (extension and wanted is None)
    if is_own and (own is None or not own.writable):
        return FORMATS["png" if _has_alpha(plan, source) else "jpg"]
    if wanted is None or not wanted.writable:
        written = ", ".join(sorted(each.name for each in FORMATS.values() if each.writable))
        refused = refusal(wanted.name if wanted else str(asked or extension))
        raise Invalid(f"{refused}. What can be asked for: {written}")
    if wanted.name == "jpg" and plan.encode.preserves_transparency and _has_alpha(plan, source):
        return FORMATS["png"]
    return wanted


def _negotiated(plan: Plan, asked: AutoFormat, hints: Hints, source: SourceFacts) -> Format:
    """`auto:video` is an animation, or a still, where there is no film."""
    is_moving = _moves(plan, source) and plan.source.page is None and asked is not AutoFormat.IMAGE
    accepts_webp = _accepts(hints.accept, "image/webp")
    frames = source.frames if is_moving else 1
    takes_avif = _accepts(hints.accept, "image/avif") and _pixels(plan, source) * frames <= AVIF_PIXELS_MAX
    if is_moving:
        return FORMATS["webp" if accepts_webp else "avif" if takes_avif else "gif"]
    if takes_avif:
        return FORMATS["avif"]
    if _accepts(hints.accept, "image/jxl"):
        return FORMATS["jxl"]
    if accepts_webp:
        return FORMATS["webp"]
    return FORMATS["png" if _has_alpha(plan, source) else "jpg"]


def _moves(plan: Plan, source: SourceFacts) -> bool:
    """The pages of a document are frames too, but no animation."""
    own = FORMATS.get(source.format)
    is_animated = source.frames > 1 and own is not None and own.can_animate
    return is_animated or any(isinstance(step, Effect) and step.name in _MOVING for step in plan.steps)


def _pixels(plan: Plan, source: SourceFacts) -> int:
    if source.width is None or source.height is None:
        return 0
    whole = geometry.Size(source.width, source.height)
    size = limits.output_size(plan, whole) or whole
    return size.width * size.height


def _has_alpha(plan: Plan, source: SourceFacts) -> bool:
    """May the result be transparent somewhere?"""
    has_alpha = source.has_alpha or plan.source.clip is not None
    for step in plan.steps:
        match step:
            case Round() | Effect(opens=True):
                has_alpha = True
            case Layer(blend=blend) if blend in _OPENING:
                has_alpha = True
            case Opacity(percent) if percent < 100:
                has_alpha = True
            case Rotate(turns) if any(isinstance(turn, float) and turn % 90 for turn in turns):
                has_alpha = True
            case Resize(fit=fit, background=background) if fit in geometry.PADDING:
                has_alpha = background is None or (isinstance(background, Color) and background.a < 255)
            case Flatten(background):
                has_alpha = has_alpha and isinstance(background, Color) and background.a < 255
            case _:
                pass
    return has_alpha


def _encode(plan: Plan, format: Format, hints: Hints, source: SourceFacts) -> Encode:
    encode = plan.encode
    if encode.allows_any_format and isinstance(encode.quality, AutoQuality) and format.name == "png":
        if _has_alpha(plan, source):
            encode = replace(encode, png_depth=8)
        else:
            format = FORMATS["jpg"]
    is_animated = (
        _moves(plan, source)
        and format.can_animate
        and plan.source.page is None
        and encode.format is not AutoFormat.IMAGE
        and (encode.is_animated or isinstance(encode.format, AutoFormat) or format.name in {"gif", source.format})
    )
    progressive = encode.progressive
    if progressive is None and isinstance(encode.quality, AutoQuality) and format.name == "jpg":
        progressive = Progressive.YES
    encode = quality.applied(encode, source.quality)
    png_depth: Literal[8, 24, 32] | None = encode.png_depth if format.name == "png" else None
    is_lossy = encode.is_lossy and format.name in _MAY_LOSE
    return replace(
        encode,
        format=format.name,
        quality=_quality(encode, format, hints, loses=is_lossy or png_depth == 8),
        is_sensitive=False,
        chroma=encode.chroma if format.name in _HAS_CHROMA else None,
        progressive=progressive if format.name in _HAS_PROGRESSIVE else None,
        png_depth=png_depth,
        delay_ms=encode.delay_ms if is_animated else None,
        is_lossy=is_lossy,
        is_animated=is_animated,
        allows_any_format=False,
        preserves_transparency=False,
    )


def _quality(encode: Encode, format: Format, hints: Hints, *, loses: bool) -> int | None:
    level = encode.quality
    scale = _QUALITIES.get(format.name)
    if scale is None and not loses:
        return None
    if isinstance(level, AutoQuality):
        if encode.is_sensitive:
            level = _BETTER.get(level, AutoQuality.BEST)
        if hints.saves_data and level is not AutoQuality.LOW:
            level = AutoQuality.ECO
        return (scale or _QUALITIES["jpg"])[level]
    if level is None:
        return _QUALITY_USUAL.get(format.name, _QUALITY_LOSSY)
    return None if level == 100 and format.name in _LOSSLESS_AT_100 else level
