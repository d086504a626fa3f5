"""Font set: where the fonts lie that come along, what they are called, and the table of other names."""

import functools
import importlib
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "fonts"
"""Our own set, with its licences."""
RULES = FOLDER / "fonts.conf"
"""The order of all fonts and the table of other names, as fontconfig reads them."""
RULES_WITH_FOLDER = FOLDER / "more.conf"
SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
MACHINE_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def use(folder: Path | None = None) -> None:
    """Have this process draw letters with these fonts, and with those of the operator's folder; before its first.

    fontconfig is told by the environment of the process and by nothing else. Nobody else looks at these two there.
    """
    os.putenv("FONTCONFIG_FILE", str(RULES if folder is None else RULES_WITH_FOLDER))
    if folder is not None:
        os.putenv("XDG_DATA_HOME", str(folder.absolute()))


@functools.cache
def other_names() -> dict[str, str]:
    """Name that people use -> the family of ours that stands for it, where a font of that name is not there."""
    # The file is ours, and comes along with this one.
    rules = ElementTree.parse(RULES).getroot()  # noqa: S314
    pairs = ((alias.findtext("family"), alias.findtext("accept/family")) for alias in rules.iter("alias"))
    return {name: family for name, family in pairs if name and family}


def families(folder: Path) -> frozenset[str]:
    """The families of the font files below a folder, by their own words; files that cannot be read are passed over."""
    found: set[str] = set()
    for path in files(folder):
        found |= _families_of(path)
    return frozenset(found)


def files(folder: Path) -> list[Path]:
    """The font files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _families_of(path: Path) -> set[str]:
    # Late, and without types: most processes never ask.
    library: Any = importlib.import_module("fontTools.ttLib")
    try:
        with path.open("rb") as file:
            is_collection = file.read(4) == b"ttcf"
        fonts = library.TTCollection(path, lazy=True).fonts if is_collection else [library.TTFont(path, lazy=True)]
        return {name for font in fonts if (name := font["name"].getBestFamilyName())}
    except (library.TTLibError, OSError, KeyError, ValueError):
        return set()
