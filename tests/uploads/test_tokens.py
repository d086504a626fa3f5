"""Delete tokens."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.accounts.model import Key
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret
from safelight.uploads import tokens

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def key(secret: str) -> Key:
    return Key("id", "cloud", "123", Secret(secret), "", True, AT)


MINE, OTHER = key("mine"), key("other")


def test_a_token_works_for_its_minutes_and_not_longer():
    token = tokens.issue("a" * 32, "b" * 32, MINE, AT, 10)
    found = tokens.read(token, [OTHER, MINE], AT + timedelta(minutes=9, seconds=59))
    assert (found.asset_id, found.version_id) == ("a" * 32, "b" * 32)
    with pytest.raises(Invalid, match="expired"):
        tokens.read(token, [MINE], AT + timedelta(minutes=10))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: "....",
        lambda token: token[:-2],
        lambda token: "A" + token[1:],
        lambda token: token.partition(".")[0],
        lambda token: token + "é",
        lambda token: "x" * 10_000,
    ],
)
def test_a_spoiled_token_is_none(spoil):
    with pytest.raises(Invalid, match="Invalid token"):
        tokens.read(spoil(tokens.issue("a", "b", MINE, AT, 10)), [MINE], AT)


def test_the_key_of_another_cloud_opens_nothing():
    with pytest.raises(Invalid, match="Invalid token"):
        tokens.read(tokens.issue("a", "b", OTHER, AT, 10), [MINE], AT)
    with pytest.raises(Invalid, match="Invalid token"):
        tokens.read(tokens.issue("a", "b", MINE, AT, 10), [], AT)
