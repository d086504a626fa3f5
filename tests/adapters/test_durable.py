"""Small files that are there whole or not at all."""

from pathlib import Path

import pytest

from safelight.adapters.durable import write_whole


@pytest.mark.parametrize(("replaces", "expected"), [(True, b"new"), (False, b"old")])
def test_a_file_is_replaced_or_stays(tmp_path: Path, replaces: bool, expected: bytes):
    file = tmp_path / "deep" / "file"
    write_whole(file, b"old", mode=0o600, replaces=replaces)
    write_whole(file, b"new", mode=0o600, replaces=replaces)
    assert file.read_bytes() == expected
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_what_fails_leaves_nothing(tmp_path: Path):
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="file"):
        write_whole(tmp_path / "file", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
