"""What crosses the socket: only what was agreed on, and nothing is unpickled that a child sends."""

import os
import socket
import tempfile

import pytest

from safelight.kernel.errors import Busy, Forbidden, Invalid, NotAvailable, TooMuch
from safelight.render import message
from safelight.render.message import LENGTH, Garbled, Message
from safelight.render.model import Probed, Rendered


@pytest.mark.parametrize("result", [Probed("jpg", 4, 3, 1, True), Rendered(b"bytes", "webp", 4, 3, 2)])
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
        await message.send_async(ours, Message({"tenant": "a"}, b"job" * 1000), source.fileno())
        asked, file = message.receive_job(theirs)
        assert (asked.head, asked.body) == ({"tenant": "a"}, b"job" * 1000)
        assert os.pread(file, 10, 0) == b"pixels"
        os.close(file)


def test_a_job_without_a_file_is_refused():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(Message({}, b"job").encoded())
        with pytest.raises(Garbled):
            message.receive_job(theirs)
