"""Meters: how pages call what is counted, what caused it, and what happens past a limit."""

from collections.abc import Mapping

from safelight.console import sheets
from safelight.console.words import mark as _
from safelight.usage.model import CREDITS, Meter, PastQuota

NAMES: Mapping[str, str] = {
    Meter.TRANSFORMATIONS.value: _("Transformations"),
    Meter.BANDWIDTH_BYTES.value: _("Bandwidth"),
    Meter.STORAGE_BYTES.value: _("Storage"),
    Meter.VIDEO_SECONDS.value: _("Seconds of video"),
    Meter.DELIVERIES.value: _("Deliveries"),
    Meter.OBJECTS.value: _("Stored files"),
    Meter.REQUESTS.value: _("Calls of the API"),
    CREDITS: _("Credits"),
}
ABOUT: Mapping[str, str] = {
    Meter.TRANSFORMATIONS.value: _(
        "Each upload, and each file that was made of one. A file that is there already does not count again."
    ),
    Meter.BANDWIDTH_BYTES.value: _("What was handed out to whoever asked for it."),
    Meter.STORAGE_BYTES.value: _("What lay there at the end of each day."),
    Meter.VIDEO_SECONDS.value: _("Film that was made."),
    Meter.DELIVERIES.value: _("How often a file was handed out."),
    Meter.OBJECTS.value: _("How many files lay there at the end of each day."),
    Meter.REQUESTS.value: _("How often programs called."),
}
CAUSES: Mapping[str, str] = {
    "upload": _("uploads"),
    "incoming": _("uploads that were changed on their way in"),
    "delivery": _("somebody asked for its address"),
    "derived": _("files made of originals"),
    "original": _("originals"),
    "backup": _("older versions"),
    "eager": _("an upload asked for it"),
    "eager_async": _("an upload asked for it, and did not wait"),
    "explicit": _("a call asked for it"),
    "breakpoints": _("widths that were tried"),
    "explode": _("pages of documents"),
    "archive": _("packed into archives"),
    "api": _("programs"),
}
KINDS: Mapping[str, str] = {"image": _("images"), "video": _("video and sound"), "raw": _("other files"), "": "–"}
PAST: Mapping[PastQuota, str] = {
    PastQuota.OFF: _("Past a limit nothing happens, and nobody is told."),
    PastQuota.WARN: _("At 50, 80, 90 and 100 % the people who look after the account get a letter. Nothing stops."),
    PastQuota.REFUSE_NEW: _("Past a limit nothing new is taken in or made; what is there is handed out as before."),
    PastQuota.REFUSE: _("Past a limit nothing is taken in, made or handed out."),
}
IN_BYTES = frozenset({Meter.STORAGE_BYTES.value, Meter.BANDWIDTH_BYTES.value})


def said(language: str, words: Mapping[str, str], word: str) -> str:
    """In the language of the page; a word that the list does not know as it is."""
    return sheets.spoken(language, words[word]) if word in words else word
