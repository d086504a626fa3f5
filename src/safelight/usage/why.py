"""Why: what each figure is made of, in a sentence; pure."""

from safelight.usage.model import Meter

WHY: dict[tuple[Meter, str], str] = {
    (Meter.TRANSFORMATIONS, "upload"): (
        "Each picture or video that came in counts one: by upload, by fetch, or made of others; so does one that "
        "replaces another. Other files count nothing, and neither does a version that was restored."
    ),
    (Meter.TRANSFORMATIONS, "derived"): (
        "Each file that was made counts one, however much was done in it, and one more for each ten further frames or "
        "pages. Asked for again it counts nothing, unless it was deleted or dropped meanwhile and had to be made anew."
    ),
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
    (Meter.VIDEO_SECONDS, "derived"): "The seconds of film in the files that were made.",
    (Meter.REQUESTS, "api"): "Calls of the API, those that were refused among them.",
}


def why(meter: Meter, cause: str) -> str:
    return WHY.get((meter, cause), "Counted by an earlier release, which told no cause.")
