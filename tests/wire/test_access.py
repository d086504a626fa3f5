"""`access_control` as clients write it, and as they read it again."""

from datetime import UTC, datetime

import pytest

from safelight.accounts.token_keys import id_of
from safelight.assets.access import LIKE_AUTHENTICATED, Rule, from_json, to_json
from safelight.kernel.errors import Invalid
from safelight.wire import access

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
KEY = "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize(
    ("written", "rules"),
    [
        ('[{"access_type":"token"}]', (Rule(True),)),
        ('{"access_type":"token"}', (Rule(True),)),
        (['{"access_type":"token"}', '{"access_type":"anonymous"}'], (Rule(True), Rule(False))),
        ('[{"access_type":"anonymous","start":"2030-01-31T12:00Z"}]', (Rule(False, start=NOON),)),
        ('[{"access_type":"anonymous","end":"2030-01-31T12:00:00Z"}]', (Rule(False, end=NOON),)),
        ('[{"access_type":"anonymous","end":"2030-01-31 14:00 +0200"}]', (Rule(False, end=NOON),)),
        ('[{"access_type":"anonymous","end":"2030-01-31 14:00:00 +02:00"}]', (Rule(False, end=NOON),)),
        ('[{"access_type":"anonymous","end":"2030-01-31T12:00"}]', (Rule(False, end=NOON),)),
        ('[{"access_type":"anonymous","start":null,"path":"/a/*"}]', (Rule(False, path="/a/*"),)),
        (f'[{{"access_type":"token","key":"{KEY}"}}]', (Rule(True, key_id=id_of(KEY)),)),
        ('[{"access_type":"token","key_id":"k"}]', (Rule(True, key_id="k"),)),
        ("[]", ()),
        ("null", ()),
    ],
)
def test_rules_are_read_and_told_and_kept(written, rules):
    assert access.rules({"access_control": written}) == rules
    assert from_json(to_json(rules)) == rules
    told = access.shown(rules)
    assert KEY not in str(told)
    if rules:
        assert access.rules({"access_control": str(told).replace("'", '"')}) == rules


@pytest.mark.parametrize("words", [{}, {"access_control": ""}, {"access_mode": "public"}])
def test_what_is_not_said_changes_nothing(words):
    assert access.rules(words) is None


def test_the_older_word_stands_for_a_token():
    assert access.rules({"access_mode": "authenticated"}) == (LIKE_AUTHENTICATED,)


@pytest.mark.parametrize(
    "written",
    [
        "token",
        "[1]",
        '["token"]',
        "[{}]",
        '[{"access_type":"public"}]',
        '[{"access_type":["token"]}]',
        '[{"access_type":"token","ends":"2030-01-31"}]',
        '[{"access_type":"anonymous","end":"tomorrow"}]',
        '[{"access_type":"anonymous","end":1900000000}]',
        '[{"access_type":"anonymous","start":"2030-01-31","end":"2030-01-31"}]',
        '[{"access_type":"anonymous"},{"access_type":"anonymous","start":"2030-01-31"}]',
        '[{"access_type":"anonymous","key":"00112233445566778899"}]',
        '[{"access_type":"token","key":"not hex"}]',
        '[{"access_type":"token","path":"a\\u0000b"}]',
        "[" * 10_000,
        "[" + ",".join(['{"access_type":"token"}'] * 101) + "]",
    ],
)
def test_rules_that_nobody_can_be_sure_of_are_refused(written):
    with pytest.raises(Invalid, match="access_control"):
        access.rules({"access_control": written})
