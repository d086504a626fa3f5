"""Whatever the OpenAPI document allows to be sent, a running installation answers as the document says."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from safelight.cli.docs import FOLDER
from tests.house.source import ROOT
from tests.installation import Installation

EXAMPLES = 8
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

SCHEMA = schemathesis.openapi.from_dict(json.loads((ROOT / FOLDER / "openapi.json").read_text()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An installation that may be spoilt: what is sent deletes as well."""
    installation = Installation(tmp_path_factory.mktemp("openapi")).start()
    yield installation
    assert installation.stop() == 0


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_every_call_answers_as_it_is_described(own, operation):
    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(data):
        case = data.draw(operation.as_strategy())
        case.path_parameters = {**case.path_parameters, "cloud": own.cloud, "account": own.account}
        case.headers = {}
        if operation.path.endswith("/messages"):
            # Nobody is told anything: who waits for it waits in vain.
            case.query = {**(case.query or {}), "wait_seconds": 0}
        case.call_and_validate(base_url=own.base, auth=own.auth, checks=CHECKS, timeout=20)

    send()
