"""Delivery words (`f q cs dl dn pg d fl`) -> Source, Encode and Handing. They act once, wherever they stand."""

from dataclasses import replace

from safelight.kernel.media import format_named
from safelight.transform import codes, geometry, percent, values
from safelight.transform.chain import flags_in
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    AutoFormat,
    AutoQuality,
    Chroma,
    ColorSpace,
    Encode,
    Handing,
    Plan,
    Progressive,
    Source,
)

PAGE_MAX = 100_000
DENSITY_DPI_MAX = 300
DELAY_MS_MAX = 1_000_000
NAME_CHARS_MAX = 255

# How the JPEG shrinking service names its levels: best, high, medium.
_JPEGMINI = {"": AutoQuality.GOOD, "0": AutoQuality.BEST, "1": AutoQuality.GOOD, "2": AutoQuality.ECO}

# We write colour either in full or halved both ways, so all that is not full is the latter.
_CHROMAS = {"444": Chroma.S444} | dict.fromkeys(("420", "422", "411", "421", "410", "311"), Chroma.S420)

_PROGRESSIVES = {"": Progressive.YES, "semi": Progressive.SEMI, "steep": Progressive.STEEP, "none": Progressive.NONE}


def with_word(plan: Plan, word: Word) -> Plan:
    """The plan with one more delivery word; said again, the last one counts, but flags add up."""
    match word.code:
        case "f":
            return _encode(plan, format=_format(word))
        case "q":
            return replace(plan, encode=_quality(plan.encode, word))
        case "cs":
            return _encode(plan, color_space=_color_space(word))
        case "dl":
            delay_ms = geometry.round_half_up(values.number(word, 1, DELAY_MS_MAX))
            return _encode(plan, delay_ms=delay_ms)
        case "dn":
            return replace(plan, source=replace(plan.source, density=_density(word)))
        case "pg":
            return replace(plan, source=replace(plan.source, page=_page(word)))
        case "d":
            return replace(plan, handing=replace(plan.handing, default_name=_default_name(word)))
        case "fl":
            return _with_flags(plan, word)
        case _:
            return plan


def encode_words(encode: Encode) -> list[str]:
    """The canonical words that say the same."""
    words: list[str] = []
    if encode.color_space:
        words.append(f"cs_{encode.color_space}")
    if encode.delay_ms is not None:
        words.append(f"dl_{encode.delay_ms}")
    if encode.format:
        words.append(f"f_{encode.format}")
    return words + _quality_words(encode)


def encode_flags(encode: Encode) -> list[str]:
    """The canonical flags that say the same."""
    flags = [flag for flag, name in _SWITCHES.items() if getattr(encode, name)]
    if encode.png_depth:
        flags.append(f"png{encode.png_depth}")
    if encode.progressive:
        mode = encode.progressive
        flags.append("progressive" if mode is Progressive.YES else f"progressive:{mode}")
    return flags


def source_words(source: Source) -> list[str]:
    """The canonical words that say the same."""
    words = ["a_ignore"] if source.ignores_orientation else []
    if source.density is not None:
        words.append(f"dn_{source.density}")
    if source.page is not None:
        words.append(f"pg_{source.page}")
    return words


def handing_words(handing: Handing) -> list[str]:
    """The canonical words that say the same."""
    if handing.default_name is None:
        return []
    name = ":".join(percent.escaped_twice(part) for part in handing.default_name.split("/"))
    return [f"d_{name}"]


def handing_flags(handing: Handing) -> list[str]:
    """The canonical flags that say the same."""
    flags = ["immutable_cache"] if handing.is_immutable else []
    if handing.is_attachment:
        name = handing.attachment_name
        flags.append("attachment" if name is None else f"attachment:{percent.escaped_twice(name)}")
    return [*flags, "original"] if handing.is_original else flags


def _encode(plan: Plan, **changes: object) -> Plan:
    return replace(plan, encode=replace(plan.encode, **changes))  # pyright: ignore[reportArgumentType]


def _format(word: Word) -> str | AutoFormat:
    if word.value == "auto:video":
        raise word.fault("The format `auto:video` is not available in this release.")
    if word.value in set(AutoFormat):
        return AutoFormat(word.value)
    found = format_named(word.value)
    if word.value in codes.FORMATS_LATER:
        raise word.fault(f"The format `{word.value}` is not available in this release.")
    if found is None:
        raise word.invalid()
    return found.name


def _quality(encode: Encode, word: Word) -> Encode:
    first, *items = word.value.split(":")
    chroma: Chroma | None = None
    if items and items[-1] in _CHROMAS:
        chroma = _CHROMAS[items.pop()]
    elif items and items[-1].startswith("qmax"):
        raise word.fault("A highest quantiser is not available in this release.")
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
    return replace(encode, quality=quality, is_sensitive=is_sensitive, chroma=chroma)


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
    return [f"{text}:{encode.chroma}" if encode.chroma else text]


def _color_space(word: Word) -> ColorSpace:
    if word.value.startswith("icc:") or word.value == "copy":
        raise word.fault(f"The color space `{word.value}` is not available in this release.")
    if word.value not in set(ColorSpace):
        raise word.invalid()
    return ColorSpace(word.value)


def _density(word: Word) -> int | None:
    """None: as the source says (`idn`)."""
    return None if word.value == "idn" else geometry.round_half_up(values.number(word, 1, DENSITY_DPI_MAX))


def _page(word: Word) -> int:
    if word.value.startswith(("name:", "embedded:")) or (word.value[:1].isdigit() and {"-", ";"} & set(word.value)):
        raise word.fault("Only one page by its number is available in this release.")
    return values.whole(word, 1, PAGE_MAX)


def _default_name(word: Word) -> str:
    name = word.value.replace(":", "/")
    if len(name) > NAME_CHARS_MAX or percent.has_controls(name):
        raise word.invalid()
    return name


# Flags that switch a field of Encode on, by their canonical name.
_SWITCHES = {
    "animated": "is_animated",
    "any_format": "allows_any_format",
    "keep_iptc": "keeps_metadata",
    "lossy": "is_lossy",
    "preserve_transparency": "preserves_transparency",
    "strip_profile": "strips_profile",
}
_SPELLINGS = {"awebp": "animated", "apng": "animated", "streaming_attachment": "attachment"}

# Understood, and always so: metadata never leaves without being asked for, and a file is whole before it is sent.
_ALWAYS = frozenset({"force_strip", "no_stream"})

# Read by sizing.py, for it belongs to the resize beside it.
_SIZING = frozenset({"ignore_aspect_ratio"})


def _with_flags(plan: Plan, word: Word) -> Plan:
    is_after_name = False
    # Split as it was written: an encoded dot belongs to the name of an attachment.
    for written in flags_in(word.raw.partition("_")[2]):
        name, colon, item = percent.decoded_twice(written).partition(":")
        name = _SPELLINGS.get(name, name)
        if is_after_name and format_named(name):
            continue  # the ending of the attachment's name; what is delivered brings its own
        is_after_name = name == "attachment" and colon != ""
        plan = _with_flag(plan, word, name, item if colon else None)
    return plan


def _with_flag(plan: Plan, word: Word, name: str, item: str | None) -> Plan:
    if name == "attachment":
        return _attached(plan, word, item)
    if name == "progressive" and (item or "") in _PROGRESSIVES:
        return _encode(plan, progressive=_PROGRESSIVES[item or ""])
    if item is not None and name not in codes.FLAGS_LATER and name != "splice":
        raise word.invalid()
    if name in _SWITCHES:
        return _encode(plan, **{_SWITCHES[name]: True})
    match name:
        case "png8" | "png24" | "png32":
            return _encode(plan, png_depth=int(name[3:]))
        case "immutable_cache":
            return replace(plan, handing=replace(plan.handing, is_immutable=True))
        case "original":
            return replace(plan, handing=replace(plan.handing, is_original=True))
        case _ if name in codes.FLAGS_LATER:
            raise word.fault(f"The flag `{name}` is not available in this release.")
        case _ if name in _ALWAYS | _SIZING | codes.FLAGS_OF_LAYERS:
            return plan
        case _:
            raise word.invalid()


def _attached(plan: Plan, word: Word, name: str | None) -> Plan:
    if name is not None and (not 0 < len(name) <= NAME_CHARS_MAX or percent.has_controls(name)):
        raise word.invalid()
    return replace(plan, handing=replace(plan.handing, is_attachment=True, attachment_name=name))
