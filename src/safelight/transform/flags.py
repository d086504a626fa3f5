"""`fl_` <-> what flags say of the whole: of the source, of how the result is written, and of how it is handed out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from safelight.kernel.media import format_named
from safelight.transform import codes, motion, percent
from safelight.transform.chain import flags_in
from safelight.transform.lexer import Word
from safelight.transform.plan import Encode, Handing, Plan, Progressive, Source

NAME_CHARS_MAX = 255

# Flags that switch a field of Encode on, by their canonical name.
_SWITCHES = {
    "animated": "is_animated",
    "any_format": "allows_any_format",
    "force_icc": "forces_profile",
    "group4": "is_bilevel",
    "keep_attribution": "keeps_attribution",
    "keep_iptc": "keeps_metadata",
    "lossy": "is_lossy",
    "preserve_transparency": "preserves_transparency",
    "rasterize": "rasterizes",
    "sanitize": "is_sanitized",
    "strip_profile": "strips_profile",
}
_SPELLINGS = {"awebp": "animated", "apng": "animated", "streaming_attachment": "attachment"}
_PROGRESSIVES = {"": Progressive.YES, "semi": Progressive.SEMI, "steep": Progressive.STEEP, "none": Progressive.NONE}
_CLIPS: Mapping[str, Literal["nonzero", "evenodd"]] = {"clip": "nonzero", "clip_evenodd": "evenodd"}

# Understood, and always so: metadata never leaves without being asked for, a file is whole before it is sent, and a
# TIFF has 8 bits a channel, packed without loss.
_ALWAYS = frozenset({"force_strip", "no_stream", "tiff8_lzw"})

# Read by sizing.py, for it belongs to the resize beside it.
_SIZING = frozenset({"ignore_aspect_ratio"})


def with_flags(plan: Plan, word: Word) -> Plan:
    """The plan with the flags of one word; they add up."""
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


def encode_flags(encode: Encode) -> list[str]:
    """The canonical flags that say the same."""
    flags = [flag for flag, name in _SWITCHES.items() if getattr(encode, name)]
    if encode.png_depth:
        flags.append(f"png{encode.png_depth}")
    if encode.progressive:
        mode = encode.progressive
        flags.append("progressive" if mode is Progressive.YES else f"progressive:{mode}")
    return flags


def source_flags(source: Source) -> list[str]:
    """The canonical flags that say the same."""
    flags = [flag for flag, rule in _CLIPS.items() if source.clip == rule]
    return [*flags, "ignore_mask_channels"] if source.ignores_mask_channels else flags


def handing_flags(handing: Handing) -> list[str]:
    """The canonical flags that say the same."""
    flags = ["immutable_cache"] if handing.is_immutable else []
    if handing.is_attachment:
        name = handing.attachment_name
        flags.append("attachment" if name is None else f"attachment:{percent.escaped_twice(name)}")
    return [*flags, "original"] if handing.is_original else flags


def _encode(plan: Plan, **changes: object) -> Plan:
    return replace(plan, encode=replace(plan.encode, **changes))  # pyright: ignore[reportArgumentType]


def _with_flag(plan: Plan, word: Word, name: str, item: str | None) -> Plan:
    if name == "attachment":
        return _attached(plan, word, item)
    if name == "progressive" and (item or "") in _PROGRESSIVES:
        return _encode(plan, progressive=_PROGRESSIVES[item or ""])
    if motion.is_flag(name):
        return replace(plan, video=motion.with_flag(plan.video, word, name, item))
    if name in _SWITCHES and item in _SWITCHES:  # `awebp:any_format`: some join flags so
        return _encode(plan, **{_SWITCHES[name]: True, _SWITCHES[item]: True})
    if item is not None:
        raise word.invalid()
    if name in _SWITCHES:
        return _encode(plan, **{_SWITCHES[name]: True})
    match name:
        case "png8" | "png24" | "png32":
            return _encode(plan, png_depth=int(name[3:]))
        case "clip" | "clip_evenodd":
            return replace(plan, source=replace(plan.source, clip=_CLIPS[name]))
        case "ignore_mask_channels":
            return replace(plan, source=replace(plan.source, ignores_mask_channels=True))
        case "getinfo":
            return replace(plan, wants_info=True)
        case "immutable_cache":
            return replace(plan, handing=replace(plan.handing, is_immutable=True))
        case "original":
            return replace(plan, handing=replace(plan.handing, is_original=True))
        case _ if name in _ALWAYS | _SIZING | codes.FLAGS_OF_LAYERS:
            return plan
        case _:
            raise word.invalid()


def _attached(plan: Plan, word: Word, name: str | None) -> Plan:
    if name is not None and (not 0 < len(name) <= NAME_CHARS_MAX or percent.has_controls(name)):
        raise word.invalid()
    return replace(plan, handing=replace(plan.handing, is_attachment=True, attachment_name=name))
