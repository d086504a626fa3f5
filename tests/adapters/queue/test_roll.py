"""Who is known to be dead: whose process has gone, and who ended in this one; and nobody else."""

import os

import pytest

from safelight.adapters.queue.roll import Roll


@pytest.fixture
def die(tmp_path):
    """A process with these workers that ends without a word."""

    def die(*workers: int) -> None:
        pid = os.fork()
        if not pid:
            with Roll(tmp_path).held() as _:
                os._exit(0)
        os.waitpid(pid, 0)
        (file,) = (path for path in tmp_path.iterdir() if not path.stat().st_size)
        file.write_text("".join(f"w{worker};" for worker in workers))

    return die


def test_who_died_is_told_from_who_lives(tmp_path, die):
    living, other = Roll(tmp_path), Roll(tmp_path)
    with living.held():
        living.add(1)
        die(2, 3)
        assert other.dead() == [2, 3]
        assert living.dead() == [], "its file was read once"
        assert other.dead() == [2, 3], "and is not forgotten by whoever read it"
    assert list(tmp_path.iterdir()) == [], "who ends well leaves nothing"


def test_who_ended_in_this_process_is_dead_too():
    roll = Roll(None)
    with roll.held():
        roll.add(1)
        assert roll.dead() == []
        roll.ended()
        roll.add(2)
        assert roll.dead() == [1]


def test_a_number_that_was_cut_off_is_nobodys(tmp_path):
    (tmp_path / "torn").write_text("w12w124;w13")
    assert Roll(tmp_path).dead() == [124]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("")
    roll = Roll(tmp_path / "file" / "folder")
    with roll.held():
        roll.add(1)
        assert roll.dead() == []
