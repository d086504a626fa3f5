"""The report over transformations: which lines it understands, and that no line is told in its reasons."""

import pytest

from bench.strings import masked, read, says_the_same, table
from safelight.kernel.errors import SafelightError


@pytest.mark.parametrize(
    ("text", "extension", "is_of_film"),
    [
        ("w_100,c_fill/e_sepia", None, False),
        ("/demo/image/upload/w_100/v1/a/b.jpg", "jpg", False),
        ("/image/upload/w_100/b.png", "png", False),
        ("/demo/image/facebook/c_fill,w_9/someone.jpg", "jpg", False),
        ("/demo/video/sprite/so_2/a.jpg", "jpg", True),
        ("/demo/video/upload/so_2/a.mp4?_a=1", "mp4", True),
    ],
)
def test_a_line_is_understood(text, extension, is_of_film):
    line = read(text)
    assert (line.extension, line.is_of_film) == (extension, is_of_film)
    assert says_the_same(line.plan)


@pytest.mark.parametrize("text", ["w_wide", "/demo/image/upload/e_nope/a.jpg", "/demo"])
def test_another_is_refused(text):
    with pytest.raises(SafelightError):
        read(text)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("`angle` must lie between 1 and 100.", "… must lie between … and …."),
        ("Invalid width in transformation: wide", "Invalid width in transformation: …"),
        ("Unsupported format mp4: it is not a format of pictures\nmore", "Unsupported format mp4: …"),
    ],
)
def test_a_reason_says_nothing_of_the_line(message, reason):
    assert masked(message) == reason


def test_the_table_has_shares():
    assert table([("understood", 1)], 4).splitlines()[-1] == "| understood | 1 | 25.0 % |"
