"""A person and their sessions -> the JSON of the account's API."""

from datetime import UTC, datetime
from typing import Any

from safelight.identity.leaving import Leaving
from safelight.identity.model import UserSession
from safelight.identity.passkeys import Passkey
from safelight.kernel.errors import SafelightError, WrongField
from safelight.people.model import User
from safelight.wire.error import error_json


def user_json(user: User, company: str = "") -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "company": company,
        "language": user.language,
        "role": user.role.value,
        "account_id": user.account_id,
        "status": user.status.value,
        "created_at": moment(user.created_at),
        "last_login_at": moment(user.last_login_at),
        "opted_out_at": moment(user.opted_out_at),
    }


def session_json(session: UserSession, now: datetime, *, current_id: str = "") -> dict[str, Any]:
    """`logout_at` of one that timed out is computed: nobody was there to write it down."""
    ends = session.ends(now)
    return {
        "id": session.id,
        "current": session.id == current_id,
        "login_at": moment(session.began_at),
        "logout_at": moment(ends[0]) if ends else None,
        "logout_kind": ends[1].value if ends else None,
        "duration_s": int(session.duration(now).total_seconds()),
        "last_seen_at": moment(session.seen_at),
        "device": session.visitor.device,
        "country": session.visitor.country,
        "address": session.visitor.address,
        "remembered": session.is_remembered,
    }


def passkey_json(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "created_at": moment(passkey.created_at),
        "last_used_at": moment(passkey.last_used_at),
    }


def leaving_json(left: Leaving) -> dict[str, Any]:
    return {
        "disabled": True,
        "whole_account": left.is_whole,
        "disabled_at": moment(left.asked_at),
        "until": moment(left.due_at),
    }


def own_error_json(error: SafelightError) -> dict[str, Any]:
    """Errors of our own endpoints: in the SDKs' shape, with a code, and the field where it is one's fault."""
    told = error_json(error)
    told["error"]["code"] = error.code
    if isinstance(error, WrongField):
        told["error"]["field"] = error.field
    return told


def moment(at: datetime | None) -> str | None:
    """`2026-01-02T03:04:05Z`."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
