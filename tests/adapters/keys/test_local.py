"""The master key of this installation."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safelight.adapters.keys.local import LocalKeys, local_keys
from safelight.kernel.errors import Internal, Invalid
from safelight.kernel.secret import Secret


def test_a_key_is_made_once_and_for_us_alone(tmp_path: Path):
    file = tmp_path / "data" / "master.key"
    sealed = local_keys(None, file).seal(b"secret", "context")
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(file.read_text())) == 32
    assert local_keys(None, file).open(sealed, "context") == b"secret"
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path):
    file = tmp_path / "master.key"
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: local_keys(None, file), range(8)))
    sealed = made[0].seal(b"secret", "context")
    assert [keys.open(sealed, "context") for keys in made] == [b"secret"] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_a_key_of_the_settings_makes_no_file(tmp_path: Path):
    keys = local_keys(Secret("0A" * 32), tmp_path / "master.key")
    assert LocalKeys(b"\n" * 32).open(keys.seal(b"secret", "c"), "c") == b"secret"
    assert list(tmp_path.iterdir()) == []


def test_another_key_is_told_in_clear_words():
    sealed = LocalKeys(b"a" * 32).seal(b"secret", "context")
    with pytest.raises(Internal, match="the master key is not the one that sealed it"):
        LocalKeys(b"b" * 32).open(sealed, "context")


def test_another_way_of_sealing_is_told_in_clear_words():
    with pytest.raises(Internal, match="not sealed by this release"):
        LocalKeys(b"a" * 32).open(b"\2" + b"x" * 40, "context")


@pytest.mark.parametrize("text", ["", "hush", "ab" * 31, "ab" * 33, "xy" * 32])
def test_what_is_not_a_key_is_a_clear_error(tmp_path: Path, text: str):
    file = tmp_path / "master.key"
    file.write_text(text)
    for give in (lambda: local_keys(None, file), lambda: local_keys(Secret(text), tmp_path / "none")):
        with pytest.raises(Invalid, match="must be 64 hex digits") as error:
            give()
        assert "hush" not in error.value.message
