"""What happened -> the JSON of the account's API."""

from typing import Any

from safelight.activity.report import Asked, DayCount, Done, Opened
from safelight.wire.person import moment


def asked_json(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "at": moment(asked.at),
        "method": asked.method,
        "route": asked.route,
        "status": asked.status,
        "requests": asked.requests,
        "bytes": asked.bytes_sent,
        "network": asked.network,
        "country": asked.country,
        "agent": asked.agent,
    }


def opened_json(opened: Opened) -> dict[str, Any]:
    return {
        "id": opened.id,
        "at": moment(opened.at),
        "route": opened.route,
        "status": opened.status,
        "views": opened.views,
        "country": opened.country,
        "agent": opened.agent,
    }


def done_json(done: Done, cloud_name: str) -> dict[str, Any]:
    """`by` is an account's person or key; a visitor is nobody."""
    by = {"user_id": done.user_id} if done.user_id else {"key_id": done.key_id} if done.key_id else None
    return {
        "id": done.id,
        "at": moment(done.at),
        "cloud_name": cloud_name,
        "asset_id": done.asset_id,
        "act": done.act,
        "derived": done.is_derived,
        "requests": done.requests,
        "bytes": done.bytes,
        "by": by,
        "country": done.country,
        "agent": done.agent,
    }


def count_json(count: DayCount, cloud_name: str) -> dict[str, Any]:
    return {
        "day": count.day.isoformat(),
        "cloud_name": cloud_name,
        "act": count.act,
        "requests": count.requests,
        "bytes": count.bytes,
    }
