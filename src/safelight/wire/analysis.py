"""Analysis: the types of analysis that clients know -> what is asked here, and what was found -> their answer."""

from collections.abc import Mapping
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.uploads.glance import Glanced
from safelight.uploads.insights import no_subscription
from safelight.wire import insights, params

ENTITY_CHARS_MAX = 2048
"""Of an address that is told again; a data URI is cut."""

# What can be seen here, with the eyes that an installation has (uploads/insights.py), and the versions of models.
_SEEN = {
    "coco": ("detection:coco_v2", 2),
    "lvis": ("detection:lvis_v1", 1),
    "unidet": ("detection:unidet_v1", 1),
    "google_tagging": ("categorization:google_tagging", 1),
    "imagga_tagging": ("categorization:imagga_tagging", 1),
    "cld_text": ("ocr:adv_ocr", 1),
    "ocr": ("ocr:adv_ocr", 1),
    "image_quality": ("detection:iqa", 1),
    "iqa": ("detection:iqa", 1),
}
_ABSENT = frozenset(
    {
        *("captioning", "cld_fashion", "fashion", "custom", "google_logo_detection", "human_anatomy"),
        *("shop_classifier", "watermark_detection", "ai_vision_tagging", "ai_vision_moderation", "ai_vision_general"),
    }
)


def type_of(word: str) -> str:
    """The type of analysis, in one spelling. Raises Invalid for what nobody knows, and for what cannot be here."""
    name = word.strip().lower().replace("-", "_")
    if name in _ABSENT:
        raise no_subscription(f"AI Content Analysis ({name})")
    if name not in _SEEN:
        raise Invalid(f"Invalid analysis_type {word[:50]}")
    return name


def word_of(name: str) -> str:
    """What uploads/insights.py is asked for a type."""
    return _SEEN[name][0]


def uri(words: params.Words) -> str:
    """The address of the picture: by itself, or in a `source`."""
    found = params.text(words, "uri") or _of_source(words.get("source"))
    if not found:
        raise Invalid("Missing required parameter - uri")
    return found


def told(name: str, entity: str, glanced: Glanced, request_id: str) -> dict[str, Any]:
    size = (glanced.width, glanced.height)
    return {
        "data": {
            "entity": entity[:ENTITY_CHARS_MAX],
            "analysis": {**_analysis(word_of(name), glanced.facts, size), "model_version": _SEEN[name][1]},
        },
        "limits": {"addons_quota": list[Any]()},
        "request_id": request_id,
    }


def _analysis(word: str, facts: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    match word.partition(":")[0]:
        case "ocr":
            return {"data": insights.text_of(facts["lines"], size)}
        case "categorization":
            return {"data": insights.tags(facts["things"])}
        case _ if "quality_score" in facts:
            return {"data": insights.marks(facts["quality_score"])}
        case _:
            return {"tags": insights.things_by_name(facts["things"], size)}


def _of_source(value: str | list[str] | None) -> str | None:
    """`{"uri": …}`, as JSON in a text."""
    return params.pairs({"source": value}, "source").get("uri") if isinstance(value, str) else None
