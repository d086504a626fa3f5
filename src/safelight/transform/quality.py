"""Quality of one asset: what `q_auto` means for it, where its owner says so."""

import re
from dataclasses import replace

from safelight.transform.output import AutoQuality, Chroma, Encode

# `auto:advanced` is a way to find a quality, and `none` is to say nothing.
_TEXT = re.compile(
    r"none|auto(?::(?P<level>best|good|eco|low|advanced))?|(?P<percent>\d{1,3})(?::(?P<chroma>420|444))?"
)


def normal(text: str) -> str | None:
    """One spelling for it, empty where nothing is overridden; None for what is no quality."""
    found = _TEXT.fullmatch(text.strip().lower())
    if found is None:
        return None
    if found["percent"] is not None:
        return found[0] if 1 <= int(found["percent"]) <= 100 else None
    return (
        "" if found[0] == "none" else f"auto:{found['level']}" if found["level"] not in {None, "advanced"} else "auto"
    )


def applied(encode: Encode, text: str) -> Encode:
    """What is written where the quality was left to us; a quality that an address names itself stays."""
    if not text or not isinstance(encode.quality, AutoQuality):
        return encode
    first, _, rest = text.partition(":")
    if first == "auto":
        return replace(encode, quality=AutoQuality(rest)) if rest else encode
    return replace(encode, quality=int(first), is_sensitive=False, chroma=Chroma(rest) if rest else encode.chroma)
