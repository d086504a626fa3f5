"""Chains that nobody thought of, as pixels: a client gets a picture, or an error in words, and never anything else.

`make fuzz` does the same with as many as one likes.
"""

from random import Random

import pytest

from tests.fuzz import chains

COUNT = 14
"""Of each kind of source."""

FILES = chains.stock()
SOURCES = chains.sources()


@pytest.mark.parametrize("format", sorted(SOURCES))
def test_a_chain_gives_a_picture_or_an_error_in_words(format: str):
    data = SOURCES[format]
    source = chains.known(data, format)
    made = 0
    for number in range(COUNT):
        text = chains.chain(Random(f"test:{format}:{number}"))
        try:
            made += chains.outcome(text, source, data, FILES) == "made"
        except Exception as error:
            raise AssertionError(f"{text}: {error!r}") from error
    # Most of them must be chains, or nothing was tried.
    assert made > COUNT / 5
