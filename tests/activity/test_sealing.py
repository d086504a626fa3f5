"""Who asked is sealed for a day, many in one piece, and opens with the key of that day alone."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.activity.sealing import ADDRESS_CHARS_MAX, AGENT_CHARS_MAX, Asker, seal, unseal
from safelight.kernel.errors import Internal

KEY, OTHER, NONCE = b"k" * 32, b"o" * 32, b"n" * 12
ODD = "agent \0 \n\u00fc\udcff"


def test_what_is_sealed_opens_with_the_key_of_its_day_and_no_other():
    rows = {"1": {("192.0.2.77", ODD): (2, 30), ("::1", "curl"): (1, 5)}, "2": {("::1", "curl"): (7, 0)}}
    sealed = seal(rows, AESGCM(KEY), NONCE, "2026-01-02")
    assert b"192.0.2.77" not in sealed
    assert unseal(sealed, KEY, "2026-01-02") == {
        "1": [Asker("192.0.2.77", ODD, 2, 30), Asker("::1", "curl", 1, 5)],
        "2": [Asker("::1", "curl", 7, 0)],
    }
    for key, day in ((OTHER, "2026-01-02"), (KEY, "2026-01-03")):
        with pytest.raises(Internal):
            unseal(sealed, key, day)
    with pytest.raises(Internal):
        unseal(b"", KEY, "2026-01-02")


def test_what_is_too_long_is_cut():
    sealed = seal({"1": {("1" * 999, "x" * 9999): (1, 1)}}, AESGCM(KEY), NONCE, "d")
    assert unseal(sealed, KEY, "d") == {"1": [Asker("1" * ADDRESS_CHARS_MAX, "x" * AGENT_CHARS_MAX, 1, 1)]}


def test_many_who_are_alike_take_little_room():
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    askers = {(f"192.0.{number // 250}.{number % 250}", agent): (1, 30_000) for number in range(500)}
    assert len(seal({"1": askers}, AESGCM(KEY), NONCE, "d")) < 500 * 10
