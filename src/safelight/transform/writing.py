"""Delivery words (`f q cs dl dn pg d fl`) -> Source, Encode and Handing. They act once, wherever they stand."""

from dataclasses import replace

from safelight.kernel.media import Access, Kind, format_named
from safelight.transform import codes, flags, geometry, motion, pages, percent, values
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    AutoFormat,
    AutoQuality,
    Chroma,
    ColorSpace,
    Encode,
    Handing,
    Plan,
    Source,
)
from safelight.transform.reference import Reference

DENSITY_DPI_MAX = 300
DELAY_MS_MAX = 1_000_000
NAME_CHARS_MAX = 255
QUANTIZER_MAX = 255
"""Percents beyond 100 are seen, and brought back to it."""

# How the JPEG shrinking service names its levels: best, high, medium.
_JPEGMINI = {"": AutoQuality.GOOD, "0": AutoQuality.BEST, "1": AutoQuality.GOOD, "2": AutoQuality.ECO}

# We write colour either in full or halved both ways, so all that is not full is the latter.
_CHROMAS = {"444": Chroma.S444} | dict.fromkeys(("420", "422", "411", "421", "410", "311"), Chroma.S420)


def with_word(plan: Plan, word: Word) -> Plan:
    """The plan with one more delivery word; said again, the last one counts, but flags add up."""
    match word.code:
        case "f":
            return _encode(plan, format=_format(word))
        case "q":
            return replace(plan, encode=_quality(plan.encode, word))
        case "cs" if word.value.startswith("icc:"):
            return _encode(plan, icc=_profile(word), color_space=None)
        case "cs" if not motion.has(word):
            return _encode(plan, icc=None, color_space=_color_space(word))
        case "dl":
            delay_ms = geometry.round_half_up(values.number(word, 1, DELAY_MS_MAX))
            return _encode(plan, delay_ms=delay_ms)
        case "dn":
            return replace(plan, source=replace(plan.source, density=_density(word)))
        case "pg":
            return replace(plan, source=pages.with_pages(plan.source, word))
        case "d":
            return replace(plan, handing=replace(plan.handing, default_name=_default_name(word)))
        case "fl":
            return flags.with_flags(plan, word)
        case _ if motion.has(word):
            return replace(plan, video=motion.with_word(plan.video, word))
        case _:
            return plan


def encode_words(encode: Encode) -> list[str]:
    """The canonical words that say the same."""
    words: list[str] = []
    if encode.color_space:
        words.append(f"cs_{encode.color_space}")
    if encode.icc:
        words.append("cs_icc:" + ":".join(map(percent.escaped_twice, encode.icc.name.split("/"))))
    if encode.delay_ms is not None:
        words.append(f"dl_{encode.delay_ms}")
    if encode.format:
        words.append(f"f_{encode.format}")
    return words + _quality_words(encode)


def source_words(source: Source) -> list[str]:
    """The canonical words that say the same."""
    words = ["a_ignore"] if source.ignores_orientation else []
    if source.density is not None:
        words.append(f"dn_{source.density}")
    text = pages.pages_text(source)
    return words if text is None else [*words, f"pg_{text}"]


def handing_words(handing: Handing) -> list[str]:
    """The canonical words that say the same."""
    if handing.default_name is None:
        return []
    name = ":".join(percent.escaped_twice(part) for part in handing.default_name.split("/"))
    return [f"d_{name}"]


def _encode(plan: Plan, **changes: object) -> Plan:
    return replace(plan, encode=replace(plan.encode, **changes))  # pyright: ignore[reportArgumentType]


def _format(word: Word) -> str | AutoFormat:
    if word.value in set(AutoFormat):
        return AutoFormat(word.value)
    found = format_named(word.value)
    if found is None and word.value not in codes.FORMATS_ELSEWHERE:
        raise word.invalid()
    return found.name if found else word.value


def _quality(encode: Encode, word: Word) -> Encode:
    first, *items = word.value.split(":")
    chroma: Chroma | None = None
    quantizer_max: float | None = None
    if items and items[-1].startswith("qmax_"):
        quantizer_max = min(100.0, values.number(word, 1, QUANTIZER_MAX, text=items.pop().removeprefix("qmax_")))
    if items and items[-1] in _CHROMAS:
        chroma = _CHROMAS[items.pop()]
    quality: int | AutoQuality
    is_sensitive = False
    if first == "auto":
        if items and items[-1] == "sensitive":
            items.pop()
            is_sensitive = True
        if len(items) > 1 or (items and items[0] not in set(AutoQuality)):
            raise word.invalid()
        quality = AutoQuality(items[0]) if items else AutoQuality.GOOD
    elif first == "jpegmini":
        level = items[0] if len(items) == 1 else ""
        if len(items) > 1 or level not in _JPEGMINI:
            raise word.invalid()
        quality = _JPEGMINI[level]
    elif items:
        raise word.invalid()
    else:
        quality = geometry.round_half_up(values.number(word, 1, 100, text=first))
    return replace(encode, quality=quality, is_sensitive=is_sensitive, chroma=chroma, quantizer_max=quantizer_max)


def _quality_words(encode: Encode) -> list[str]:
    match encode.quality:
        case None:
            return []
        case AutoQuality.GOOD:
            text = "q_auto"
        case AutoQuality():
            text = f"q_auto:{encode.quality}"
        case int():
            text = f"q_{encode.quality}"
    text += ":sensitive" if encode.is_sensitive else ""
    text += f":{encode.chroma}" if encode.chroma else ""
    return [text if encode.quantizer_max is None else f"{text}:qmax_{values.number_text(encode.quantizer_max)}"]


def _color_space(word: Word) -> ColorSpace:
    if word.value not in set(ColorSpace):
        raise word.invalid()
    return ColorSpace(word.value)


def _profile(word: Word) -> Reference:
    """A stored profile: only the house may see it, but what was made with it may be seen by anyone."""
    name = percent.decoded(word.value.removeprefix("icc:")).replace(":", "/")
    if not 0 < len(name) <= NAME_CHARS_MAX or percent.has_controls(name):
        raise word.invalid()
    return Reference(name, Kind.RAW, Access.AUTHENTICATED)


def _density(word: Word) -> int | None:
    """None: as the source says (`idn`)."""
    return None if word.value == "idn" else geometry.round_half_up(values.number(word, 1, DENSITY_DPI_MAX))


def _default_name(word: Word) -> str:
    name = word.value.replace(":", "/")
    if len(name) > NAME_CHARS_MAX or percent.has_controls(name):
        raise word.invalid()
    return name
