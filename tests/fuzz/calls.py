"""Whatever the OpenAPI document allows to be sent, made up by its schemas: an installation answers as it says."""

import json
import tempfile
from collections import Counter
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
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

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ANSWER_SECONDS_MAX = 20
FAULT_CHARS_MAX = 600

SCHEMA = schemathesis.openapi.from_dict(json.loads((ROOT / FOLDER / "openapi.json").read_text()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


def send(installation, operation, examples, seed_=None):
    """So many calls of one kind; raises what schemathesis finds in an answer. Without a seed always the same calls."""

    @settings(
        max_examples=examples,
        derandomize=seed_ is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def one(data):
        case = data.draw(operation.as_strategy())
        case.path_parameters = {
            **case.path_parameters,
            "cloud": installation.cloud,
            "account": installation.account,
        }
        case.headers = {}
        if operation.path.endswith("/messages"):
            # Nobody is told anything: who waits for it waits in vain.
            case.query = {**(case.query or {}), "wait_seconds": 0}
        case.call_and_validate(
            base_url=installation.base, auth=installation.auth, checks=CHECKS, timeout=ANSWER_SECONDS_MAX
        )

    (one if seed_ is None else seed(seed_)(one))()


def run(seed_: int, count: int) -> tuple[Counter[str], list[str]]:
    """`count` calls, as many of each kind."""
    outcomes, faults = Counter[str](), list[str]()
    each = max(1, count // len(OPERATIONS))
    with tempfile.TemporaryDirectory(prefix="safelight-fuzz-") as folder:
        installation = Installation(Path(folder)).start()
        try:
            for number, operation in enumerate(OPERATIONS):
                try:
                    send(installation, operation, each, seed_ * len(OPERATIONS) + number)
                    outcomes["as described"] += each
                except Exception as error:
                    faults.append(f"calls, {operation.label}: {error}"[:FAULT_CHARS_MAX])
                    outcomes["FAULT"] += 1
        finally:
            installation.stop()
    return outcomes, faults
