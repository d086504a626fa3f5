"""Bodies as sheets: what went in comes out, and a descriptor that is gone is gone."""

import os
import socket

import pytest

from safelight.web import hit_body
from safelight.web.hit_body import Sheet, laid_out, part_of, sent_of

DATA = bytes(range(256)) * 1024


@pytest.fixture
def sheet():
    sheet = Sheet(DATA)
    yield sheet
    sheet.close()


@pytest.mark.parametrize(("start", "end"), [(0, len(DATA)), (7, 9), (len(DATA) - 1, len(DATA)), (5, 5)])
def test_a_part_of_a_sheet_is_that_of_its_bytes(sheet: Sheet, start: int, end: int):
    assert part_of(sheet, start, end) == part_of(DATA, start, end) == DATA[start:end]
    assert len(sheet) == len(DATA)


def test_what_is_closed_holds_no_descriptor():
    sheet = Sheet(b"x")
    sheet.close()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(sheet.fd)


def test_without_room_for_a_sheet_the_bytes_stay_bytes(monkeypatch):
    def full(*_: object) -> int:
        raise OSError("Too many open files")

    monkeypatch.setattr(hit_body.os, "memfd_create", full)
    assert laid_out(DATA) == DATA


def test_what_is_not_taken_at_once_is_told(sheet: Sheet):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
        theirs.setblocking(False)
        top, start = sent_of(ours, b"top", sheet, 0, len(DATA))
        assert top == b""
        assert 0 < start < len(DATA)
        assert sent_of(ours, b"more", sheet, start, len(DATA)) == (b"more", start)
        found = theirs.recv(2 * len(DATA))
        assert (b"top" + DATA).startswith(found)


def test_a_client_that_is_gone_is_no_fault(sheet: Sheet):
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert sent_of(ours, b"top", sheet, 0, 9) == (b"top", 0)
