"""Every kind of file that is something else than it says, or would run if a browser let it: taken in or not, and how
it is handed out."""

import gzip
import io
import zipfile

import httpx
import pytest
from PIL import Image

from tests.pictures import encoded, photo, scene
from tests.render.formats.samples import pdf

SCRIPT = b"<script>alert(document.domain)</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)">' + SCRIPT + b"</svg>"
REFUSED = 400
TEXT = "text/plain; charset=utf-8"
UNKNOWN = "application/octet-stream"


def gif_that_is_a_script() -> bytes:
    """Its width is `/*`, and what follows its end closes the comment."""
    data = bytearray(encoded(scene(60, 40), "GIF"))
    return bytes(data) + b"*/=1;alert(1);//"


def jpeg_with_a_page() -> bytes:
    return encoded(scene(60, 40), "JPEG", comment=HTML + b"<?php system($_GET[0]); ?>")


def png_with_a_page() -> bytes:
    return encoded(scene(60, 40), "PNG") + HTML


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def picture_that_is_an_archive() -> bytes:
    return photo(60, 40) + archive("evil.class")


MVG = b"push graphic-context\nviewbox 0 0 9 9\nfill 'url(https://a.example/\"|touch /tmp/x\")'\npop graphic-context\n"
MSL = b'<?xml version="1.0"?><image><read filename="caption:&lt;?php"/><write filename="/tmp/x.php"/></image>'
POSTSCRIPT = b"%!PS\nuserdict /setpagedevice undef\nsave legal {null restore} stopped {pop} if\n(%pipe%id) (w) file\n"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n"
XBM = b"#define x_width 9999999\n#define x_height 9999999\nstatic char x_bits[] = {\n0x00};\n"
PLAYLIST = (
    b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nconcat:http://127.0.0.1/|file:///etc/passwd\n#EXT-X-ENDLIST\n"
)
CONCAT = b"ffconcat version 1.0\nfile '/etc/passwd'\n"
SHIFTED = b'<?xml version="1.0" encoding="UTF-16"?>' + SVG

# What it is, what it is sent as, and under which name; then the status, the type and whether it is sandboxed.
KINDS = [
    ("a drawing with scripts", SVG, "image", "a.svg", 200, "image/svg+xml", True),
    ("a drawing with scripts, raw", SVG, "raw", "a.svg", 200, TEXT, True),
    ("a drawing, packed", gzip.compress(SVG), "image", "a.svgz", REFUSED, "", False),
    ("a drawing that says it is UTF-16", SHIFTED, "image", "a.svg", REFUSED, "", False),
    ("a page as a picture", HTML, "image", "a.jpg", REFUSED, "", False),
    ("a page, raw", HTML, "raw", "a.html", 200, TEXT, True),
    ("a page with another name, raw", HTML, "raw", "a.xhtml", 200, TEXT, True),
    ("a page without a name, raw", HTML, "raw", "page", 200, UNKNOWN, True),
    ("a page that says it is a picture, raw", HTML, "raw", "a.jpg", 200, UNKNOWN, True),
    ("a page of a mail program, raw", HTML, "raw", "a.mht", 200, UNKNOWN, True),
    ("a program of Windows, raw", HTML, "raw", "a.hta", 200, UNKNOWN, True),
    ("a film of Flash, raw", b"FWS\x09" + bytes(60), "raw", "a.swf", 200, UNKNOWN, True),
    ("a script, raw", b"alert(1)", "raw", "a.js", 200, TEXT, True),
    ("styles with a script, raw", b"a{b:url(javascript:1)}", "raw", "a.css", 200, "text/css; charset=utf-8", True),
    ("a transformation of XML, raw", MSL, "raw", "a.xsl", 200, TEXT, True),
    ("a GIF that is a script", gif_that_is_a_script(), "image", "a.gif", 200, "image/gif", False),
    ("a JPEG with a page in its comment", jpeg_with_a_page(), "image", "a.html", 200, "image/jpeg", False),
    ("a PNG followed by a page", png_with_a_page(), "image", "a.png", 200, "image/png", False),
    ("a JPEG that is an archive", picture_that_is_an_archive(), "image", "a.jar", 200, "image/jpeg", False),
    ("a page before a picture", HTML + photo(60, 40), "image", "a.jpg", REFUSED, "", False),
    ("a document with a script", pdf((9, 9)) + HTML, "image", "a.pdf", 200, "application/pdf", False),
    ("a document, raw", b"%PDF-1.7\n" + HTML, "raw", "a.pdf", 200, "application/pdf", False),
    ("a page before a document", HTML + pdf((9, 9)), "image", "a.pdf", REFUSED, "", False),
    ("drawing commands of ImageMagick", MVG, "image", "a.jpg", REFUSED, "", False),
    ("a script of ImageMagick", MSL, "image", "a.jpg", REFUSED, "", False),
    ("PostScript that starts a program", POSTSCRIPT, "image", "a.jpg", REFUSED, "", False),
    ("EPS that starts a program", EPS, "image", "a.eps", 200, "application/postscript", False),
    ("a bitmap in C", XBM, "image", "a.xbm", REFUSED, "", False),
    ("a playlist that reads files, as a picture", PLAYLIST, "image", "a.gif", REFUSED, "", False),
    ("a playlist that reads files, as a film", PLAYLIST, "video", "a.avi", REFUSED, "", False),
    ("a list of films that reads files", CONCAT, "video", "a.mp4", REFUSED, "", False),
    ("a playlist, raw", PLAYLIST, "raw", "a.m3u8", 200, "application/x-mpegURL", True),
    (
        "an archive that leads out",
        archive("../../etc/cron.d/x", "/etc/x"),
        "raw",
        "a.zip",
        200,
        "application/zip",
        True,
    ),
    ("an archive as a picture", archive("x"), "image", "a.jpg", REFUSED, "", False),
    ("a program", b"MZ" + bytes(500), "image", "a.jpg", REFUSED, "", False),
    ("a program of Linux", b"\x7fELF" + bytes(500), "image", "a.jpg", REFUSED, "", False),
]


def send(safelight, data: bytes, kind: str, filename: str, **words: str) -> httpx.Response:
    files = {"file": (filename, data)}
    return httpx.post(f"{safelight.api}/{kind}/upload", auth=safelight.auth, data=words, files=files, timeout=60)


@pytest.mark.parametrize(
    ("what", "data", "kind", "filename", "status", "mime", "is_sandboxed"), KINDS, ids=[one[0] for one in KINDS]
)
def test_a_file_is_handed_out_as_what_its_bytes_are_and_nothing_of_it_runs(
    safelight, what, data, kind, filename, status, mime, is_sandboxed
):
    public_id = f"kinds/{KINDS.index((what, data, kind, filename, status, mime, is_sandboxed))}/{filename}"
    answer = send(safelight, data, kind, filename, public_id=public_id)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.json()["error"]["message"]
        return
    told = answer.json()
    for url in (told["secure_url"].replace("https:", "http:"), told["url"]):
        whole = httpx.get(url, timeout=60)
        headers = whole.headers
        assert (whole.status_code, headers["content-type"]) == (200, mime)
        assert headers["x-content-type-options"] == "nosniff"
        assert ("sandbox" in headers.get("content-security-policy", "")) is is_sandboxed
        assert "set-cookie" not in headers
    if kind == "image" and mime.startswith("image/"):
        drawn = httpx.get(told["url"].replace("/upload/", "/upload/f_png,w_8/"), timeout=60)
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
        assert not any(word in drawn.content for word in (b"<script", b"<?php", b"evil.class", b"alert("))
        assert Image.open(io.BytesIO(drawn.content)).width == 8


NAMES = [
    "../../etc/passwd", "..\\..\\windows\\x.jpg", "/etc/passwd", "a/../../b.jpg", "C:\\x.jpg", "a\0b.jpg", "a\r\nb.jpg",
    "con.jpg", ".htaccess", "....//....//x.jpg", "a%2f..%2fb.jpg", "\u202egpj.exe", "x" * 4000 + ".jpg", "~/.ssh/x",
    "$(id).jpg", "`id`.jpg", "'; drop table assets; --.jpg", "<script>.jpg", "-rf.jpg", "|id.jpg",
    "file:///etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_of_a_client_is_no_path_and_no_command(safelight, name):
    for words in ({"use_filename": "true", "unique_filename": "false"}, {"public_id": name}):
        answer = send(safelight, photo(64, 48), "image", name.replace("\0", "%00"), **words)
        assert answer.status_code in {200, 400}, answer.text
        if answer.status_code == 200:
            found = answer.json()["public_id"]
            assert not any(part in {"", ".", ".."} for part in found.split("/"))
            assert all(letter.isprintable() or letter == "\u202e" for letter in found)
            assert httpx.get(answer.json()["url"], timeout=60).status_code == 200
    folder = safelight.folder / "data"
    assert not [path for path in folder.rglob("*") if path.name.endswith((".exe", "passwd", ".htaccess"))]
