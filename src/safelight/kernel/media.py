"""Kind and Format: the files we know, their MIME types, and how their first bytes look."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What an asset is (`resource_type` on the wire)."""

    IMAGE = "image"
    VIDEO = "video"
    RAW = "raw"


class Access(StrEnum):
    """How an asset is handed out (`type` on the wire)."""

    UPLOAD = "upload"
    PRIVATE = "private"
    AUTHENTICATED = "authenticated"
    FETCH = "fetch"
    TEXT = "text"
    """Words drawn as a picture; its style serves text layers, too."""
    MULTI = "multi"
    """Several pictures as one animation or document."""
    SPRITE = "sprite"
    """Several pictures beside each other in one, and the styles that show each of them."""


UPLOADED = frozenset({Access.UPLOAD, Access.PRIVATE, Access.AUTHENTICATED})
"""What clients bring; all else is fetched, drawn or put together here, and nobody puts another file there."""


@dataclass(frozen=True)
class Format:
    """A file format. `name` is the token of the URL language; `readable` and `writable` concern pictures."""

    name: str
    mime: str
    kind: Kind
    readable: bool = False
    writable: bool = False
    has_alpha: bool = False
    can_animate: bool = False
    has_pages: bool = False
    """Pages, layers or sizes beside one another: not an animation."""


def _image(
    name: str,
    mime: str,
    *,
    read: bool = False,
    write: bool = False,
    alpha: bool = False,
    moving: bool = False,
    pages: bool = False,
) -> Format:
    return Format(name, mime, Kind.IMAGE, read, write, alpha, moving, pages)


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        _image("jpg", "image/jpeg", read=True, write=True),
        _image("png", "image/png", read=True, write=True, alpha=True, moving=True),
        _image("gif", "image/gif", read=True, write=True, alpha=True, moving=True),
        _image("webp", "image/webp", read=True, write=True, alpha=True, moving=True),
        _image("avif", "image/avif", read=True, write=True, alpha=True, moving=True),
        _image("jxl", "image/jxl", read=True, write=True, alpha=True, moving=True),
        _image("tif", "image/tiff", read=True, write=True, alpha=True, pages=True),
        _image("svg", "image/svg+xml", read=True, write=True, alpha=True),
        _image("pdf", "application/pdf", read=True, write=True, pages=True),
        _image("ai", "application/postscript", write=True, pages=True),
        _image("eps", "application/postscript", write=True),
        _image("psd", "image/vnd.adobe.photoshop", read=True, write=True, alpha=True, pages=True),
        _image("heic", "image/heic", read=True, alpha=True),
        _image("bmp", "image/bmp", read=True, write=True),
        _image("tga", "image/x-tga", read=True, write=True, alpha=True),
        _image("bw", "image/x-sgi-bw", read=True, write=True),
        _image("ico", "image/x-icon", read=True, write=True, alpha=True, pages=True),
        _image("jp2", "image/jp2", read=True, write=True, alpha=True),
        _image("j2k", "image/j2c", read=True, write=True, alpha=True),
        _image("wdp", "image/vnd.ms-photo", read=True, write=True, alpha=True),
        _image("dng", "image/x-adobe-dng", read=True),
        _image("cr2", "image/x-canon-cr2", read=True),
        _image("cr3", "image/x-canon-cr3", read=True),
        _image("nef", "image/x-nikon-nef", read=True),
        _image("arw", "image/x-sony-arw", read=True),
        _image("pef", "image/x-pentax-pef", read=True),
        _image("raf", "image/x-fuji-raf", read=True),
        _image("orf", "image/x-olympus-orf", read=True),
        _image("rw2", "image/x-panasonic-rw2", read=True),
        _image("flif", "image/flif", alpha=True),
        _image("bpg", "image/bpg", alpha=True),
        _image("djvu", "image/vnd.djvu"),
        _image("indd", "application/x-indesign"),
        _image("idml", "application/vnd.adobe.indesign-idml-package"),
        _image("miff", "image/x-miff", alpha=True),
        _image("hpx", "image/x-hpx"),
        Format("mp4", "video/mp4", Kind.VIDEO),
        Format("webm", "video/webm", Kind.VIDEO),
        Format("mov", "video/quicktime", Kind.VIDEO),
        Format("mkv", "video/x-matroska", Kind.VIDEO),
        Format("avi", "video/x-msvideo", Kind.VIDEO),
        Format("flv", "video/x-flv", Kind.VIDEO),
        Format("mpeg", "video/mpeg", Kind.VIDEO),
        Format("ts", "video/mp2t", Kind.VIDEO),
        Format("3gp", "video/3gpp", Kind.VIDEO),
        Format("ogv", "video/ogg", Kind.VIDEO),
        Format("wmv", "video/x-ms-wmv", Kind.VIDEO),
        Format("mp3", "audio/mpeg", Kind.VIDEO),
        Format("wav", "audio/wav", Kind.VIDEO),
        Format("ogg", "audio/ogg", Kind.VIDEO),
        Format("flac", "audio/flac", Kind.VIDEO),
        Format("m4a", "audio/mp4", Kind.VIDEO),
        Format("aac", "audio/aac", Kind.VIDEO),
        Format("aiff", "audio/aiff", Kind.VIDEO),
        Format("amr", "audio/amr", Kind.VIDEO),
        # What came of a transformation, in words (`fl_getinfo`): nothing that is uploaded or asked for by name.
        Format("json", "application/json", Kind.RAW),
    )
}

_NEVER_NAMED = frozenset({"json"})

# Why a picture format that we know cannot be read, or be written, by anyone who runs this.
_UNREADABLE: dict[str, str] = {
    "eps": "PostScript is a program, and nothing here runs it; upload it as PDF or SVG",
    "ai": "it can be read where it is PDF inside, as Illustrator saves it by default",
}
_UNWRITABLE: dict[str, str] = {
    "heic": "no free library writes it; ask for avif, which is the same container with a free codec",
}
_ONLY_READ = "files of cameras are only read"
_NO_LIBRARY = "no free library for it is part of this build"


def refusal(name: str, *, is_read: bool = False) -> str:
    """The words for a format that this build cannot write, or cannot read: what, and why."""
    known = FORMATS.get(name)
    what = "Unsupported source format" if is_read else "Unsupported format"
    reasons = _UNREADABLE if is_read else _UNWRITABLE
    if known is None:
        return f"{what} {name}"
    if known.kind is not Kind.IMAGE:
        return f"{what} {name}: it is not a format of pictures"
    if not is_read and known.readable and name not in reasons:
        return f"{what} {name}: {_ONLY_READ}"
    return f"{what} {name}: {reasons.get(name, _NO_LIBRARY)}"


# Other spellings of the URL language -> our one name.
SPELLINGS: dict[str, str] = {
    "jpe": "jpg",
    "jpeg": "jpg",
    "tiff": "tif",
    "heif": "heic",
    "m2ts": "ts",
    "mts": "ts",
    "mpg": "mpeg",
    "apng": "png",
    "jxr": "wdp",
    "hdp": "wdp",
    "jpc": "j2k",
    "ps": "eps",
    "ept": "eps",
    "eps3": "eps",
}


def format_named(token: str) -> Format | None:
    """The format of a token or file extension, in any spelling and case; None if we do not know it."""
    token = token.lower()
    return None if token in _NEVER_NAMED else FORMATS.get(SPELLINGS.get(token, token))


HEAD_BYTES = 4096


def _brand(head: bytes) -> str | None:
    """ISO base media files tell their brand after `ftyp` (ISO/IEC 14496-12, 4.3)."""
    if head[4:8] != b"ftyp":
        return None
    brands = {head[8:12]} | {head[i : i + 4] for i in range(16, min(int.from_bytes(head[:4], "big"), 256), 4)}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if head[8:12] == b"crx ":
        return "cr3"
    if head[8:12] in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return "heic"
    if head[8:12] in {b"M4A ", b"M4B "}:
        return "m4a"
    if head[8:10] == b"qt":
        return "mov"
    if head[8:11] == b"3gp" or head[8:11] == b"3g2":
        return "3gp"
    return "mp4"


def _riff(head: bytes) -> str | None:
    if head[:4] != b"RIFF":
        return None
    return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])


_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"II+\x00", "tif"),
    (b"MM\x00+", "tif"),
    (b"8BPS", "psd"),
    (b"%PDF-", "pdf"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "j2k"),
    (b"II\xbc\x01", "wdp"),
    (b"\x01\xda\x00", "bw"),
    (b"\x01\xda\x01", "bw"),
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"IIU\x00", "rw2"),
    (b"%!PS-Adobe", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"FLIF", "flif"),
    (b"BPG\xfb", "bpg"),
    (b"AT&TFORM", "djvu"),
    (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5\xbd\x31\xef\xe7\xfe\x74\xb7\x1d", "indd"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"#!AMR", "amr"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "wmv"),
)


def sniff(head: bytes) -> Format | None:
    """What the first bytes (HEAD_BYTES are enough) say a file is; None: something else, so raw.

    Only content is asked, never a name or a client's word. A decoder still has the last word on pictures.
    """
    name = _brand(head) or _riff(head)
    for start, candidate in _STARTS:
        if name is None and head.startswith(start):
            name = candidate
    if name is None and head[:2] == b"BM" and len(head) >= 26 and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        name = "bmp"
    if name is None and head[:4] == b"\x1aE\xdf\xa3":
        name = "webm" if b"webm" in head[:64] else "mkv"
    if name is None and head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        name = "aiff"
    if name is None and len(head) > 188 * 2 and head[0] == head[188] == head[376] == 0x47:
        name = "ts"
    if name is None and head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}:
        name = "mp3"
    if name is None and head[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        name = "aac"
    if name is None and _is_svg(head):
        name = "svg"
    if name is None and _is_tga(head):
        name = "tga"
    if name == "tif":
        name = _camera(head) or "tif"
    if name == "ogg" and b"\x80theora" in head:
        name = "ogv"
    return FORMATS[name] if name else None


# Sizes of the known BITMAP*HEADER structures.
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def _is_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text)


def _is_tga(head: bytes) -> bool:
    """TGA begins with no signature: every field of its header must make sense (Truevision TGA 2.0, C.2)."""
    if len(head) < 18:
        return False
    has_map, kind, map_fields = head[1], head[2], head[3:8]
    bits, descriptor = head[16], head[17]
    if has_map == 1:
        fits = kind in {1, 9} and bits == 8 and map_fields[4] in {15, 16, 24, 32}
    else:
        depths = {8, 16} if kind in {3, 11} else {15, 16, 24, 32}
        fits = has_map == 0 and kind in {2, 3, 10, 11} and bits in depths and not any(map_fields)
    has_area = any(head[12:14]) and any(head[14:16])
    return fits and has_area and descriptor & 0xC0 == 0 and descriptor & 0x0F in {0, 1, 8}


_MAKE, _SUB_IFDS, _DNG_VERSION, _NEW_SUBFILE_TYPE = 271, 330, 50706, 254
_MAKERS: tuple[tuple[bytes, str], ...] = ((b"NIKON", "nef"), (b"SONY", "arw"), (b"PENTAX", "pef"), (b"RICOH", "pef"))
_ENTRIES_MAX = 200


def _camera(head: bytes) -> str | None:
    """The raw files of most cameras are TIFF, too: the first directory of theirs tells."""
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    if head[8:10] == b"CR":
        return "cr2"
    start = int.from_bytes(head[4:8], order)
    count = int.from_bytes(head[start : start + 2], order)
    tags: dict[int, bytes] = {}
    for index in range(min(count, _ENTRIES_MAX)):
        entry = head[start + 2 + 12 * index :][:12]
        tags[int.from_bytes(entry[:2], order)] = entry[4:]
    if _DNG_VERSION in tags:
        return "dng"
    # A picture that was developed names its camera as well, but holds no smaller and larger ones beside each other.
    kind = tags.get(_NEW_SUBFILE_TYPE, b"")[4:8]
    if _SUB_IFDS not in tags or int.from_bytes(kind, order) != 1:
        return None
    where = int.from_bytes(tags.get(_MAKE, b"")[4:8], order)
    make = head[where : where + 16].upper()
    return next((name for start, name in _MAKERS if make.startswith(start)), None)
