"""The headers of a piece."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.uploads.ranges import Piece, piece_of, session_id


@pytest.mark.parametrize(
    ("header", "upload_id", "piece"),
    [
        (None, None, None),
        (None, "id", None),
        ("", "id", None),
        ("bytes 0-4/10", "id", Piece("id", 0, 5, 10)),
        ("bytes 5-9/10", "id", Piece("id", 5, 10, 10)),
        ("bytes 0-4/-1", "id", Piece("id", 0, 5, None)),
        ("bytes 0-4/*", "id", Piece("id", 0, 5, None)),
        ("bytes 0-4", "id", Piece("id", 0, 5, None, may_be_last=True)),
        ("bytes 0-9/10", None, None),  # a whole file needs no name
    ],
)
def test_a_range_is_a_piece(header, upload_id, piece):
    assert piece_of(header, upload_id) == piece


@pytest.mark.parametrize(
    ("header", "upload_id"),
    [
        ("bytes 0-4/10", None),
        ("bytes 0-4/10", ""),
        ("bytes 0-4/10", "x" * 300),
        ("bytes 0-4/-1", None),
        ("bytes 5-4/10", "id"),
        ("bytes 0-10/10", "id"),
        ("bytes -4/10", "id"),
        ("bytes 0-/10", "id"),
        ("bytes a-b/c", "id"),
        ("bytes 0-4/-2", "id"),
        ("items 0-4/10", "id"),
        ("bytes 0-99999999999999999999/-1", "id"),
        ("0-4/10", "id"),
    ],
)
def test_what_cannot_be_is_refused(header, upload_id):
    with pytest.raises(Invalid):
        piece_of(header, upload_id)


def test_uploads_of_different_clients_never_meet():
    ids = {session_id("id", asked, signer) for asked in ("raw", "image") for signer in ("1", "2")}
    assert len(ids) == 4
