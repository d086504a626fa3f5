"""Explain: a transformation in words, one line for each of its words, from the same texts as the manual."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from safelight.transform.chain import flags_in
from safelight.transform.lexer import Word, lex
from safelight.transform.manual import CROP_MODES, FLAGS, GRAVITIES, PARAMETERS
from safelight.transform.spec import EffectSpec, Vocabulary

_CODES = {each.code: each for each in PARAMETERS}
# Pages are for readers of the manual.
_LINK = re.compile(r": see \[[^\]]*\]\([^)]*\)")
_FLAGS = {name: about for name, _, about in FLAGS}
_BLENDS = {
    "multiply": "The layer darkens the picture below.",
    "screen": "The layer brightens the picture below.",
    "overlay": "The layer brings contrast into the picture below.",
    "mask": "The picture below is seen as far as the layer is bright.",
    "cut_out": "The layer is cut out of the picture below.",
    "displace": "The colours of the layer move the pixels of the picture below.",
    "anti_removal": "The layer is changed a little here and there, so that it is hard to take away.",
    "style_transfer": "The picture below takes the colours and the contrast of the layer.",
}


@dataclass(frozen=True)
class Explained:
    """A word as it was written, and what it says; `component` counts from 1."""

    component: int
    word: str
    about: str


def explained(text: str, vocabulary: Vocabulary) -> list[Explained]:
    """Of a text that can be parsed."""
    return [
        Explained(number, word.raw, about(word, vocabulary))
        for number, words in enumerate(lex(text), start=1)
        for word in words
    ]


def about(word: Word, vocabulary: Vocabulary) -> str:
    """What a word says, in one or two sentences."""
    match word.code:
        case "c" if word.value in CROP_MODES:
            return f"Crop mode: {CROP_MODES[word.value]}."
        case "e":
            return _effect(word, vocabulary)
        case "fl":
            return " ".join(_flags(word))
        case "g":
            return _gravity(word)
        case code if code in _CODES:
            known = _CODES[code]
            return f"{known.name[:1].upper()}{known.name[1:]}. {_LINK.sub('', known.about)}"
        case _:
            return "A value of its own name."


def lines(found: list[Explained]) -> Iterator[str]:
    """As a person reads it: components apart, words in a column."""
    widest = min(40, max((len(each.word) for each in found), default=0))
    before = 0
    for each in found:
        if each.component != before:
            yield f"{each.component}."
            before = each.component
        yield f"   {each.word:<{widest}}  {each.about}"


def _effect(word: Word, vocabulary: Vocabulary) -> str:
    name = word.value.replace(";", ":").partition(":")[0]
    if name == "trim":
        return "Cut a uniform border off."
    if name in _BLENDS:
        return _BLENDS[name]
    spec = vocabulary.get(name)
    if spec is None:
        return "An effect of films, which pictures pass over."
    return f"{spec.summary}{_needs(spec)}"


def _needs(spec: EffectSpec) -> str:
    return f" It needs {spec.needs}." if spec.needs else ""


def _flags(word: Word) -> Iterator[str]:
    for flag in flags_in(word.value):
        name = flag.partition(":")[0]
        yield _FLAGS.get({"awebp": "animated", "apng": "animated"}.get(name, name), "A flag.")


def _gravity(word: Word) -> str:
    first = word.value.split(":")[0]
    for names, meaning, otherwise in GRAVITIES:
        if f"`{first}`" in names:
            fallback = "" if otherwise == "-" else f"; if it is not found, {otherwise}"
            return f"Gravity: {meaning}{fallback}."
    return "Gravity: what has this name; if it is not found, the middle."
