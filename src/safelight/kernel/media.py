"""Kind and Format: the files we know, their MIME types, and how their first bytes look."""

from dataclasses import dataclass
from enum import StrEnum


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


def _image(name: str, mime: str, *, read: bool, write: bool, alpha: bool = False, moving: bool = False) -> Format:
    return Format(name, mime, Kind.IMAGE, read, write, alpha, moving)


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        _image("jpg", "image/jpeg", read=True, write=True),
        _image("png", "image/png", read=True, write=True, alpha=True),
        _image("gif", "image/gif", read=True, write=True, alpha=True, moving=True),
        _image("webp", "image/webp", read=True, write=True, alpha=True, moving=True),
        _image("avif", "image/avif", read=True, write=True, alpha=True),
        _image("tif", "image/tiff", read=True, write=True, alpha=True),
        _image("svg", "image/svg+xml", read=True, write=False, alpha=True),
        _image("bmp", "image/bmp", read=True, write=True),
        _image("heic", "image/heic", read=True, write=False, alpha=True),
        _image("ico", "image/x-icon", read=False, write=False, alpha=True),
        _image("jxl", "image/jxl", read=False, write=False, alpha=True),
        _image("jp2", "image/jp2", read=False, write=False, alpha=True),
        _image("psd", "image/vnd.adobe.photoshop", read=False, write=False, alpha=True),
        _image("pdf", "application/pdf", read=False, write=False),
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
    )
}

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
}


def format_named(token: str) -> Format | None:
    """The format of a token or file extension, in any spelling and case; None if we do not know it."""
    token = token.lower()
    return FORMATS.get(SPELLINGS.get(token, token))


HEAD_BYTES = 4096


def _brand(head: bytes) -> str | None:
    """ISO base media files tell their brand after `ftyp` (ISO/IEC 14496-12, 4.3)."""
    if head[4:8] != b"ftyp":
        return None
    brands = {head[8:12]} | {head[i : i + 4] for i in range(16, min(int.from_bytes(head[:4], "big"), 256), 4)}
    if brands & {b"avif", b"avis"}:
        return "avif"
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
    if name == "ogg" and b"\x80theora" in head:
        name = "ogv"
    return FORMATS[name] if name else None


# Sizes of the known BITMAP*HEADER structures.
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def _is_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text)
