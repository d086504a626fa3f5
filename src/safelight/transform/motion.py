"""Words for films, sound and 3D models <-> Video: each checked, with one spelling for what means the same."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from safelight.kernel.errors import Invalid
from safelight.transform import items, motion_effects, percent, values
from safelight.transform.lexer import Word
from safelight.transform.video import Video

SECONDS_MAX = 86_400
"""Latest moment of a film that can be named."""
FPS_MAX = 1000
KEYFRAME_SECONDS_MAX = 3600
BIT_RATE_MAX = 10**9
NAME_CHARS_MAX = 255
SAMPLES_MAX = 10_000
TRANSITION_SECONDS_MAX = 60
WORDS_MAX = 100
"""Most of these words in one transformation."""

_FREQUENCIES = frozenset(
    "8000 11025 12000 16000 22050 24000 32000 37800 44056 44100 47250 48000 88200 96000 176400 192000 iaf".split()  # noqa: SIM905
)
_AUDIO_CODECS = frozenset({"none", "auto", "aac", "vorbis", "mp3", "opus", "pcm24"})
_VIDEO_CODECS = frozenset({"auto", "none", "h264", "h265", "av1", "vp8", "vp9", "theora", "prores"})
_PROFILES = frozenset({"auto", "baseline", "basic", "main", "high", "high10", "high422", "high444"})
_LEVEL = re.compile(r"auto|[1-9](?:\.[0-9])?", re.ASCII)
_BIT_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([kKmM]?)", re.ASCII)
_SAMPLING = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,6})?)(s?)", re.ASCII)
_RESOLUTIONS = frozenset({"2160p", "1440p", "1080p", "720p", "540p", "360p"})

_FLAGS = frozenset({"alternate", "c2pa", "draco", "hlsv3", "keep_dar", "mono", "splice", "truncate_ts", "waveform"})
_TRANSITIONS = frozenset(
    """
    fade wipeleft wiperight wipeup wipedown slideleft slideright slideup slidedown circlecrop rectcrop distance
    fadeblack fadewhite radial smoothleft smoothright smoothup smoothdown circleopen circleclose vertopen vertclose
    horzopen horzclose dissolve pixelize diagtl diagtr diagbl diagbr hlslice hrslice vuslice vdslice hblur fadegrays
    wipetl wipetr wipebl wipebr squeezeh squeezev
    """.split()  # noqa: SIM905
)
_IN_ORDER = frozenset({"e", "fn"})

# `cs_copy` keeps what a film says of its colours.
_COLOR_SPACES = frozenset({"copy"})

# What may stand bare in a value.
_BARE = ":;()=+"


def has(word: Word) -> bool:
    """Is it a word of this kind?"""
    if word.code == "cs":
        return word.value in _COLOR_SPACES
    return word.code in _VALUES or (word.code == "e" and motion_effects.has(word))


def is_flag(name: str) -> bool:
    """Is it a flag of this kind?"""
    return name in _FLAGS


def with_word(video: Video | None, word: Word) -> Video | None:
    """With one more word; said again, the last one counts, but effects and functions add up."""
    if word.code == "p":  # the prefix of names in a style sheet, which nothing here makes
        if not word.value.replace("-", "").replace("_", "").isalnum():
            raise word.invalid()
        return video
    value = motion_effects.value_of(word) if word.code == "e" else _VALUES[word.code](word, word.value)
    return _with(video, word, value)


def with_flag(video: Video | None, word: Word, name: str, item: str | None) -> Video:
    """With one more flag; `item` is what is written after its `:`."""
    if name == "splice" and item is not None:
        item = _transition(word, item)
    elif item is not None and (name != "alternate" or len(item) > NAME_CHARS_MAX or percent.has_controls(item)):
        raise word.invalid()
    return _with(video, word, name if item is None else f"{name}:{item}")


def components(video: Video | None) -> tuple[list[str], list[str]]:
    """The canonical words: those that need a component of their own, and the rest."""
    said = video.words if video else ()
    texts = [(code, f"{code}_{quote(value, safe=_BARE)}") for code, value in said]
    return [text for code, text in texts if code in _IN_ORDER], [text for code, text in texts if code not in _IN_ORDER]


def refuse_on_a_still(video: Video | None) -> None:
    """Raises Invalid for what cannot be done to a picture; what merely has no meaning for one is passed over."""
    for code, value in video.words if video else ():
        if code == "fn":
            raise Invalid(
                f"Custom functions are not available: code of others is run by no part of this. (`fn_{value}`)"
            )
        if code == "e":
            raise Invalid(motion_effects.refusal(value))
        if (code, value) == ("fl", "c2pa"):
            raise Invalid("Content credentials need a certificate to sign with, which this installation does not have.")


def _with(video: Video | None, word: Word, value: str) -> Video:
    said = video.words if video else ()
    if word.code in _IN_ORDER:
        kept = [each for each in said if each[0] in _IN_ORDER] + [(word.code, value)]
        others = [each for each in said if each[0] not in _IN_ORDER]
    else:
        kept = [each for each in said if each[0] in _IN_ORDER]
        is_same = word.code if word.code != "fl" else value.partition(":")[0]
        others = [each for each in said if each[0] not in _IN_ORDER and _place(each) != is_same] + [(word.code, value)]
    if len(kept) + len(others) > WORDS_MAX:
        raise word.fault(f"A transformation may have {WORDS_MAX} words for video.")
    return Video((*kept, *sorted(others)))


def _place(said: tuple[str, str]) -> str:
    code, value = said
    return value.partition(":")[0] if code == "fl" else code


# --- values -------------------------------------------------------------------------------------------------------


def time(word: Word, text: str) -> str:
    """Seconds, a share of the whole (`35p`), or `auto`."""
    if text == "auto":
        return text
    if text.endswith(("p", "%")):
        return f"{values.number_text(values.number(word, 0, 100, text=text[:-1]))}p"
    return values.number_text(values.number(word, 0, SECONDS_MAX, text=text))


def _codec(word: Word, text: str) -> str:
    """`h264:main:3.1:bframes_no`: what is not said is `auto`."""
    name, *rest = text.split(":")
    if name not in _VIDEO_CODECS or len(rest) > 3:
        raise word.invalid()
    profile, level, frames = (*rest, *("", "", "")[len(rest) :])
    is_right = (profile or "auto") in _PROFILES and (not level or _LEVEL.fullmatch(level))
    if not is_right or frames not in {"", "bframes_no", "bframes_yes"}:
        raise word.invalid()
    return ":".join([name, *rest])


def _bit_rate(word: Word, text: str) -> str:
    if not text.startswith("av:"):
        rate, _, mode = text.partition(":")
        if mode not in {"", "constant"}:
            raise word.invalid()
        return f"{_rate(word, rate)}:constant" if mode else _rate(word, rate)
    found: dict[str, str] = {}
    for item in items.split(word, text.removeprefix("av:")):
        kind, _, block = item.partition("_")
        named = dict(each.split("_", 1) for each in (items.inner(block) or "").split(";") if "_" in each)
        if kind not in {"video", "audio"} or not named or set(named) > {"value", "mode"} or "value" not in named:
            raise word.invalid()
        if named.get("mode", "vbr") not in {"cbr", "vbr"}:
            raise word.invalid()
        mode = f";mode_{named['mode']}" if "mode" in named else ""
        found[kind] = f"{kind}_(value_{_rate(word, named['value'])}{mode})"
    return "av:" + ";".join(found[kind] for kind in sorted(found, reverse=True))


def _rate(word: Word, text: str) -> str:
    written = _BIT_RATE.fullmatch(text)
    if not written:
        raise word.invalid()
    bits = float(written[1]) * {"": 1, "k": 1000, "m": 1_000_000}[written[2].lower()]
    if not 0 < bits <= BIT_RATE_MAX:
        raise word.fault(f"The bit rate must lie between 1 and {BIT_RATE_MAX}.")
    return f"{values.number_text(float(written[1]))}{written[2].lower()}"


def _frame_rate(word: Word, text: str) -> str:
    low, dash, high = text.partition("-")
    if not low and not high:
        raise word.invalid()
    rates = [values.number_text(values.number(word, 0.01, FPS_MAX, text=rate)) if rate else "" for rate in (low, high)]
    if low and high and float(low) > float(high):
        raise word.invalid()
    return dash.join(rates) if dash else rates[0]


def _keyframes(word: Word, text: str) -> str:
    return values.number_text(values.number(word, 0.001, KEYFRAME_SECONDS_MAX, text=text))


def _sampling(word: Word, text: str) -> str:
    written = _SAMPLING.fullmatch(text)
    if not written or ("." in written[1] and not written[2]) or not 0 < float(written[1]) <= SAMPLES_MAX:
        raise word.invalid()
    return f"{values.number_text(float(written[1]))}{written[2]}"


def _transition(word: Word, text: str) -> str:
    """`transition_(du_1.5;name_fade)`: how one film gives way to the next."""
    name, _, block = text.partition("_")
    named: dict[str, str] = {}
    for each in (items.inner(block) or "").split(";") if block else ():
        key, _, named[key] = each.partition("_")
    if name != "transition" or (block and not named) or named.keys() - {"du", "name"}:
        raise word.invalid()
    if named.get("name", "fade") not in _TRANSITIONS:
        raise word.fault(f"Unknown transition `{named['name']}`.")
    if "du" in named:
        named["du"] = values.number_text(values.number(word, 0, TRANSITION_SECONDS_MAX, text=named["du"]))
    inner = ";".join(f"{key}_{named[key]}" for key in sorted(named))
    return f"transition_({inner})" if inner else "transition"


def _profile(word: Word, text: str) -> str:
    """The name of a streaming profile, or `auto` with its bounds."""
    name, *rest = items.split(word, text, ":;")
    for item in rest if name == "auto" else ():
        if not (item.startswith("subtitles_(") or item.removeprefix("maxres_") in _RESOLUTIONS):
            raise word.invalid()
    if not name or len(text) > NAME_CHARS_MAX * 4 or percent.has_controls(text) or (rest and name != "auto"):
        raise word.invalid()
    return text


def _function(word: Word, text: str) -> str:
    if len(text) > NAME_CHARS_MAX * 16 or percent.has_controls(text):
        raise word.invalid()
    return text


_VALUES: Mapping[str, Callable[[Word, str], str]] = {
    "ac": motion_effects.one_of(_AUDIO_CODECS),
    "af": motion_effects.one_of(_FREQUENCIES),
    "br": _bit_rate,
    "cs": motion_effects.one_of(_COLOR_SPACES),
    "dr": motion_effects.one_of(frozenset({"high"})),
    "du": time,
    "eo": time,
    "fn": _function,
    "fps": _frame_rate,
    "ki": _keyframes,
    "p": _function,
    "so": time,
    "sp": _profile,
    "vc": _codec,
    "vs": _sampling,
}
