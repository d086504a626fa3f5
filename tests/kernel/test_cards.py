"""What is a card number is found however it is written; what is none stays as it is."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel import cards
from safelight.kernel.ids import new_id

TEST_NUMBERS = (
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "3530111333300000",
    "6250941006528599",
    "6759649826438453",
)


def fours(number: str, sign: str) -> str:
    return sign.join(number[at : at + 4] for at in range(0, len(number), 4))


@pytest.mark.parametrize("number", TEST_NUMBERS)
@pytest.mark.parametrize("sign", ["", " ", "-", "\u00a0", "."])
def test_numbers_of_every_network_are_found_and_masked(number: str, sign: str):
    written = fours(number, sign)
    told = f"My card is {written}, until 12/29."
    assert cards.masked(told) == "My card is [card], until 12/29."
    with pytest.raises(cards.CardRefused) as refused:
        cards.refuse(told, "text")
    assert (refused.value.status, refused.value.code, refused.value.field) == (422, "card_data_refused", "text")
    assert number[-4:] not in refused.value.message


@pytest.mark.parametrize(
    "text",
    ["card:4111111111111111", "(4111 1111 1111 1111)", "4111111111111111\n", "3782 822463 10005", "٤١١١١١١١١١١١١١١١"],
)
def test_it_is_found_in_whatever_stands_around_it(text: str):
    assert cards.has_card(text)
    assert " ".join("4111111111111111") != cards.masked(" ".join("4111111111111111"))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # a wrong sum
        "0000000000000000",
        "9999999999999995",  # of no network
        "id-4111111111111111",
        "a4111111111111111",
        "4111111111111111.jpg",
        "/v1_1/4111111111111111/x",
        "411111111111111111111111",
        "1609459200000",  # a moment in milliseconds
        "SL-2026-000123",
        "3.141592653589793",
        "192.168.100.200",
        "+4915112345678",
    ],
)
def test_what_only_looks_like_one_stays(text: str):
    assert cards.masked(text) == text


@given(st.uuids())
def test_no_id_is_a_card(id: uuid.UUID):
    for text in (str(id), f"{id}.jpg", new_id(), f"asset {new_id()} of {id}"):
        if re.search("[a-f]", text):
            assert not cards.has_card(text)


@given(st.text(max_size=60), st.sampled_from(TEST_NUMBERS), st.text(max_size=60))
def test_only_the_number_is_changed(before: str, number: str, after: str):
    told = cards.masked(f"{before} {number} {after}")
    assert number not in told or cards.masked(told) == told
    if not cards.has_card(before) and not cards.has_card(after) and cards.MASK in told:
        assert len(told) >= len(before) + len(after) - 40


@given(st.text(alphabet="abc 0123-.", max_size=40))
def test_masking_twice_changes_nothing_more(text: str):
    once = cards.masked(text)
    assert cards.masked(once) == once
    assert (once == text) is not cards.has_card(text)
