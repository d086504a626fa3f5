"""Store: the SQL of privacy, and of nothing else."""

from safelight.privacy.store_ledger import checkpoints, entries, salts, signing_keys
from safelight.privacy.store_policy import assessments, policy_versions
from safelight.privacy.store_requests import request_lines, requests
from safelight.privacy.store_retention import retention
from safelight.privacy.store_subjects import erasures, exports

__all__ = [
    "assessments",
    "checkpoints",
    "entries",
    "erasures",
    "exports",
    "policy_versions",
    "request_lines",
    "requests",
    "retention",
    "salts",
    "signing_keys",
]
