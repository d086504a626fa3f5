"""Store: the SQL of privacy, and of nothing else."""

from safelight.privacy.store_disclosures import disclosures, recipients
from safelight.privacy.store_figures import figures
from safelight.privacy.store_holds import cases, held_records, holds
from safelight.privacy.store_ledger import checkpoints, entries, salts, signing_keys
from safelight.privacy.store_notices import notice_acks
from safelight.privacy.store_policy import assessments, policy_versions
from safelight.privacy.store_requests import relays, request_lines, requests
from safelight.privacy.store_retention import retention
from safelight.privacy.store_subjects import erasures, exports

__all__ = [
    "assessments",
    "cases",
    "checkpoints",
    "disclosures",
    "entries",
    "erasures",
    "exports",
    "figures",
    "held_records",
    "holds",
    "notice_acks",
    "policy_versions",
    "recipients",
    "relays",
    "request_lines",
    "requests",
    "retention",
    "salts",
    "signing_keys",
]
