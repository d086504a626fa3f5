"""The signature of a notification, by worked examples."""

import pytest

from safelight.accounts.model import WEBHOOKS, Key
from safelight.kernel.secret import Secret
from safelight.webhooks.signing import headers, key_for, signature


@pytest.mark.parametrize(
    ("body", "timestamp", "secret", "algorithm", "expected"),
    [
        (b"{public_id: 'sample'}", 1315060510, "abcd", "sha1", "25f7e91709c858b97d688ce8da799dedb290d9ef"),
        (b"{}", 0, "someApiSecret", "sha256", "d5497e1a206ad0ba29ad09a7c0c5f22e939682d15009c15ab3199f62fefbd14b"),
    ],
)
def test_it_is_a_digest_of_body_timestamp_and_secret(body, timestamp, secret, algorithm, expected):
    assert signature(body, timestamp, Secret(secret), algorithm=algorithm) == expected


def test_both_headers_are_there():
    found = headers(b"{public_id: 'sample'}", 1315060510, Secret("abcd"))
    assert found["X-Cld-Timestamp"] == "1315060510"
    assert found["X-Cld-Signature"] == "25f7e91709c858b97d688ce8da799dedb290d9ef"


def test_the_oldest_key_signs_unless_one_is_set_apart_for_it(now):
    old, new, apart = (
        Key(name, "cloud", name, Secret(name), name, True, now, dedicated_for=words)
        for name, words in (("old", ()), ("new", ()), ("apart", (WEBHOOKS,)))
    )
    assert key_for([old, new]) is old
    assert key_for([old, new, apart]) is apart
    assert key_for([]) is None
