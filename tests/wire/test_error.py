"""How an error looks to clients."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.wire.error import error_json


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Invalid("No such word", word="secret"), "No such word"),
        (ValueError("/etc/passwd"), "General Error"),
        (Invalid("No such word \ud800 ü"), "No such word ? ü"),
    ],
)
def test_an_error_tells_its_words_and_nothing_else(error, message):
    assert error_json(error) == {"error": {"message": message}}
