"""Lacking: the refusal of what this installation cannot do, with the name of what is missing."""

from safelight.kernel.errors import Invalid

PROVIDER = "a provider of generated pictures; `render.generator` names none"
MODELS_3D = "a renderer of 3D models, which no release of this software has"
CLIPPING_PATHS = "a writer of clipping paths, which no release of this software has"
PRESETS = "a reader of presets in files, which no release of this software has"


def lacking(word: str, what: str) -> Invalid:
    """The error for a word of the language that needs `what`."""
    return Invalid(f"`{word}` is not available in this installation: it needs {what}.")
