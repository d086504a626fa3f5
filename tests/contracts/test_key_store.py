"""What every keeper of secrets promises, asked of each of them."""

import pytest

from safelight.adapters.keys.local import LocalKeys
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Internal
from safelight.ports.keys import KeyStore


@pytest.fixture(params=["local", "memory"])
def keys(request: pytest.FixtureRequest) -> KeyStore:
    return LocalKeys(bytes(range(32))) if request.param == "local" else MemoryKeys()


@pytest.mark.parametrize("plain", [b"", b"s", b"secret" * 1000, bytes(range(256))])
@pytest.mark.parametrize("context", ["", "key:acme/1", "ä" * 300])
def test_what_was_sealed_can_be_opened(keys: KeyStore, plain: bytes, context: str):
    assert keys.open(keys.seal(plain, context), context) == plain


def test_a_seal_shows_nothing_and_is_never_the_same(keys: KeyStore):
    sealed = {keys.seal(b"very secret", "context") for _ in range(20)}
    assert len(sealed) == 20
    assert all(b"secret" not in each for each in sealed)


@pytest.mark.parametrize("context", ["", "key:acme/2", "key:acme/1 "])
def test_another_context_does_not_open_it(keys: KeyStore, context: str):
    sealed = keys.seal(b"secret", "key:acme/1")
    with pytest.raises(Internal, match="cannot be read"):
        keys.open(sealed, context)


def test_what_was_changed_does_not_open(keys: KeyStore):
    sealed = keys.seal(b"secret", "context")
    changed = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    for each in (*changed, sealed[:-1], sealed + b"x", b"", b"\1", b"\1" * 12, b"\2" * 60):
        with pytest.raises(Internal, match="cannot be read"):
            keys.open(each, "context")


def test_a_mark_is_the_same_each_time_and_tells_contexts_apart(keys: KeyStore):
    mark = keys.mark(b"ada@example.org", "letters")
    assert len(mark) == 64
    assert mark == keys.mark(b"ada@example.org", "letters")
    others = [(b"eve@example.org", "letters"), (b"ada@example.org", "sessions"), (b"sada@example.org", "letter")]
    assert mark not in {keys.mark(plain, context) for plain, context in others}


def test_another_key_marks_otherwise():
    assert LocalKeys(bytes(range(32))).mark(b"a", "letters") != LocalKeys(bytes(32)).mark(b"a", "letters")
