"""Key: the name of a stored file, checked once for all stores, so that no key can leave its place."""

from safelight.kernel.errors import Invalid

KEY_BYTES_MAX = 1000
PART_BYTES_MAX = 255


def key_parts(key: str) -> tuple[str, ...]:
    """The parts of a key that can be stored by every store; raises Invalid for any other text."""
    parts = tuple(key.split("/"))
    if not key or _bytes(key) > KEY_BYTES_MAX or not all(_is_sound(part) for part in parts):
        raise Invalid("Invalid storage key", key=key[:KEY_BYTES_MAX])
    return parts


def prefix_folder(prefix: str) -> tuple[str, ...]:
    """The folder that all keys with this prefix lie in: what stands before its last `/`."""
    folder, slash, start = prefix.rpartition("/")
    if start.startswith(".") or "\0" in start:
        raise Invalid("Invalid storage key", key=prefix[:KEY_BYTES_MAX])
    return key_parts(folder) if slash else ()


def folder_parts(prefix: str) -> tuple[str, ...]:
    """The folder that a prefix names. It must name one: nothing here deletes a whole store by an empty text."""
    if not prefix.endswith("/"):
        raise Invalid("Invalid storage prefix", key=prefix[:KEY_BYTES_MAX])
    return key_parts(prefix[:-1])


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _is_sound(part: str) -> bool:
    """A leading dot is ours (temporary files) and also rules out `.` and `..`; `\\` is a separator elsewhere."""
    is_text = part.isprintable() and "\\" not in part
    return bool(part) and is_text and not part.startswith(".") and _bytes(part) <= PART_BYTES_MAX
