"""Eyes for `safelight check`: what this installation can see in pictures, and by what."""

from pathlib import Path

from safelight.kernel.errors import Invalid
from safelight.render.sight import Models
from safelight.render.sight.models import NAMES, VARIABLE
from safelight.render.sight.reading import VARIABLE as READER
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings

_WITHOUT = {
    "faces": "by the cascades of OpenCV",
    "objects": "none: `g_cat` and its like are refused",
    "subject": "by colours and details only",
    "matte": "none: `e_background_removal` is refused",
}
_MEND = f"See the page on models; the folder is that of {VARIABLE}."


def seen(settings: RenderSettings) -> list[tuple[str, str, str]]:
    """For each eye its name, what there is, and how to mend it where it is there and does not work (else empty)."""
    models = Models(settings.models)
    found: list[tuple[str, str, str]] = []
    if settings.models is not None and not settings.models.is_dir():
        found.append(("models", f"there is no folder {settings.models}", f"Make it, or unset {VARIABLE}."))
    found += [_model(models, name) for name in NAMES]
    return [*found, _reader(settings)]


def _model(models: Models, name: str) -> tuple[str, str, str]:
    if not models.has(name):
        return name, _WITHOUT[name], ""
    try:
        models.network(name)
        models.description(name)
        if name == "objects":
            return name, f"{len(models.classes())} classes by {models.path(name)}", ""
    except Invalid as error:
        return name, error.message, _MEND
    return name, f"by {models.path(name)}", ""


def _reader(settings: RenderSettings) -> tuple[str, str, str]:
    program: Path | None = Reader(settings).program
    if program is None:
        is_named = settings.tesseract is not None
        mend = f"Install tesseract, or name it by {READER}." if is_named else ""
        return "text", "none: `g_ocr_text` is refused", mend
    return "text", f"{program} ({settings.tesseract_languages})", ""
