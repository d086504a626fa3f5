"""A small picture of known corners in each format that is read, made here with libraries other than ours where there
are any."""

import base64
import io
import struct
from collections.abc import Callable

import imagecodecs
import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import LinkedLayerType, Tag
from psd_tools.psd.descriptor import DescriptorBlock, String
from psd_tools.psd.linked_layer import LinkedLayer, LinkedLayers
from psd_tools.psd.tagged_blocks import SmartObjectLayerData, TaggedBlock

from safelight.kernel.media import FORMATS
from tests.pictures import encoded
from tests.render.lab import corners

# 120 x 80, the same corners, encoded once by libheif and x265: nothing that is free to ship can write HEVC.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABegABAAAAAAAAATgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3"
    "aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAA"
    "AwAeoDyBRZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAAB4AAAAUAAAABBw"
    "aXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAUBtZGF0AAABNCgBrwT47Xl0nXb/8ZX///7gG9l/eRUQmSwbzOdbnWC7HXVauIdh"
    "x4tHlm3N4+XP8QMGZ9Op9xz977BJlwJ2vPXCYYgA9jwdY5R8rysqSPCZY2VZG//gvUQucRd816di1bb66Lo3sa6f/JtnKP8JPqp8Gyphcf0/vpjE"
    "64nYt6cIjBsPjfU/IJK1r4lph8f/u/gSD7udZq35Q95Y//YxFL9/xO/wsgPi3yWRp9Df2/yE859nXzBw0dI53NHHYWbvaUxgAAVIEPzY9uPndZf1"
    "w1T4eo+Qg+WdkbMFsSpgNtL0OC0aoALPLYGYDMnobbeNNzFkACWANJ0YcJLP30cuOj90sTZYHHk2dXFUKYFtUtu0jEjDkbjDzqfMwS5nk/4sZBk7"
    "0mas1HQ2zeMHvsfAPiIQAAZ8"
)

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">'
    b'<rect width="60" height="40" fill="rgb(220,20,20)"/><rect x="60" width="60" height="40" fill="rgb(20,200,20)"/>'
    b'<rect y="40" width="60" height="40" fill="rgb(20,20,220)"/>'
    b'<rect x="60" y="40" width="60" height="40" fill="#fff"/></svg>'
)


def _pillow(name: str, **options: object) -> Callable[[Image.Image], bytes]:
    return lambda picture: encoded(picture, name, **options)


def pdf(*sizes: tuple[float, float], drawn: bytes = b"") -> bytes:
    """Pages of these sizes in points, each with these marks on it."""
    count = len(sizes)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * index) for index in range(count))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)]
    for index, (width, height) in enumerate(sizes):
        box = f"{width:f} {height:f}".encode()
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents %d 0 R>>" % (box, 4 + 2 * index))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (count * 2 + 3)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count * 2 + 3, table)
    return bytes(out)


PDF_CORNERS = (
    b"0.863 0.078 0.078 rg 0 19.2 28.8 19.2 re f 0.078 0.784 0.078 rg 28.8 19.2 28.8 19.2 re f "
    b"0.078 0.078 0.863 rg 0 0 28.8 19.2 re f"
)


def dng(picture: Image.Image) -> bytes:
    """A picture as the cells of a sensor, red top left, in a file with the fewest tags that Adobe's format needs."""
    width, height = picture.size
    colors = np.asarray(picture, dtype=np.float64) / 255
    light = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    cells = np.empty((height, width))
    for row, column, band in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        cells[row::2, column::2] = light[row::2, column::2, band]
    data = (cells * 60000).astype("<u2").tobytes()
    # XYZ to sRGB: a camera whose colours are those of the screen.
    matrix = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
    rationals = b"".join(struct.pack("<ii", round(one * 10000), 10000) for one in matrix)
    white = struct.pack("<6I", 1, 1, 1, 1, 1, 1)
    entries: list[tuple[int, int, int, bytes]] = [
        (254, 4, 1, struct.pack("<I", 0)),
        (256, 4, 1, struct.pack("<I", width)),
        (257, 4, 1, struct.pack("<I", height)),
        (258, 3, 1, struct.pack("<H", 16)),
        (259, 3, 1, struct.pack("<H", 1)),
        (262, 3, 1, struct.pack("<H", 32803)),
        (271, 2, 8, b"Example\0"),
        (272, 2, 6, b"Model\0"),
        (273, 4, 1, b"DATA"),
        (277, 3, 1, struct.pack("<H", 1)),
        (278, 4, 1, struct.pack("<I", height)),
        (279, 4, 1, struct.pack("<I", len(data))),
        (33421, 3, 2, struct.pack("<2H", 2, 2)),
        (33422, 1, 4, bytes([0, 1, 1, 2])),
        (50706, 1, 4, bytes([1, 4, 0, 0])),
        (50708, 2, 8, b"Example\0"),
        (50717, 4, 1, struct.pack("<I", 60000)),
        (50721, 10, 9, rationals),
        (50728, 5, 3, white),
        (50778, 3, 1, struct.pack("<H", 21)),
    ]
    start = 8 + 2 + 12 * len(entries) + 4
    extra, lines = b"", b""
    length = sum(len(value) for *_, value in entries if len(value) > 4)
    for tag, kind, count, value in entries:
        if value == b"DATA":
            value = struct.pack("<I", start + length)
        elif len(value) > 4:
            place = struct.pack("<I", start + len(extra))
            extra += value
            value = place
        lines += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + lines + bytes(4) + extra + data


def psd(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    PSDImage.frompil(picture).save(out)
    return out.getvalue()


def layered() -> bytes:
    """The corners as a background, and above it a layer `disc` of plain yellow in the middle, then a hidden `top`."""
    document = PSDImage.new("RGB", (120, 80))
    document.create_pixel_layer(corners(), name="ground")
    document.create_pixel_layer(Image.new("RGBA", (40, 20), (250, 240, 10, 255)), name="disc", top=30, left=40)
    document.create_pixel_layer(Image.new("RGBA", (10, 10), (9, 9, 9, 255)), name="top", top=0, left=0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_smart_objects(*inside: tuple[str, bytes], is_linked: bool = False) -> bytes:
    """A document whose layers hold these files, by name."""
    document = PSDImage.new("RGB", (120, 80))
    linked = LinkedLayers()
    for index, (name, data) in enumerate(inside):
        layer = document.create_pixel_layer(Image.new("RGBA", (10, 10), (9, 9, 9, 255)), name=f"layer {name}")
        config = SmartObjectLayerData(data=DescriptorBlock(items={b"Idnt": String(value=f"id-{index}")}))
        block = TaggedBlock(key=Tag.SMART_OBJECT_LAYER_DATA1, data=config)
        layer.tagged_blocks[Tag.SMART_OBJECT_LAYER_DATA1] = block
        kind = LinkedLayerType.ALIAS if is_linked else LinkedLayerType.DATA
        linked.append(LinkedLayer(kind=kind, version=1, uuid=f"id-{index}", filename=name, data=data))
    document.tagged_blocks[Tag.LINKED_LAYER2] = TaggedBlock(key=Tag.LINKED_LAYER2, data=linked)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ico(*sides: int) -> bytes:
    """Icons of these sides, each of a plain colour: the first red, the second green, the third blue."""
    colors = [(220, 20, 20), (20, 200, 20), (20, 20, 220)]
    pictures = [Image.new("RGBA", (side, side), (*color, 255)) for side, color in zip(sides, colors, strict=False)]
    out = io.BytesIO()
    pictures[-1].save(out, "ICO", sizes=[picture.size for picture in pictures], append_images=pictures)
    return out.getvalue()


def moving(count: int = 4, size: tuple[int, int] = (48, 32)) -> list[Image.Image]:
    """A white bar that goes from left to right over a clear ground."""
    frames = []
    for index in range(count):
        frame = Image.new("RGBA", size, (30, 30, 160, 255))
        left = size[0] * index // count
        frame.paste((255, 255, 255, 255), (left, 0, left + size[0] // count, size[1]))
        frames.append(frame)
    return frames


def animated(name: str, delays_ms: tuple[int, ...] = (40, 80, 120, 200), loop: int = 3) -> bytes:
    first, *others = moving(len(delays_ms))
    options: dict[str, object] = {"save_all": True, "append_images": others, "duration": list(delays_ms)}
    if name != "AVIF":
        options["loop"] = loop
    return encoded(first, name, **options)


SAMPLES: dict[str, Callable[[Image.Image], bytes]] = {
    "jpg": _pillow("JPEG", quality=95),
    "png": _pillow("PNG"),
    "gif": _pillow("GIF"),
    "webp": _pillow("WEBP", quality=95),
    "avif": _pillow("AVIF", quality=95),
    "tif": _pillow("TIFF"),
    "bmp": _pillow("BMP"),
    "tga": _pillow("TGA"),
    "bw": _pillow("SGI"),
    "jp2": _pillow("JPEG2000"),
    "j2k": _pillow("JPEG2000", no_jp2=True),
    "ico": lambda picture: encoded(picture, "ICO", sizes=[picture.size]),
    "jxl": lambda picture: bytes(imagecodecs.jpegxl_encode(np.asarray(picture), lossless=True, numthreads=1)),
    "wdp": lambda picture: bytes(imagecodecs.jpegxr_encode(np.asarray(picture), level=0.95)),
    "psd": psd,
    "dng": dng,
    # Of these there is only the one picture.
    "svg": lambda _: SVG,
    "pdf": lambda _: pdf((57.6, 38.4), drawn=PDF_CORNERS),
    "heic": lambda _: HEIC,
}

# The other cameras' files differ from this one in their containers, which their makers keep to themselves.
CAMERAS = frozenset({"cr2", "cr3", "nef", "arw", "pef", "raf", "orf", "rw2"})
READABLE = sorted(name for name, format in FORMATS.items() if format.readable and name not in CAMERAS)


def sample(format: str, picture: Image.Image | None = None) -> bytes:
    """A file of the format, of the corners where no other picture is given."""
    return SAMPLES[format](picture or corners())
