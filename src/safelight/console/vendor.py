"""Vendor: puts what others wrote for browsers in its place, out of npm packages: checked, and never committed.

`python -m safelight.console.vendor FOLDER` takes the `node_modules` that `npm ci` made from browser/package.json.
"""

import hashlib
import re
import sys
from pathlib import Path

from safelight.kernel.errors import Invalid

HERE = Path(__file__).parent
PLACE = HERE / "static" / "vendor"

SHA256 = {
    "htmx.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    "sprite.svg": "3a7eacf35a18cc1a2f02ae8cd796b72eb7cab516743d003595237090063a0f9a",
}
"""What must lie there in the end, letter for letter. A new version is looked at, then its sum comes here."""

ICONS = (
    *("activity", "arrow-left", "arrow-right", "ban", "building-2", "check", "chevron-down", "circle-alert"),
    *("circle-check", "circle-help", "clock", "cloud", "code", "copy", "download", "external-link", "eye", "file"),
    *("fingerprint", "folder", "gauge", "globe", "house", "image", "images", "info", "key-round", "languages", "link"),
    *("list", "lock", "log-out", "mail", "monitor", "pencil", "plus", "power", "refresh-cw", "rotate-ccw", "search"),
    *("settings", "shield", "shield-check", "smartphone", "trash-2", "triangle-alert", "undo-2", "upload", "user"),
    *("user-plus", "users", "video", "x"),
)
"""The icons of the pages, by their names in the package."""

_CHILDREN = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)


def put_in_place(packages: Path, place: Path = PLACE) -> None:
    """Raises Invalid for a file that is not the one that was looked at; then nothing is put."""
    made = {
        "htmx.js": (packages / "htmx.org" / "dist" / "htmx.min.js").read_bytes(),
        "sprite.svg": _sprite(packages / "lucide-static").encode(),
    }
    for name, data in made.items():
        found = _sum_of(data)
        if found != SHA256[name]:
            raise Invalid(f"{name} is not the file that Safelight knows: its SHA-256 is {found}.")
    place.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (place / name).write_bytes(data)


def is_in_place(place: Path = PLACE) -> bool:
    """Does all lie there as it should?"""
    return all(is_as_known(name, place) for name in SHA256)


def is_as_known(name: str, place: Path = PLACE) -> bool:
    """Does one of them lie there, letter for letter?"""
    return (place / name).is_file() and _sum_of((place / name).read_bytes()) == SHA256[name]


def _sum_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sprite(package: Path) -> str:
    """All icons as symbols of one file, with the licence that goes with them."""
    # Two hyphens end a comment; the terms are the same with one.
    terms = re.sub("-{2,}", "-", (package / "LICENSE").read_text("utf-8"))
    drawings = {name: _drawing((package / "icons" / f"{name}.svg").read_text("utf-8")) for name in ICONS}
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>' for name, drawing in drawings.items()]
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n<!--\n{terms}\n-->\n' + "\n".join(symbols) + "\n</svg>\n"


def _drawing(svg: str) -> str:
    found = _CHILDREN.search(svg)
    if found is None:
        raise Invalid("An icon is no drawing.")
    return " ".join(found[1].split())


if __name__ == "__main__":
    put_in_place(Path(sys.argv[1]))
