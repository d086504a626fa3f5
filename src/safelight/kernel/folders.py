"""Folders as words: how two paths are compared, and what lies inside of what."""


def path_key(path: str) -> str:
    """A folder as the database compares it: without the case of plain letters, and of no others."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in path)


def is_within(path: str, folder: str) -> bool:
    """Whether a path is the folder or lies below it. Everything lies below the root, which is empty."""
    if not folder:
        return True
    inner, outer = path_key(path), path_key(folder)
    return inner == outer or inner.startswith(f"{outer}/")
