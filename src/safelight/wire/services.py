"""The words that ask a service to look at an upload: is it a service that anybody knows?

There are none here yet. What only asks them for information is passed over, a misspelt one is told as clients know it.
"""

import re
from collections.abc import Callable, Mapping

from safelight.kernel.errors import Invalid

CATEGORIZATIONS = frozenset({"google_tagging", "google_video_tagging", "imagga_tagging", "aws_rek_tagging"})
CONVERSIONS = frozenset({"extract_text", "aspose", "google_speech", "azure_video_indexer"})
DETECTIONS = frozenset({"captioning", "iqa", "watermark-detection", "adv_face", "aws_rek_face"})
REMOVALS = frozenset({"cloudinary_ai", "pixelz"})

# Models of objects carry the number of their version: `coco_v2`.
_MODEL = re.compile(r"[a-z][a-z0-9_-]*_v\d+")


def check(words: Mapping[str, str | list[str]]) -> None:
    """Raises Invalid for a service that nobody knows."""
    for name, check_one in _CHECKS.items():
        value = words.get(name)
        for item in value if isinstance(value, list) else re.split("[,|]", value or ""):
            if item.strip():
                check_one(item.strip())


def no_subscription(service: str, why: str = "") -> Invalid:
    """The words for a service that this installation does not have, and perhaps what is missing."""
    return Invalid(f"You don't have an active subscription for {service}" + (f": {why}" if why else ""))


def _categorization(item: str) -> None:
    if item not in CATEGORIZATIONS:
        raise Invalid(f"Categorization item {item[:100]} is not valid")


def _detection(item: str) -> None:
    model = item.partition(":")[0]
    if model not in DETECTIONS and not _MODEL.fullmatch(model):
        raise Invalid(f"Detection invalid model '{item[:100]}'")


def _conversion(item: str) -> None:
    if item.partition(":")[0] not in CONVERSIONS:
        raise Invalid("Raw convert is invalid")


def _removal(item: str) -> None:
    if item.partition(":")[0] not in REMOVALS:
        raise Invalid("Background removal is invalid")


_CHECKS: Mapping[str, Callable[[str], None]] = {
    "categorization": _categorization,
    "detection": _detection,
    "raw_convert": _conversion,
    "background_removal": _removal,
}
