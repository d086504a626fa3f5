"""`info`: the words that ask what a picture shows -> what is asked; what was found -> `info` as clients read it."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.uploads.insights import MODEL, TEXT, Unsubscribed
from safelight.uploads.model import InsightsAsk
from safelight.wire import params, services

SORTS = ("ocr", "detection", "categorization")
AUTO_TAGGING = "auto_tagging"
WORDS_MAX = 10

_SCHEMA_VERSION = 1.0
_GOOD, _FAIR = 0.7, 0.4


def asked(words: params.Words) -> InsightsAsk:
    """What an upload asks. Raises Invalid for what nobody knows, whether or not it is here."""
    services.check(words)
    found = [f"{sort}:{item}" for sort in SORTS for item in _items(words, sort)]
    if len(found) > WORDS_MAX:
        raise Invalid(f"Too many values for ocr, detection and categorization together. Maximum is {WORDS_MAX}.")
    for word in found:
        if word.startswith("ocr:") and word.removeprefix("ocr:") not in TEXT:
            raise Invalid("Ocr is invalid")
    told = params.urls(words, "notification_url") if found else ()
    return InsightsAsk(tuple(dict.fromkeys(found)), _share(words), told)


def written(words: params.Words) -> InsightsAsk:
    """The same of a call that writes about a stored asset, where other words tell of a value that is none."""
    for name in (*SORTS, *services.OTHERS, *services.UNKNOWN):
        value = words.get(name)
        if not value:
            continue
        try:
            asked({name: value})
            is_known = name not in services.UNKNOWN
        except Unsubscribed:
            raise
        except Invalid:
            is_known = False
        if not is_known:
            illegal = value if isinstance(value, str) else ",".join(value)
            raise Invalid(f"Illegal value {illegal[:50]} for parameter {name}")
    return asked(words)


def told(found: Mapping[str, Any], asset: Asset) -> dict[str, Any]:
    """`info`, where anything was found; `found` is what uploads/insights.py gives."""
    info: dict[str, dict[str, Any]] = {}
    for word in sorted(found):
        sort, _, service = word.partition(":")
        for name, entry in _entries(sort, service, found[word], asset).items():
            place = info.setdefault(sort, {})
            # Several models of things stand beside each other in one entry.
            if name in place and "data" in place[name] and isinstance(entry.get("data"), dict):
                place[name]["data"] |= entry["data"]
            else:
                place[name] = entry
    return {"info": info} if info else {}


def things_by_name(things: Sequence[Sequence[Any]], size: tuple[int, int]) -> dict[str, list[dict[str, Any]]]:
    """The things of each name, where they are in px, and how sure that is."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for name, *box, certainty in things:
        place = {"bounding-box": _px(box, size), "confidence": certainty}
        by_name.setdefault(str(name), []).append(place)
    return by_name


def tags(things: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Each name once, with the surest of its things; the surest first."""
    best: dict[str, float] = {}
    for name, *_, certainty in things:
        best[name] = max(certainty, best.get(name, 0.0))
    found = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [{"tag": name.replace("_", " "), "confidence": certainty} for name, certainty in found]


def marks(score: float) -> dict[str, Any]:
    """How good a picture is, as a number and as a word."""
    return {"score": score, "quality": "high" if score >= _GOOD else "medium" if score >= _FAIR else "low"}


def text_of(lines: Sequence[Sequence[Sequence[Any]]], size: tuple[int, int]) -> dict[str, Any]:
    """All text and its words, each with its corners in px."""
    words = [word for line in lines for word in line]
    text = "\n".join(" ".join(str(word[0]) for word in line) for line in lines)
    boxes = [_px(word[1:5], size) for word in words]
    whole = [{"description": text, "boundingPoly": _corners(_around(boxes))}] if boxes else []
    annotations = [
        {"description": word[0], "boundingPoly": _corners(box), "confidence": word[5]}
        for word, box in zip(words, boxes, strict=True)
    ]
    full = {"text": text, "pages": [{"width": size[0], "height": size[1]}]}
    return {"textAnnotations": [*whole, *annotations], "fullTextAnnotation": full}


def size_of(asset: Asset) -> tuple[int, int]:
    return asset.facts.width or 0, asset.facts.height or 0


def _entries(sort: str, service: str, facts: Mapping[str, Any], asset: Asset) -> dict[str, Any]:
    name = service.partition(":")[0]
    is_model = sort == "detection" and MODEL.fullmatch(name) is not None
    if facts.get("is_failed"):
        return {"object_detection" if is_model else name: {"status": "failed"}}
    size = size_of(asset)
    if sort == "ocr":
        return {name: _complete([text_of(facts["lines"], size)])}
    if sort == "categorization":
        return {name: _complete(tags(facts["things"]))}
    if name == "iqa":
        return {name: _complete({"iqa-analysis": marks(facts["quality_score"])})}
    if name == "adv_face":
        boxes = [(_px(box, size), certainty) for _, *box, certainty in facts["things"]]
        return {
            name: _complete(
                [
                    {
                        "bounding_box": dict(zip(("left", "top", "width", "height"), box, strict=True)),
                        "confidence": sure,
                    }
                    for box, sure in boxes
                ]
            )
        }
    model, _, version = name.rpartition("_v")
    return {
        "object_detection": _complete(
            {
                model: {
                    "model_name": model,
                    "model_version": int(version),
                    "schema_version": _SCHEMA_VERSION,
                    "tags": things_by_name(facts["things"], size),
                }
            }
        )
    }


def _complete(data: Any) -> dict[str, Any]:
    return {"status": "complete", "data": data}


def _px(box: Sequence[float], size: tuple[int, int]) -> list[int]:
    wide, high = size
    return [round(box[0] * wide), round(box[1] * high), round(box[2] * wide), round(box[3] * high)]


def _around(boxes: Sequence[Sequence[int]]) -> list[int]:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return [left, top, right - left, bottom - top]


def _corners(box: Sequence[int]) -> dict[str, Any]:
    left, top, width, height = box
    across, down = (left, left + width), (top, top + height)
    places = [(across[0], down[0]), (across[1], down[0]), (across[1], down[1]), (across[0], down[1])]
    return {"vertices": [{"x": x, "y": y} for x, y in places]}


def _items(words: params.Words, name: str) -> list[str]:
    value = words.get(name)
    texts = value if isinstance(value, list) else [value or ""]
    items = [item.strip() for text in texts for item in re.split("[,|]", text)]
    return [item for item in items if item]


def _share(words: params.Words) -> float | None:
    value = params.text(words, AUTO_TAGGING)
    if value is None:
        return None
    try:
        share = float(value)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise Invalid(f"Invalid value {value[:50]} for parameter {AUTO_TAGGING}: must be a number from 0 to 1")
    return share
