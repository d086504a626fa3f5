"""What may come in, told from content."""

import pytest

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS, Kind
from safelight.settings import UploadSettings
from safelight.uploads import checks

SETTINGS = UploadSettings(image_bytes_max=10, video_bytes_max=20, raw_bytes_max=30)


@pytest.mark.parametrize(
    ("asked", "content", "found"),
    [
        (None, "jpg", Kind.IMAGE),
        (None, "pdf", Kind.IMAGE),
        (None, "mp4", Kind.VIDEO),
        (None, "mp3", Kind.VIDEO),
        (None, None, Kind.RAW),
        (Kind.RAW, "jpg", Kind.RAW),
        (Kind.RAW, None, Kind.RAW),
        (Kind.IMAGE, "png", Kind.IMAGE),
        (Kind.VIDEO, "webm", Kind.VIDEO),
        (Kind.IMAGE, "mp4", "Invalid image file"),
        (Kind.IMAGE, None, "Invalid image file"),
        (Kind.VIDEO, "jpg", "Unsupported video format or file"),
        (Kind.VIDEO, None, "Unsupported video format or file"),
    ],
)
def test_content_and_endpoint_must_agree(asked, content, found):
    sniffed = FORMATS[content] if content else None
    if isinstance(found, Kind):
        assert checks.kind_of(asked, sniffed) is found
    else:
        with pytest.raises(Invalid, match=found):
            checks.kind_of(asked, sniffed)


def test_nothing_is_no_file():
    with pytest.raises(Invalid, match="Empty file"):
        checks.check_not_empty(0)


@pytest.mark.parametrize(("kind", "most"), [(Kind.IMAGE, 10), (Kind.VIDEO, 20), (Kind.RAW, 30), (None, 30)])
def test_each_kind_has_its_limit(kind, most):
    assert checks.size_bytes_max(kind, SETTINGS) == most
    if kind is not None:
        checks.check_size(kind, most, SETTINGS)
        with pytest.raises(TooMuch, match=f"^File size too large. Got {most + 1}. Maximum is {most}.$"):
            checks.check_size(kind, most + 1, SETTINGS)


@pytest.mark.parametrize(
    ("kind", "found", "allowed", "words"),
    [
        (Kind.IMAGE, "jpg", (), None),
        (Kind.IMAGE, "jpg", ("png", "jpg"), None),
        (Kind.IMAGE, "gif", ("png", "jpg"), "Image file format gif not allowed"),
        (Kind.VIDEO, "mp4", ("jpg",), "Video file format mp4 not allowed"),
        (Kind.RAW, None, ("jpg",), "Raw file format unknown not allowed"),
    ],
)
def test_only_allowed_formats_come_in(kind, found, allowed, words):
    if words is None:
        checks.check_format(kind, found, allowed)
    else:
        with pytest.raises(Invalid, match=words):
            checks.check_format(kind, found, allowed)
