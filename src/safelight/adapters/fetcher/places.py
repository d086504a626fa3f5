"""Place: an object in a bucket, as `s3://`, `gs://` and `azure://` addresses name it."""

import re
from dataclasses import dataclass

from safelight.adapters.fetcher.target import shown
from safelight.kernel.errors import Invalid

KEY_CHARS_MAX = 1024

# A dot in the name of an S3 bucket would break the name in its certificate; Azure's containers have none.
_BUCKETS = {
    "s3": re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
    "gs": re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"),
    "azure": re.compile(r"[a-z0-9$][a-z0-9-]{1,61}[a-z0-9]"),
}
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_DIRECTORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_FORMS = {
    "s3": "s3://bucket/path",
    "gs": "gs://bucket/path",
    "azure": "azure://tenant:account@container/path",
}


@dataclass(frozen=True)
class Place:
    """`directory` (the tenant of its accounts) and `account` are Azure's; the others have none."""

    scheme: str
    bucket: str
    key: str
    directory: str = ""
    account: str = ""

    @classmethod
    def of(cls, url: str) -> "Place":
        """Raises Invalid for what names no object. Keys are taken as they stand, without unescaping."""
        scheme, _, rest = url.partition("://")
        scheme = scheme.lower()
        host, _, key = rest.partition("/")
        who, at, bucket = host.rpartition("@")
        directory, _, account = who.partition(":")
        is_azure = scheme == "azure"
        if (
            scheme not in _BUCKETS
            or not _BUCKETS[scheme].fullmatch(bucket)
            or bool(at) != is_azure
            or (is_azure and not (_DIRECTORY.fullmatch(directory) and _ACCOUNT.fullmatch(account)))
            or not _is_key(key)
        ):
            form = _FORMS.get(scheme, "s3://bucket/path")
            raise Invalid(f"Error in loading {shown(url)} - an address such as {form} is needed")
        return cls(scheme, bucket, key, directory, account)


def _is_key(key: str) -> bool:
    """Without segments that are empty or lead elsewhere: stores and their libraries do not read them alike."""
    is_plain = 0 < len(key) <= KEY_CHARS_MAX and not any(ord(letter) < 32 or ord(letter) == 127 for letter in key)
    return is_plain and all(segment not in {"", ".", ".."} for segment in key.split("/"))
