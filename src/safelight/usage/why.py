"""Why: what each figure is made of, in a sentence; pure."""

from safelight.usage.model import Meter

_MADE = (
    "Each counts one, however much was done in it, and one more for each ten further frames or pages. Asked for again "
    "it counts nothing, unless it was deleted or dropped meanwhile and had to be made anew."
)
_MADE_FOR = {
    "delivery": "Files that were made because somebody asked for their address.",
    "eager": "Files that were made because an upload asked for them (`eager`).",
    "eager_async": "Files that an upload asked for without waiting for them (`eager_async`, or `async`).",
    "explicit": "Files that `explicit` asked for, at once or later.",
    "breakpoints": "Files in whose widths a picture was tried (`responsive_breakpoints`).",
    "explode": "Pages that a document was taken apart into (`explode`).",
    "archive": "Files that were made to go into an archive.",
    "derived": "Files that were made before this installation told for whom.",
}

WHY: dict[tuple[Meter, str], str] = {
    (Meter.TRANSFORMATIONS, "upload"): (
        "Each picture or video that came in counts one: by upload, by fetch, or made of others; so does one that "
        "replaces another. Other files count nothing, and neither does a version that was restored."
    ),
    (Meter.TRANSFORMATIONS, "incoming"): (
        "The same of those that were changed on their way in: what was asked for then counts nothing beside."
    ),
    **{(Meter.TRANSFORMATIONS, cause): f"{words} {_MADE}" for cause, words in _MADE_FOR.items()},
    (Meter.STORAGE_BYTES, "original"): "The bytes of the files that came in and are there.",
    (Meter.STORAGE_BYTES, "backup"): "The bytes of older versions and erased assets that are kept to be restored.",
    (Meter.STORAGE_BYTES, "derived"): "The bytes of the files that were made and are there.",
    (Meter.OBJECTS, "original"): "The files that came in and are there.",
    (Meter.OBJECTS, "backup"): "The older versions and erased assets that are kept to be restored.",
    (Meter.OBJECTS, "derived"): "The files that were made and are there.",
    (Meter.BANDWIDTH_BYTES, "original"): (
        "The bytes of files as they came in that were sent to whoever asked. Errors, and answers that a browser or a "
        "cache in front had already, count nothing."
    ),
    (Meter.BANDWIDTH_BYTES, "derived"): "The same of files that were made.",
    (Meter.DELIVERIES, "original"): "How often a file as it came in was asked for and given.",
    (Meter.DELIVERIES, "derived"): "The same of files that were made.",
    **{(Meter.VIDEO_SECONDS, cause): f"{words} The seconds of film in them." for cause, words in _MADE_FOR.items()},
    (Meter.REQUESTS, "api"): "Calls of the API, those that were refused among them.",
}


def why(meter: Meter, cause: str) -> str:
    return WHY.get((meter, cause), "Counted by an earlier release, which told no cause.")
