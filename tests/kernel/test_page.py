"""Cursors: opaque, whole, and never a way in."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel.errors import Invalid
from safelight.kernel.page import CURSOR_CHARS_MAX, cursor_of, position_of


@given(st.lists(st.one_of(st.text(max_size=50), st.integers(), st.none()), min_size=1, max_size=4))
def test_a_cursor_gives_its_position_back(position):
    assert position_of(cursor_of(position), len(position)) == position


@given(st.text(max_size=200))
def test_any_other_text_is_refused_with_a_clear_word(text):
    with contextlib.suppress(Invalid):
        assert len(position_of(text, 2)) == 2


@pytest.mark.parametrize("text", ["", "AAAA", cursor_of(["one"]), "[" * 20, "x" * (CURSOR_CHARS_MAX + 1)])
def test_a_cursor_of_another_list_is_refused(text):
    with pytest.raises(Invalid):
        position_of(text, 2)
