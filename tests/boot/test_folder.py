"""The data folder: claimed once, refused in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from safelight.boot.folder import DATA_VERSION, _words, claim, is_claimed
from safelight.kernel.errors import Conflict, NotAvailable, SafelightError, StoreFull


def test_a_new_folder_is_made_and_bears_its_version(tmp_path: Path):
    with claim(tmp_path / "a" / "b") as made:
        assert (made / "version").read_text() == f"{DATA_VERSION}\n"
        assert made.is_absolute()


def test_it_can_be_claimed_again_when_it_was_let_go(tmp_path: Path):
    for _ in range(2):
        with claim(tmp_path):
            assert is_claimed(tmp_path)
        assert not is_claimed(tmp_path)


def test_a_second_up_is_refused_and_told_who_runs(tmp_path: Path):
    with claim(tmp_path), pytest.raises(Conflict, match=rf"Another Safelight \(process {os.getpid()}\) is running"):
        claim(tmp_path).__enter__()


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ({"name": "serve", "is_shared": True}, {"name": "work", "is_shared": True}, False),
        ({"name": "serve", "is_shared": True}, {"name": "serve", "is_shared": True}, True),
        ({"name": "serve", "is_shared": True}, {}, True),
        ({}, {"name": "work", "is_shared": True}, True),
    ],
)
def test_parts_share_a_folder_with_each_other_but_not_with_up(tmp_path: Path, first, second, is_refused):
    with claim(tmp_path, **first):
        try:
            with claim(tmp_path, **second):
                pass
        except Conflict:
            assert is_refused
        else:
            assert not is_refused


def test_the_lock_goes_with_its_holder(tmp_path: Path):
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from safelight.boot.folder import claim\n"
        "claim(Path(sys.argv[1])).__enter__()\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)]).returncode == 9
    with claim(tmp_path):
        pass


def test_a_folder_of_a_newer_release_is_left_alone(tmp_path: Path):
    (tmp_path / "version").write_text(f"{DATA_VERSION + 1}\n")
    with pytest.raises(Conflict, match="belongs to a newer Safelight"):
        claim(tmp_path).__enter__()
    assert [path.name for path in tmp_path.iterdir()] == ["version"]


def test_a_version_that_is_none_is_refused(tmp_path: Path):
    (tmp_path / "version").write_text("of something else")
    with pytest.raises(Conflict, match="does not hold a version"):
        claim(tmp_path).__enter__()


def _below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "data"


def _a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file"


@pytest.mark.parametrize(
    "place", [_below_a_file, _a_file, lambda _: Path("/proc/safelight"), lambda _: Path("/sys/safelight")]
)
def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path, place):
    with pytest.raises(NotAvailable) as caught:
        claim(place(tmp_path)).__enter__()
    assert "--data" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_folder_that_a_plain_user_may_not_write_is_one_line(tmp_path: Path):
    """As root every folder can be written, so the words are asked of a user who is nobody."""
    tmp_path.chmod(0o755)
    program = (
        "import os, sys\n"
        "from safelight.boot.folder import claim\n"
        "from safelight.kernel.errors import SafelightError\n"
        "from pathlib import Path\n"
        "os.getuid() or os.setuid(65534)\n"
        "try:\n"
        "    claim(Path(sys.argv[1])).__enter__()\n"
        "except SafelightError as error:\n"
        "    print(error.message)\n"
    )
    target = Path("/usr/safelight-data")
    told = subprocess.run([sys.executable, "-c", program, str(target)], capture_output=True, text=True)
    assert told.stdout.strip() == (
        f"The data folder {target} cannot be written by this user; change its rights, "
        "or choose another folder with --data."
    )


def test_a_full_disk_is_one_line(tmp_path: Path):
    with pytest.raises(StoreFull, match=r"is full \(\d+ MiB free, 4294967296 MiB are needed to start\)"):
        claim(tmp_path, free_bytes_min=2**52).__enter__()


def test_a_disk_that_turns_out_full_is_one_line_too():
    error = _words(OSError(28, "No space left on device"), Path("/data"))
    assert isinstance(error, SafelightError)
    assert "is full" in error.message
