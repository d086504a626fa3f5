"""A transformation's text -> the list of long names that clients know as `info`."""

import re

_LONG_NAMES = {
    "a": "angle",
    "ac": "audio_codec",
    "af": "audio_frequency",
    "ar": "aspect_ratio",
    "b": "background",
    "bo": "border",
    "br": "bit_rate",
    "c": "crop",
    "co": "color",
    "cs": "color_space",
    "d": "default_image",
    "dl": "delay",
    "dn": "density",
    "dpr": "dpr",
    "du": "duration",
    "e": "effect",
    "eo": "end_offset",
    "f": "fetch_format",
    "fl": "flags",
    "fn": "custom_function",
    "fps": "fps",
    "g": "gravity",
    "h": "height",
    "if": "if",
    "ki": "keyframe_interval",
    "l": "overlay",
    "o": "opacity",
    "p": "prefix",
    "pg": "page",
    "q": "quality",
    "r": "radius",
    "so": "start_offset",
    "sp": "streaming_profile",
    "t": "transformation",
    "u": "underlay",
    "vc": "video_codec",
    "vs": "video_sampling",
    "w": "width",
    "x": "x",
    "y": "y",
    "z": "zoom",
}
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,15})?")


def info_of(transformation: str) -> list[dict[str, str | int | float]]:
    """One entry a component; what has no long name is shown as `raw_transformation`."""
    return [_component(component) for component in transformation.split("/") if component]


def _component(component: str) -> dict[str, str | int | float]:
    entry: dict[str, str | int | float] = {}
    raw: list[str] = []
    for part in component.split(","):
        code, _, value = part.partition("_")
        name = _LONG_NAMES.get(code)
        if name is None or not value or name in entry:
            raw.append(part)
        else:
            entry[name] = _value(value)
    if raw:
        entry["raw_transformation"] = ",".join(raw)
    return entry


def _value(text: str) -> str | int | float:
    """Numbers as numbers."""
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return float(text) if number.group(2) else int(text)
