"""Frames: any part opens without the rest, and nothing can be changed, moved, cut or put in another's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.adapters.blobs import frames
from safelight.kernel.errors import Internal

SECRET = bytes(range(32))
F = frames.FRAME_BYTES
SIZES = [0, 1, F - 1, F, F + 1, 2 * F - 1, 2 * F, 3 * F + 7]


def written(plain: bytes, key: str = "c/1/original") -> bytes:
    header, cipher = frames.begin(SECRET, key)
    return header + frames.seal(cipher, 0, plain, ends=True)


def read(sealed: bytes, key: str = "c/1/original", secret: bytes = SECRET) -> bytes:
    cipher = frames.resume(secret, key, sealed[: frames.HEADER_BYTES])
    return frames.unseal(cipher, 0, sealed[frames.HEADER_BYTES :], ends=True)


@pytest.mark.parametrize("size_bytes", SIZES)
def test_what_was_sealed_opens_and_its_size_is_known_without_opening(size_bytes: int):
    plain = bytes(number % 251 for number in range(size_bytes))
    sealed = written(plain)
    assert read(sealed) == plain
    assert len(sealed) == frames.sealed_size(size_bytes)
    assert frames.plain_size(len(sealed)) == size_bytes


@given(st.integers(0, 1 << 45))
def test_the_two_sizes_follow_from_each_other(size_bytes: int):
    assert frames.plain_size(frames.sealed_size(size_bytes)) == size_bytes


def test_a_frame_opens_without_those_before_it():
    sealed = written(bytes(F) + b"1" * F + b"2" * 10)
    cipher = frames.resume(SECRET, "c/1/original", sealed[: frames.HEADER_BYTES])
    second = sealed[frames.frame_at(1) : frames.frame_at(2)]
    assert (frames.unseal(cipher, 1, second, ends=False)) == b"1" * F
    assert (frames.unseal(cipher, 2, sealed[frames.frame_at(2) :], ends=True)) == b"2" * 10


def test_the_same_bytes_are_never_sealed_alike():
    assert len({written(b"the same") for _ in range(20)}) == 20
    assert b"the same" not in written(b"the same")


def _swapped(sealed: bytes) -> bytes:
    first, second = frames.frame_at(1), frames.frame_at(2)
    return sealed[: frames.HEADER_BYTES] + sealed[first:second] + sealed[frames.HEADER_BYTES : first] + sealed[second:]


@pytest.mark.parametrize(
    "spoil",
    [
        _swapped,
        lambda sealed: sealed[: frames.frame_at(2)],  # the last frame left out
        lambda sealed: sealed[: frames.frame_at(1)] + sealed[frames.frame_at(2) :],  # one in the middle left out
        lambda sealed: sealed[:-1],
        lambda sealed: sealed + b"\0",
        lambda sealed: sealed + sealed[frames.frame_at(2) :],  # the last one twice
        lambda sealed: sealed[: frames.HEADER_BYTES],
        lambda sealed: b"",
        lambda sealed: written(b"x")[: frames.HEADER_BYTES] + sealed[frames.HEADER_BYTES :],  # another writing's header
        *(
            lambda sealed, at=at: sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
            for at in (0, 5, 9, 30, 60, F)
        ),
    ],
)
def test_whatever_was_changed_does_not_open(spoil):
    spoilt = spoil(written(bytes(F) + bytes([1]) * F + b"end"))
    with pytest.raises(Internal, match="cannot be opened"):
        read(spoilt)


@pytest.mark.parametrize(("key", "secret"), [("c/2/original", SECRET), ("c/1/original", bytes(32))])
def test_another_place_or_another_secret_does_not_open_it(key: str, secret: bytes):
    with pytest.raises(Internal, match="cannot be opened"):
        read(written(b"plain"), key, secret)
