"""Sources: files that are no web pages: which are set up here, and whether a bucket says that it is its client's."""

from collections.abc import Mapping
from urllib.parse import unquote

from safelight.kernel.errors import Invalid
from safelight.ports.fetcher import Source

MARKER = ".wellknown/cloudinary/"
"""An object of this name, with the cloud's at its end, is in every bucket from which the cloud may read. The name is
that of the original, so that buckets need not be changed."""
MARKER_BYTES_MAX = 1024 * 1024

# Which setting brings what is not there.
_SETTINGS = {
    "s3": "SAFELIGHT_SOURCE_S3",
    "gs": "SAFELIGHT_SOURCE_GS",
    "azure": "SAFELIGHT_SOURCE_AZURE",
    "ftp": "SAFELIGHT_SOURCE_FTP",
}
_MARKED = frozenset({"s3", "gs", "azure"})


def place(scheme: str, places: Mapping[str, Source], unknown: Invalid) -> Source:
    """What knows addresses with this scheme. Raises `unknown` for one that nobody knows."""
    if scheme in places:
        return places[scheme]
    if scheme in _SETTINGS:
        raise Invalid(f"{scheme}:// sources are not set up in this installation; {_SETTINGS[scheme]} does it")
    raise unknown


def check_unsigned(url: str) -> None:
    """Raises Invalid for what the operator's credentials would read for somebody who is not known.

    Everybody may know the name of a preset; with it nobody shall make public what lies in a private bucket.
    """
    scheme, colon, _ = url.partition("://")
    if colon and scheme.lower() in _MARKED:
        raise Invalid(f"An unsigned upload cannot take a file from {scheme.lower()}://; it must be signed")


def filename(url: str) -> str | None:
    """The last part of the path. Only that of FTP is escaped: keys of buckets are taken as they stand."""
    last = url.rpartition("/")[2]
    if url[:6].lower() == "ftp://":
        last = unquote(last.partition(";type=")[0])
    return last or None


async def check_marked(source: Source, url: str, cloud: str, *, shown: str) -> None:
    """Raises Invalid unless the bucket lets this cloud read.

    What may read a bucket are the operator's credentials, which all clouds share: only the owner of a bucket can say
    for which of them.
    """
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in _MARKED:
        return
    bucket = rest.partition("/")[0]
    async with source.get(f"{scheme}://{bucket}/{MARKER}{cloud}", size_bytes_max=MARKER_BYTES_MAX) as found:
        if found.status != 200:
            raise Invalid(
                f"Error in loading {shown} - the bucket is not whitelisted: put an empty object {MARKER}{cloud} into it"
            )
