"""Types: the true and harmless Content-Type of what is handed out, and the name to save it under."""

from safelight.assets.model import Asset
from safelight.kernel.media import FORMATS, Kind

TEXT = "text/plain; charset=utf-8"
UNKNOWN = "application/octet-stream"

# Raw files are typed by their name, from this list alone. What a browser would run (pages, scripts, XML with
# scripts in it) is told to be text: together with nosniff it is shown, and neither run nor loaded as a script.
RAW: dict[str, str] = {
    **dict.fromkeys(
        ("txt", "md", "log", "srt", "html", "htm", "xhtml", "xml", "xsl", "js", "mjs", "svg", "yaml"), TEXT
    ),
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "gz": "application/gzip",
    "tar": "application/x-tar",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "usdz": "model/vnd.usdz+zip",
    "wasm": UNKNOWN,
    "m3u8": "application/x-mpegURL",
    "mpd": "application/dash+xml",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "epub": "application/epub+zip",
    "rtf": "application/rtf",
}


def mime_of(kind: Kind, name: str, format: str | None) -> str:
    """`format` is what the bytes are; only where they are none that we know does the name speak."""
    if kind is not Kind.RAW and format in FORMATS:
        return FORMATS[format].mime
    return RAW.get(extension_of(name).lower(), UNKNOWN)


def is_sandboxed(kind: Kind, mime: str) -> bool:
    """Whether a browser must be told to run nothing of it. Its PDF viewer is a sandbox already, and breaks in ours."""
    if mime == "application/pdf":
        return False
    return kind is Kind.RAW or mime in ("image/svg+xml", UNKNOWN)


def extension_of(name: str) -> str:
    """Of `a/b.tar.gz` it is `gz`; empty where there is none."""
    _, dot, extension = name.rpartition("/")[2].rpartition(".")
    return extension if dot else ""


def save_name(asset: Asset, asked: str | None, format: str | None) -> str:
    """The name of the file on a client's disk: the one asked for or the last part of the asset's, with the extension
    of what is handed out."""
    own = asset.name.rpartition("/")[2]
    extension = extension_of(own) if asset.kind is Kind.RAW else format or ""
    stem = asked or (own.removesuffix(f".{extension}") if extension else own)
    return f"{stem}.{extension}" if extension else stem
