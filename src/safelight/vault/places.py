"""Places: which files are sealed, and with whose key. Derived files are not: they are made anew from what is."""

ORIGINAL = "original"
INSTALLATION = ""
"""Stands for the installation itself where a cloud is asked for."""
_OF_CLOUDS = "c"
_WAITING = frozenset({"u", "w"})
EXPORTS = "x/"
PREFIXES = ("c/", "u/", "w/", EXPORTS)
"""What the keys of all files begin with of which some are sealed."""


def owner_of(key: str) -> str | None:
    """The key of a file, or what keys begin with -> the cloud whose key seals what lies there; None: it is plain.

    `c/{cloud}/{..}/{version}/original` are originals; below `u/{cloud}/` and `w/{cloud}/` lie pieces and whole files
    on their way in, below `x/` archives of everything about somebody.
    """
    words = key.split("/")
    room, is_prefix = words[0], key.endswith("/")
    if key.startswith(EXPORTS):
        return INSTALLATION
    if len(words) < 3 or not words[1]:
        return None
    if room in _WAITING or (room == _OF_CLOUDS and (words[-1] == ORIGINAL or (is_prefix and len(words) <= 5))):
        return words[1]
    return None
