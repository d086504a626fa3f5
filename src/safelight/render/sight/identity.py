"""Identity: by which eye a kind of thing is found, so that what another eye found is not taken for it."""

from importlib.metadata import version

from safelight.render.sight.models import Models

CASCADES = "cascades-1"
"""Changes when faces.py or bodies.py begin to see differently: what was found before is then looked for anew."""

# Which eye looks for a kind; all others are objects.
_EYES = {"face": "faces", "eyes": "faces", "body": "bodies", "subject": "subject", "text": "text"}


def eye_of(kind: str) -> str:
    """What looks for a kind: `faces`, `bodies`, `subject`, `text` or `objects`."""
    return _EYES.get(kind, "objects")


def is_seen_by(kind: str, models: Models) -> bool:
    """Can a kind be looked for inside the darkroom?"""
    match eye_of(kind):
        case "faces" | "bodies":
            return True
        case "subject":
            return models.has("subject") or models.has("matte")
        case "objects":
            return models.has("objects")
        case _:
            return False


def identity(kind: str, models: Models) -> str:
    """By which eye a kind is found, down to the bytes of its model: another one may see other things."""
    match eye_of(kind):
        case "faces":
            return models.identity("faces") or _own()
        case "bodies":
            return "-".join((models.identity("faces") or _own(), models.identity("objects")))
        case "subject":
            return models.identity("subject") or models.identity("matte")
        case _:
            return models.identity("objects")


def _own() -> str:
    """Our own eyes: this code, and the version of what it is made with."""
    return f"{CASCADES}-{version('opencv-python-headless')}"
