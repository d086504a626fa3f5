"""What words say of others is taken out of a copy; what is one's own stays, and so does all the rest."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.privacy.masking import MARKS, Found, Own, mask, words_in

ANN = Own(("ann@example.net",), ("Ann Winter", "+43 660 1234567"))
NAMES = ["Ann Winter", "Grace Hopper", "Will Frost"]
A, P, N, H = (MARKS[each] for each in (Found.ADDRESS, Found.PHONE, Found.NAME, Found.HEADER))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to bob@example.org or ann@example.net", f"write to {A} or ann@example.net"),
        ("Ann@Example.NET is mine", "Ann@Example.NET is mine"),
        ("<bob.b+tag@sub.example.co.uk>,", f"<{A}>,"),
        ("call +43 1 234 56 78 or 0660/7654321", f"call {P} or {P}"),
        ("mine is +43 660 123 45 67", "mine is +43 660 123 45 67"),
        ("Grace Hopper wrote, and GRACE HOPPER too", f"{N} wrote, and {N} too"),
        ("Grace said that Winter comes", f"{N} said that Winter comes"),
        ("he will come, says Will.", f"he will come, says {N}."),
        ("Ann Winter and Graceland", "Ann Winter and Graceland"),
        ("On 2026-11-23 at 10:15 there were 1234567890 bytes", "On 2026-11-23 at 10:15 there were 1234567890 bytes"),
        ("SL-2026-000123 and 192.168.100.200", "SL-2026-000123 and 192.168.100.200"),
        ("From: Bob Brown\nTo: Ann <ann@example.net>\nhello", f"From: {H}\nTo: Ann <ann@example.net>\nhello"),
        ("Von: somebody <x@y.example>\n", f"Von: {H}\n"),
        ("ordered on 01.02.2026, number 4711", "ordered on 01.02.2026, number 4711"),
        ("", ""),
    ],
)
def test_what_is_told_of_others_is_masked(text: str, expected: str):
    assert mask(text, ANN, NAMES).text == expected


def test_it_is_told_what_was_masked_and_how_often():
    done = mask("Grace Hopper, bob@example.org, eve@example.org", ANN, NAMES)
    assert done.counts == {Found.NAME: 1, Found.ADDRESS: 2}


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_not_masked_stays_as_it_was(text: str, names: list[str]):
    done = mask(text, ANN, names)
    left = [re.escape(each) for each in re.split("|".join(re.escape(mark) for mark in MARKS.values()), done.text)]
    assert re.fullmatch("(?s:.*?)".join(left), text) or any(mark in text for mark in MARKS.values())
    if not done.counts:
        assert done.text == text


@given(st.text(max_size=200), st.text(max_size=200))
def test_ones_own_stay_whatever_stands_around_them(before: str, after: str):
    text = f"{before} ann@example.net Ann Winter {after}"
    done = mask(text, ANN, NAMES)
    if Found.HEADER not in done.counts:
        assert "ann@example.net" in done.text
        assert "Ann Winter" in done.text


@given(st.text(max_size=200))
def test_masked_twice_is_masked_once(text: str):
    once = mask(text, ANN, NAMES)
    again = mask(once.text, ANN, NAMES)
    assert not again.counts or again.text != once.text
    assert Found.ADDRESS not in again.counts


def test_words_that_may_be_names_are_found_once():
    assert words_in("Grace, grace and Grace; 123 of it") == ["Grace", "grace", "and"]
