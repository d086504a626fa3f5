"""Passwords that everybody would guess are refused, however they are dressed up; odd ones are not."""

import pytest

from safelight.identity.guessable import is_common
from safelight.identity.passwords import check
from safelight.kernel.errors import WrongField
from safelight.settings import IdentitySettings

ABOUT = ("Ann Leeward", "Northwind Traders", "ann.leeward@northwind.example")


@pytest.mark.parametrize(
    "password",
    [
        *("password123", "Password123!", "P@ssw0rd2026", "passwordpassword", "!!!letmein!!!", "iloveyou2026"),
        *("qwertzuiop", "1q2w3e4r5t", "asdfghjkl;", "1234567890", "0987654321", "abcdefghij", "qwerty12345"),
        *("aaaaaaaaaaaa", "abcabcabcabc", "01.02.1990", "+49 151 1234567", "dragonfootball", "Summer2026!!"),
        *("AnnLeeward1", "leeward.2026", "northwind2026", "Northwind!!!!", "correcthorsebatterystaple", "safelight123"),
    ],
)
def test_what_would_be_guessed_is_refused(password):
    assert is_common(password, *ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        *("violet anvil tundra", "harbor lentil quartz", "mG7#kq9!vLp2", "tr0ub4dor&three", "zwölf boxkämpfer jagen"),
        *("9f3a-77bc-e012-44", "ゆきの結晶がひらり", "the-crow-mends-a-net"),
    ],
)
def test_what_nobody_guesses_is_taken(password):
    assert not is_common(password, *ABOUT)


@pytest.mark.parametrize(
    ("password", "words"),
    [("x7#Kq9!vL", "at least 10"), ("xY3" * 90, "at most 256"), ("password1234", "soon be guessed")],
)
def test_it_is_said_what_is_the_matter(password, words):
    with pytest.raises(WrongField, match=words) as caught:
        check(password, IdentitySettings())
    assert caught.value.field == "password"
