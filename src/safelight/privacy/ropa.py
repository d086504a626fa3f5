"""Ropa: the record of processing (GDPR 30) and the register of recipients, as rows out of the model."""

from collections.abc import Mapping
from datetime import date

from safelight.kernel.holdings import Holding
from safelight.privacy.policy import Entity, Policy, Recipient

Row = dict[str, object]


def record(policy: Policy, holdings: Mapping[str, Holding], today: date) -> dict[str, object]:
    """The whole record: who answers, for what, about whom, how long, to whom."""
    controller = policy.controller
    return {
        "controller": {
            "name": controller.name or None,
            "postal": controller.postal or None,
            "contact": controller.contact or None,
            "officer": controller.officer or None,
            "authority": controller.authority or None,
        },
        "missing": list(controller.missing),
        "processing": [
            {
                "purpose": purpose.name,
                "title": purpose.title.en,
                "legal_basis": purpose.basis.value,
                "clause": purpose.clause,
                "entities": [each.name for each in policy.entities.values() if purpose.name in each.purposes],
                "recipients": [each.name for each in policy.recipients.values() if purpose.name in each.purposes],
            }
            for purpose in policy.purposes.values()
        ],
        "entities": [entity_row(policy, each, holdings.get(each.name)) for each in policy.entities.values()],
        "recipients": recipient_rows(policy, today),
        "locations": [
            {"store": each.store, "country": each.country, "operator": each.operator} for each in policy.locations
        ],
        "cookies": [
            {"name": each.name, "kind": each.kind, "max_age": each.lifetime_seconds, "purpose": each.purpose.en}
            for each in policy.cookies.values()
        ],
        "security": "docs/explanation/safety.md",
    }


def entity_row(policy: Policy, entity: Entity, holding: Holding | None) -> Row:
    """One kind of records; `why` is what the code itself says of it: without a reason nothing is kept (PP-38)."""
    return {
        "name": entity.name,
        "context": entity.context,
        "title": entity.title.en,
        "role": entity.role.value,
        "why": holding.why if holding else None,
        "start": entity.start.en,
        "keep_days": entity.days,
        "then": entity.then.value,
        "ground": entity.ground or None,
        "exported": entity.is_exported,
        "setting": entity.setting,
        "recipients": [each.name for each in policy.recipients.values() if entity.name in each.entities],
        "fields": [
            {
                "name": each.name,
                "category": each.category,
                "dpv": policy.categories[each.category].dpv,
                "columns": list(each.columns),
                "purposes": list(each.purposes),
                "legal_bases": list(dict.fromkeys(policy.purposes[name].basis.value for name in each.purposes)),
            }
            for each in entity.fields
        ],
    }


def recipient_rows(policy: Policy, today: date) -> list[Row]:
    """Everybody outside who gets personal data."""
    return [_recipient(each, today) for each in policy.recipients.values()]


def _recipient(recipient: Recipient, today: date) -> Row:
    return {
        "name": recipient.name,
        "title": recipient.title,
        "role": recipient.role.value,
        "purposes": list(recipient.purposes),
        "entities": list(recipient.entities),
        "hosts": list(recipient.hosts),
        "country": recipient.country,
        "transfer_tool": recipient.transfer_tool,
        "dpa_sha256": recipient.agreement_sha256 or None,
        "flows_down": recipient.flows_down,
        "active_from": recipient.active_from.isoformat() if recipient.active_from else None,
        "is_active": recipient.active_from is None or recipient.active_from <= today,
        "direct_marketing": recipient.is_direct_marketing,
        "postal": recipient.postal or None,
        "dpa_until": recipient.agreement_until.isoformat() if recipient.agreement_until else None,
        "policy_bound": recipient.is_policy_bound,
        "clause": recipient.clause or None,
    }


def retention_rows(policy: Policy) -> list[Row]:
    """How long each kind of records is kept, from when, and what is done then."""
    return [
        {
            "entity": each.name,
            "title": each.title.en,
            "role": each.role.value,
            "start": each.start.en,
            "keep_days": each.days,
            "then": each.then.value,
            "ground": each.ground or None,
        }
        for each in policy.entities.values()
    ]
