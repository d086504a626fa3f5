"""Sniffing: the first bytes tell what a file is, whatever it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel.media import FORMATS, HEAD_BYTES, Kind, format_named, sniff

BMP = b"BM" + bytes(12) + (40).to_bytes(4, "little") + bytes(8)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(8), "png"),
        (b"GIF89a" + bytes(8), "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "avif"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", "avif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomavc1", "mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "mov"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A ", "m4a"),
        (b"II*\x00\x08\x00\x00\x00", "tif"),
        (BMP, "bmp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?>\n<!-- a -->\n<svg>", "svg"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "webm"),
        (b"OggS" + bytes(30) + b"\x80theora", "ogv"),
        (b"OggS" + bytes(30), "ogg"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04" + bytes(20), None),
        (b"BM just a text that begins so", None),
        (b"<html><body><svg></svg>", None),
        (b"<?xml version='1.0'?><note/>", None),
        (b"GIF", None),
        (bytes(HEAD_BYTES), None),
        (b"", None),
    ],
)
def test_content_tells_the_format(head, expected):
    found = sniff(head)
    assert (found.name if found else None) == expected


@given(st.binary(max_size=600))
def test_no_bytes_of_any_kind_break_the_sniffer(head):
    found = sniff(head)
    assert found is None or found is FORMATS[found.name]


@pytest.mark.parametrize(("token", "name"), [("JPG", "jpg"), ("jpeg", "jpg"), ("tiff", "tif"), ("heif", "heic")])
def test_spellings_lead_to_one_name(token, name):
    found = format_named(token)
    assert found is not None
    assert found.name == name


def test_what_we_do_not_know_is_no_format():
    assert format_named("exe") is None


def test_every_format_stands_under_its_own_name_and_audio_lives_with_video():
    assert all(name == found.name for name, found in FORMATS.items())
    assert FORMATS["mp3"].kind is Kind.VIDEO
