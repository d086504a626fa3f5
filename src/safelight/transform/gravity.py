"""`g_` -> Gravity: compass words, what the content decides, and things that are looked for."""

import re

from safelight.transform import codes, percent, values
from safelight.transform.lexer import Word
from safelight.transform.plan import Area, AutoGravity, Compass, Focus, Gravity, Liquid, SightGravity, XyCenter

FOCUSES_MAX = 20
"""Most things that one gravity may be told to look for."""

_ALGORITHMS = frozenset({"subject", "classic"})
_AREA = re.compile(r"aoi_([0-9]{1,6})_([0-9]{1,6})_([0-9]{1,6})_([0-9]{1,6})", re.ASCII)
_WEIGHTED = re.compile(r"(.+)_(avoid|[0-9]{1,3})", re.ASCII)
_NAMED = re.compile(r"(region|clipping_path)_!([^!]{1,255})!", re.DOTALL)
_TRACKED = re.compile(
    r"track_person(?:[:;](?:obj_[a-z_]{1,40}|position_[a-z_]{1,10}|adaptivesize_[0-9]{1,3}|track_person))*", re.ASCII
)
# `g_person:cup:g_center_1` is how some builders of URLs write what to do where nothing is found.
_FALLBACK = re.compile(r"(?:g_)?([a-z_]+?)(?:_[0-9]{1,3})?", re.ASCII)

# Words of the language -> words of SightGravity. The detectors of an add-on are ours.
_SIGHTS = {
    "face": "face",
    "faces": "faces",
    "adv_face": "face",
    "adv_faces": "faces",
    "adv_eyes": "eyes",
    "body": "body",
    "custom": "custom",
    "no_faces": "no_faces",
    "ocr_text": "text",
}
_FACES = frozenset({"face", "faces", "eyes"})
_WORDS = {"text": "ocr_text", "eyes": "adv_eyes"}
_KINDS = {"region": "region", "clipping_path": "path"}
_FOCUS_SPELLINGS = {"adv_face": "face", "adv_faces": "faces"}

# What a division of a picture into tiles leaves behind; it says nothing of where to cut.
_IGNORED = "cld-decompose_tile"


def gravity_of(word: Word) -> Gravity:
    """The gravity that a word names."""
    values.refuse_expression(word, word.value.split("!")[0])
    first, *rest = word.value.split(":")
    match word.value:
        case "xy_center":
            return XyCenter()
        case "liquid":
            return Liquid()
        case value if value == _IGNORED:
            return Compass.CENTER
        case value if value in set(Compass):
            return Compass(value)
        case _ if first == "auto":
            return _auto(word, rest)
        case _:
            return _sight(word)


def gravity_text(gravity: Gravity) -> str:
    """The canonical value."""
    match gravity:
        case Compass():
            return gravity.value
        case XyCenter():
            return "xy_center"
        case Liquid():
            return "liquid"
        case AutoGravity():
            items = ["auto", *([gravity.algorithm] if gravity.algorithm else []), *map(_focus_text, gravity.focuses)]
            if gravity.aggressiveness is not None:
                items.append(str(gravity.aggressiveness))
            return ":".join(items if gravity.uses_thirds else [*items, "thirds_0"])
        case SightGravity(sought, otherwise):
            items = [_sought_text(each) for each in sought]
            if otherwise is not _usual(sought):
                items.append(gravity_text(otherwise))
            return ":".join(items)


# --- what is looked for -------------------------------------------------------------------------------------------


def _sight(word: Word) -> SightGravity:
    if _TRACKED.fullmatch(word.value):
        return SightGravity((word.value,))
    if named := _NAMED.match(word.value):
        sought = [f"{_KINDS[named[1]]}:{percent.decoded(named[2])}"]
        rest = word.value[named.end() :]
        if rest and not rest.startswith(":"):
            raise word.invalid()
        items = rest.removeprefix(":").split(":") if rest else []
    else:
        sought, items = list[str](), word.value.split(":")
    while items and (items[0] in _SIGHTS or items[0] in codes.OBJECTS):
        item = items.pop(0)
        sought.append(_SIGHTS.get(item, item))
        if item == "ocr_text" and items[:1] == ["adv_ocr"]:
            items.pop(0)  # the name of the add-on that reads
    if not 0 < len(sought) <= FOCUSES_MAX:
        raise word.fault(f"A gravity may look for {FOCUSES_MAX} things.") if sought else word.invalid()
    return SightGravity(tuple(sought), _otherwise(word, items) or _usual(tuple(sought)))


def _otherwise(word: Word, items: list[str]) -> Compass | AutoGravity | None:
    if not items:
        return None
    if items[0] == "auto":
        return _auto(word, items[1:])
    fallback = _FALLBACK.fullmatch(items[0])
    if len(items) > 1 or not fallback or fallback[1] not in set(Compass):
        raise word.invalid()
    return Compass(fallback[1])


def _usual(sought: tuple[str, ...]) -> Compass:
    """Where faces are looked for and there are none, heads are at the top."""
    return Compass.NORTH if sought[-1] in _FACES else Compass.CENTER


def _sought_text(sought: str) -> str:
    kind, colon, name = sought.partition(":")
    if colon and kind in {"region", "path"}:
        return f"{'clipping_path' if kind == 'path' else kind}_!{percent.escaped_twice(name)}!"
    return _WORDS.get(sought, sought)


# --- what `auto` is told ------------------------------------------------------------------------------------------


def _auto(word: Word, items: list[str]) -> AutoGravity:
    algorithm, focuses, uses_thirds = "", list[Focus](), True
    aggressiveness: int | None = None
    for item in items:
        if item in _ALGORITHMS:
            algorithm = item
        elif item == "thirds_0":
            uses_thirds = False
        elif values.is_number(item):
            aggressiveness = values.whole(word, 0, 100, text=item, name="aggressiveness")
        elif item != "good":  # how the usual algorithm was called once
            focuses.append(_focus(word, item))
    if len(focuses) > FOCUSES_MAX:
        raise word.fault(f"`g_auto` may look for {FOCUSES_MAX} things.")
    return AutoGravity(algorithm, tuple(focuses), aggressiveness, uses_thirds)


def _focus(word: Word, item: str) -> Focus:
    values.refuse_expression(word, item)
    if area := _AREA.fullmatch(item):
        return Focus(Area(*map(int, area.groups())))
    weighted = _WEIGHTED.fullmatch(item)
    name, weight = weighted.groups() if weighted else (item, "")
    if name not in codes.FOCUSES | codes.OBJECTS:
        raise word.invalid()
    name = _FOCUS_SPELLINGS.get(name, name)
    if weight == "avoid":
        return Focus(name, is_avoided=True)
    return Focus(name, values.whole(word, 1, 100, text=weight, name="weight") if weight else None)


def _focus_text(focus: Focus) -> str:
    if isinstance(focus.on, Area):
        return f"aoi_{focus.on.x}_{focus.on.y}_{focus.on.width}_{focus.on.height}"
    if focus.is_avoided:
        return f"{focus.on}_avoid"
    return focus.on if focus.weight is None else f"{focus.on}_{focus.weight}"
