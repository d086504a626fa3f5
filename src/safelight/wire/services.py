"""The words that ask a service to look at an asset: is it a service that anybody knows, and is it here?

What an installation may have an eye for is settled in uploads/insights.py. A misspelt service, and one that cannot be
here, is refused in the words that clients know.
"""

import re
from collections.abc import Callable, Mapping

from safelight.kernel.errors import Invalid
from safelight.uploads.insights import MODEL, no_subscription

CATEGORIZATIONS = frozenset({"google_tagging", "google_video_tagging", "imagga_tagging", "aws_rek_tagging"})
DETECTIONS = frozenset(
    {
        *("captioning", "iqa", "watermark-detection", "adv_face", "aws_rek_face"),
        *("cld-fashion", "cld-text", "human-anatomy", "shop-classifier", "unidet"),
    }
)
CONVERSIONS = {
    "extract_text": "Text Extraction",
    "aspose": "Aspose Document Conversion",
    "google_speech": "Google AI Video Transcription",
    "azure_video_indexer": "Microsoft Azure Video Indexer",
}
REMOVALS = {"cloudinary_ai": "AI Background Removal", "pixelz": "Remove-The-Background Editing"}

OTHERS = ("raw_convert", "background_removal")
"""Words that ask for more than to be told something."""
UNKNOWN = ("similarity_search",)
"""Words of which no value is known any more."""


def check(words: Mapping[str, str | list[str]]) -> None:
    """Raises Invalid for a service that nobody knows, and for one that is nowhere but with the original."""
    for name, check_one in _CHECKS.items():
        value = words.get(name)
        for item in value if isinstance(value, list) else re.split("[,|]", value or ""):
            if item.strip():
                check_one(item.strip())


def _categorization(item: str) -> None:
    if item not in CATEGORIZATIONS:
        raise Invalid(f"Categorization item {item[:100]} is not valid")


def _detection(item: str) -> None:
    model = item.partition(":")[0]
    if model not in DETECTIONS and not MODEL.fullmatch(model):
        raise Invalid(f"Detection invalid model '{item[:100]}'")


def _conversion(item: str) -> None:
    service = CONVERSIONS.get(item.partition(":")[0])
    raise no_subscription(service) if service else Invalid("Raw convert is invalid")


def _removal(item: str) -> None:
    service = REMOVALS.get(item.partition(":")[0])
    raise no_subscription(service) if service else Invalid("Background removal is invalid")


_CHECKS: Mapping[str, Callable[[str], None]] = {
    "categorization": _categorization,
    "detection": _detection,
    "raw_convert": _conversion,
    "background_removal": _removal,
}
