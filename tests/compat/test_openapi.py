"""Whatever the OpenAPI document allows to be sent, a running installation answers as the document says."""

import pytest

from tests.fuzz.calls import OPERATIONS, send
from tests.installation import Installation

EXAMPLES = 8


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An installation that may be spoilt: what is sent deletes as well."""
    installation = Installation(tmp_path_factory.mktemp("openapi")).start()
    yield installation
    assert installation.stop() == 0


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_every_call_answers_as_it_is_described(own, operation):
    send(own, operation, EXAMPLES)
