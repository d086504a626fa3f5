"""A component's sizing words -> Resize, in a form in which equal wishes are equal."""

from dataclasses import replace

from safelight.transform import geometry, values
from safelight.transform.breakpoints import WIDTHS_LIMIT
from safelight.transform.chain import Component
from safelight.transform.gravity import gravity_of
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    AutoGravity,
    AutoTurn,
    AutoWidth,
    Background,
    Compass,
    Fit,
    Gravity,
    Initial,
    Length,
    Liquid,
    OfBase,
    OfRegion,
    Place,
    Px,
    Ratio,
    Resize,
    SightGravity,
    XyCenter,
)

DPR_MAX = 20
KILOBYTES_MAX = 100_000
ZOOM_MIN, ZOOM_MAX = 0.01, 100

_TAKES_AUTO = frozenset({Fit.CROP, Fit.FILL, Fit.LFILL, Fit.FILL_PAD, Fit.THUMB, Fit.AUTO, Fit.AUTO_PAD})
_NEEDS_AUTO = frozenset({Fit.FILL_PAD, Fit.AUTO_PAD})
_IS_AUTO = _NEEDS_AUTO | {Fit.AUTO}

# The two modes of a cropping service are done by ours.
_IMAGGA = {"imagga_crop": Fit.AUTO, "imagga_scale": Fit.SCALE}


def resize_of(component: Component, background: Background | None, turn: AutoTurn | None) -> Resize | None:
    """What the component asks of the size; None: nothing. Its words are checked in either case."""
    fit = _fit(component)
    gravity = _gravity(component, fit)
    zoom = component.word("z")
    resize = Resize(
        width=_width(component.word("w")),
        height=_side(component.word("h")),
        fit=fit,
        aspect=_aspect(component.word("ar")),
        gravity=gravity,
        x=_place(component.word("x")),
        y=_place(component.word("y")),
        zoom=values.number(zoom, ZOOM_MIN, ZOOM_MAX) if zoom else 1.0,
        background=background if fit in geometry.PADDING else None,
        turn=turn,
        keeps_other_side="ignore_aspect_ratio" in component.flags(),
    )
    resize = _with_dpr(_relative(resize, component), component.word("dpr"))
    is_sized = not (resize.width is None and resize.height is None and resize.aspect is None)
    if not is_sized and not geometry.is_cut_to_region(resize):
        return None
    resize = _normal_place(_normal_box(resize))
    # What is usual for this mode is to ask the content, so the centre must be said.
    return replace(resize, gravity=Compass.CENTER) if fit is Fit.AUTO and resize.gravity is None else resize


def _relative(resize: Resize, component: Component) -> Resize:
    """Sizes with a dot as they are meant: beside a cut to what is looked for, they may be multiples of that."""
    of = {"base": OfBase, "region": OfRegion, None: None}[component.relative_to]
    is_looked_for = resize.fit in geometry.CUTTING and isinstance(resize.gravity, SightGravity)
    if is_looked_for and "region_relative" in component.flags():
        of = OfRegion
    if of is None:
        return resize
    width = of(resize.width.value) if isinstance(resize.width, Ratio) else resize.width
    height = of(resize.height.value) if isinstance(resize.height, Ratio) else resize.height
    return replace(resize, width=width, height=height)


def place_of(component: Component, codes: tuple[str, ...], resize: Resize | None) -> Place | None:
    """Where an effect acts that has use for these codes. What the resize beside it takes is not the effect's."""
    if resize is not None and ("w" in codes or not (resize.x is None and resize.y is None)):
        return None
    words = {code: component.word(code) for code in codes if code != "g"}
    found = {code: _share_or_px(word, code) for code, word in words.items() if word}
    gravity = _sight(component.word("g")) if "g" in codes else None
    if not found and gravity is None:
        return None
    return Place(found.get("x"), found.get("y"), found.get("w"), found.get("h"), gravity)


def _sight(word: Word | None) -> SightGravity | None:
    """Only what is looked for has bounds that an effect can keep to; a direction of the compass says nothing to it."""
    gravity = gravity_of(word) if word else None
    return gravity if isinstance(gravity, SightGravity) else None


def _share_or_px(word: Word, code: str) -> Px | Ratio:
    length = values.side(word) if code in {"w", "h"} else values.place(word)
    if not isinstance(length, Px | Ratio):
        raise word.invalid()
    return length


def times(length: Length | None, dpr: float) -> Length | None:
    """A length for a screen of more dots: only px grow, for all else is relative."""
    if isinstance(length, Px):
        return Px(max(1, geometry.round_half_up(length.value * dpr)))
    return length


def times_dpr(resize: Resize, dpr: float) -> Resize:
    """The resize for a screen of more dots."""
    width = resize.width
    if isinstance(width, AutoWidth):
        fallback = width.fallback and max(1, geometry.round_half_up(width.fallback * dpr))
        return replace(resize, width=replace(width, fallback=fallback), height=times(resize.height, dpr))
    return replace(resize, width=times(width, dpr), height=times(resize.height, dpr))


def _fit(component: Component) -> Fit:
    word = component.word("c")
    if word is None:
        return Fit.SCALE
    if word.value in _IMAGGA:
        return _IMAGGA[word.value]
    if word.value not in set(Fit):
        raise word.invalid()
    return Fit(word.value)


def _gravity(component: Component, fit: Fit) -> Gravity | None:
    word = component.word("g")
    gravity = gravity_of(word) if word else None
    is_resize = component.has("c", "w", "h", "ar")
    if word and is_resize and isinstance(gravity, AutoGravity) and fit not in _TAKES_AUTO:
        raise word.fault("Use auto gravity only with crop, fill, lfill, fill_pad or thumb")
    if word and fit in _NEEDS_AUTO and not isinstance(gravity, AutoGravity):
        raise word.fault(f"Use `c_{fit}` only with auto gravity")
    if word and is_resize and isinstance(gravity, Liquid) and fit is not Fit.SCALE:
        raise word.fault("Use liquid gravity only with scale")
    return AutoGravity() if gravity is None and fit in _IS_AUTO else gravity


def _width(word: Word | None) -> Length | AutoWidth | None:
    if word and word.value.split(":")[0] == "auto":
        return _auto_width(word, word.value.split(":")[1:])
    return _side(word)


def _side(word: Word | None) -> Length | None:
    return values.side(word) if word else None


def _place(word: Word | None) -> Length | None:
    return values.place(word) if word else None


def _aspect(word: Word | None) -> float | None:
    return values.aspect(word) if word else None


def _auto_width(word: Word, items: list[str]) -> AutoWidth:
    """`auto[:step][:fallback]`, `auto:low:high:step` or `auto:breakpoints[_low_high_…][:fallback][:json]`."""
    if items and items[0].startswith("breakpoints"):
        lists_json = items[-1] == "json"
        items = items[: len(items) - lists_json]
        if len(items) > 2:
            raise word.invalid()
        auto = _breakpoints(word, items[0].split("_")[1:], lists_json=lists_json)
        return replace(auto, fallback=_px(word, items[1]) if len(items) == 2 else None)
    px = [_px(word, item) for item in items]
    match px:
        case []:
            return AutoWidth()
        case [step]:
            return AutoWidth(step)
        case [step, fallback]:
            return AutoWidth(step, fallback)
        case [low, high, step]:
            return AutoWidth(step, low=low, high=high)
        case _:
            raise word.invalid()


def _breakpoints(word: Word, bounds: list[str], *, lists_json: bool) -> AutoWidth:
    """`_<least px>_<most px>_<kB between two>_<most widths>`; the last two only matter for a list."""
    if len(bounds) not in {0, 2, 3, 4}:
        raise word.invalid()
    low, high = [_px(word, text) for text in bounds[:2]] if bounds else (None, None)
    if low is not None and high is not None and low > high:
        raise word.fault("The least width of breakpoints is larger than the most.")
    auto = AutoWidth(low=low, high=high, lists_json=lists_json)
    if lists_json and len(bounds) > 2:
        kilobytes = values.whole(word, 1, KILOBYTES_MAX, text=bounds[2], name="bytes step")
        auto = replace(auto, bytes_step=kilobytes * 1000)
    if lists_json and len(bounds) > 3:
        auto = replace(auto, widths_max=values.whole(word, 1, WIDTHS_LIMIT, text=bounds[3], name="widths"))
    return auto


def _px(word: Word, text: str) -> int:
    return values.whole(word, 1, values.PX_MAX, text=text)


def _with_dpr(resize: Resize, word: Word | None) -> Resize:
    if word is None:
        return resize
    if word.value != "auto":
        dpr = values.number(word, 0.01, DPR_MAX)
        return times_dpr(resize, dpr)
    has_px = isinstance(resize.width, Px) or isinstance(resize.height, Px)
    has_fallback = isinstance(resize.width, AutoWidth) and resize.width.fallback is not None
    return replace(resize, waits_for_dpr=has_px or has_fallback)


def _normal_box(resize: Resize) -> Resize:
    has_both = resize.width is not None and resize.height is not None
    has_one = (resize.width is not None or resize.height is not None) and not has_both
    aspect = None if has_both else resize.aspect
    return replace(
        resize,
        aspect=aspect,
        turn=resize.turn if has_both or aspect else None,
        keeps_other_side=resize.keeps_other_side and resize.fit is Fit.SCALE and has_one and aspect is None,
    )


def _normal_place(resize: Resize) -> Resize:
    """Without what has no meaning for the mode, and without what is usual for it."""
    if not geometry.is_zooming(resize):
        resize = replace(resize, zoom=1.0)
    nowhere = replace(resize, gravity=None, x=None, y=None)
    match resize.gravity:
        case Liquid():
            return replace(nowhere, gravity=resize.gravity) if resize.fit is Fit.SCALE else nowhere
        case AutoGravity():
            return replace(nowhere, gravity=resize.gravity)
        case XyCenter():
            is_placed = resize.fit in geometry.CUTTING and not (resize.x is None and resize.y is None)
            return resize if is_placed else nowhere
        case _ if resize.fit not in geometry.CUTTING | geometry.PADDING:
            return nowhere
        case SightGravity() if resize.fit in geometry.CUTTING:
            return replace(resize, x=_unless_zero(resize.x), y=_unless_zero(resize.y))
        case SightGravity():
            resize = replace(resize, gravity=None)
        case _:
            pass
    is_crop = resize.fit is Fit.CROP
    x, y = _unless_zero(resize.x), _unless_zero(resize.y)
    usual = Compass.CENTER
    gravity = resize.gravity or usual
    if is_crop and resize.gravity is None and not (resize.x is None and resize.y is None):
        gravity = Compass.NORTH_WEST
    if is_crop and not (x is None and y is None):
        usual = Compass.NORTH_WEST
    return replace(resize, gravity=None if gravity is usual else gravity, x=x, y=y)


def _unless_zero(length: Length | None) -> Length | None:
    if isinstance(length, Initial) or length is None:
        return length
    return None if length in (Px(0), Ratio(0.0)) else length
