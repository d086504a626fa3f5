"""Metadata: what a file tells of its making: EXIF, IPTC and XMP as names and texts."""

import os
import re
from typing import Any
from xml.etree import ElementTree

from safelight.render.image import LOADERS, Image, Source, VipsError, blob, load

ENTRIES_MAX = 500
"""Most entries of one file."""
VALUE_CHARS_MAX = 1000
XMP_BYTES_MAX = 256 * 1024
_MM_AN_INCH = 25.4

_EXIF = re.compile(r"exif-ifd\d-(.+)")
# libvips writes an entry as `value (words, type, n components, n bytes)`.
_EXIF_TAIL = re.compile(r" \(.*, [^,()]+, \d+ components?, \d+ bytes\)$", re.DOTALL)
_OPAQUE = frozenset({"MakerNote", "UserComment", "PrintImageMatching"})
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"

# Of IPTC-IIM record 2, the datasets that people fill in.
_IPTC = {
    5: "ObjectName",
    25: "Keywords",
    80: "By-line",
    90: "City",
    101: "Country-PrimaryLocationName",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    120: "Caption-Abstract",
}


def found(file: int, format: str) -> dict[str, Any]:
    """`metadata`: name -> text. A format that carries none, or that another library reads, gives an empty one."""
    if format not in LOADERS:
        return {"metadata": {}}
    os.lseek(file, 0, os.SEEK_SET)
    try:
        image = load(format, Source.new_from_descriptor(file))
    except VipsError:
        return {"metadata": {}}
    told = _exif(image) | _iptc(blob(image, "iptc-data")) | _xmp(blob(image, "xmp-data")) | _pixels(image)
    return {"metadata": dict(sorted(told.items())[:ENTRIES_MAX])}


def _exif(image: Image) -> dict[str, str]:
    told: dict[str, str] = {}
    for field in image.get_fields():
        named = _EXIF.fullmatch(field)
        if named and named[1] not in _OPAQUE:
            told[named[1]] = _clean(_EXIF_TAIL.sub("", str(image.get(field))))
    return told


def _pixels(image: Image) -> dict[str, str]:
    colors = {"b-w": "Gray", "grey16": "Gray", "cmyk": "CMYK"}.get(str(image.interpretation), "RGB")
    return {"Colorspace": colors, "DPI": str(round(image.xres * _MM_AN_INCH))}


def _iptc(data: bytes) -> dict[str, str]:
    """Records of IPTC-IIM 4.2: 0x1c, record, dataset, two bytes of length, value."""
    told: dict[str, str] = {}
    at = data.find(b"\x1c\x02")
    while 0 <= at < len(data) - 5 and data[at] == 0x1C:
        record, dataset, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:
            break  # an extended length: nothing that people write is so long
        name = _IPTC.get(dataset) if record == 2 else None
        if name:
            text = _clean(data[at + 5 : at + 5 + size].decode("utf-8", "replace"))
            told[name] = f"{told[name]}, {text}" if name in told else text
        at += 5 + size
    return told


def _xmp(packet: bytes) -> dict[str, str]:
    """The plain properties of a packet, by their last name; lists are joined."""
    if not packet or len(packet) > XMP_BYTES_MAX or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return {}
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \n\r\t"))  # noqa: S314  confined, and without entities
    except (ElementTree.ParseError, ValueError):
        return {}
    told: dict[str, str] = {}
    for described in root.iter(f"{_RDF}Description"):
        told |= {_name(name): _clean(value) for name, value in described.attrib.items() if not name.startswith(_RDF)}
        for child in described:
            items = [item.text or "" for item in child.iter(f"{_RDF}li")]
            text = ", ".join(items) if items else (child.text or "")
            if text.strip():
                told[_name(child.tag)] = _clean(text)
    return told


def _name(tag: str) -> str:
    return tag.rpartition("}")[2][:100]


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()[:VALUE_CHARS_MAX]
