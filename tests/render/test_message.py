"""What crosses the socket: only what was agreed on, and nothing is unpickled that a child sends."""

import os
import socket
import tempfile

import pytest

from safelight.kernel.errors import Busy, Forbidden, Invalid, NotAvailable, TooMuch
from safelight.render import message, pool
from safelight.render.message import LENGTH, PARTS_MAX, REGIONS_MAX, Garbled, Message
from safelight.render.model import Looked, Probed, Rendered
from safelight.transform.source import Region

MANY = tuple(Region(f"region:{index}", 0.12345, 0.25, 0.5, 0.33333, 0.98765) for index in range(REGIONS_MAX))


@pytest.mark.parametrize(
    "result",
    [
        Probed("jpg", 4, 3, 1, True),
        Rendered(b"bytes", "webp", 4, 3, 2),
        Looked(()),
        Looked((Region("face", 0.25, 0.125, 0.5, 0.75, 0.9), Region("cat", 0.0, 0.0, 1.0, 1.0))),
        Looked(MANY),
    ],
)
def test_a_result_crosses_whole(result):
    assert message.result_of(message.answer_of(result)) == result


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Invalid("a"), Invalid),
        (TooMuch("a"), TooMuch),
        (Busy("a", retry_after_seconds=3), Busy),
        (NotAvailable("a"), NotAvailable),
        (Forbidden("a"), NotAvailable),  # no child has a say in that
    ],
)
def test_an_error_crosses_by_its_name(error, expected):
    with pytest.raises(expected, match="a") as raised:
        message.result_of(message.refusal_of(error))
    assert type(raised.value) is expected
    assert raised.value.retry_after_seconds == error.retry_after_seconds


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"probed": {}},
        {"probed": {"format": "exe", "width": 1, "height": 1, "pages": 1, "has_alpha": False}},
        {"probed": {"format": "jpg", "width": 0, "height": 1, "pages": 1, "has_alpha": False}},
        {"rendered": {"format": "jpg", "width": "1", "height": 1, "frames": 1}},
        {"rendered": {"format": "../jpg", "width": 1, "height": 1, "frames": 1}},
        {"looked": [["face", 0, 0, 1, 1]]},
        {"looked": [["face", 0, 0, 1, 1, 1, 1]]},
        {"looked": [["face", 0, 0, 1, 1.5, 1]]},
        {"looked": [["face", 0, 0, 1, float("nan"), 1]]},
        {"looked": [["face", 0, 0, 1, True, 1]]},
        {"looked": [["face" * 100, 0, 0, 1, 1, 1]]},
        {"looked": [[1, 0, 0, 1, 1, 1]]},
        {"looked": ["face"]},
        {"looked": [["face", 0, 0, 1, 1, 1]] * (REGIONS_MAX + 1)},
        {"error": 5, "message": "a", "retry_after_seconds": None},
    ],
)
def test_what_was_not_agreed_on_is_no_answer(head):
    with pytest.raises(Garbled):
        message.result_of(Message(head))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0",
        LENGTH.pack(10, 0) + b"{}",
        LENGTH.pack(2, 0) + b"[]",
        LENGTH.pack(2, 0) + b"\x80\x04",
        LENGTH.pack(0xFFFFFFFF, 0),
        LENGTH.pack(2, 1001) + b"{}" + bytes(1001),
        LENGTH.pack(16000, 0) + b"[" * 16000,
    ],
)
async def test_a_stream_that_is_no_message_ends_the_talk(raw):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours:
        with theirs:
            theirs.sendall(raw)
        with pytest.raises(Garbled):
            await message.receive_async(ours, 1000)


async def test_a_job_carries_its_open_file():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs, tempfile.TemporaryFile() as source:
        source.write(b"pixels")
        source.flush()
        await message.send_async(ours, Message({"tenant": "a"}, b"job" * 1000), [source.fileno()])
        asked, (file,) = message.receive_job(theirs)
        assert (asked.head, asked.body) == ({"tenant": "a"}, b"job" * 1000)
        assert os.pread(file, 10, 0) == b"pixels"
        os.close(file)


def test_a_job_without_a_file_is_refused():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(Message({}, b"job").encoded())
        with pytest.raises(Garbled):
            message.receive_job(theirs)


@pytest.mark.parametrize("count", [1, 2, 1 + PARTS_MAX])
async def test_a_job_carries_its_open_files_in_their_order(count, tmp_path):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    names = [tmp_path / str(index) for index in range(count)]
    for name in names:
        name.write_text(name.name)
    with ours, theirs, pool.opened(names) as opened:
        await message.send_async(ours, Message({}, b"job"), opened)
        received = message.receive_job(theirs)
        assert received is not None
        assert [os.pread(file, 10, 0).decode() for file in received[1]] == [name.name for name in names]
        assert not set(received[1]) & set(opened)
        message.close(received[1])


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_a_job_with_more_files_than_a_job_may_have_leaves_none_open():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs, tempfile.TemporaryFile() as source:
        before = open_files()
        await message.send_async(ours, Message({}, b"job"), [source.fileno()] * (PARTS_MAX + 2))
        with pytest.raises(Garbled):
            message.receive_job(theirs)
        assert open_files() == before


def test_what_cannot_be_opened_leaves_none_open(tmp_path):
    (tmp_path / "there").touch()
    before = open_files()
    with pytest.raises(NotAvailable), pool.opened([tmp_path / "there", tmp_path / "gone"]):
        pass
    with pytest.raises(TooMuch, match=f"{PARTS_MAX} other files"), pool.opened([tmp_path / "there"] * (PARTS_MAX + 2)):
        pass
    assert open_files() == before
