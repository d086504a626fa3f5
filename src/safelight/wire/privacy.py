"""A request about data -> JSON, in the shape of the Data Rights Protocol, with our own words beside it."""

from collections.abc import Mapping
from typing import Any

from safelight.privacy.request import Reason, Request, State

STATUS: Mapping[State, str] = {
    State.IDENTITY_PENDING: "in_progress",
    State.NEEDS_PERSON: "in_progress",
    State.APPROVED: "in_progress",
    State.EXECUTING: "in_progress",
    State.FULFILLED: "fulfilled",
    State.PARTLY_FULFILLED: "fulfilled",
    State.NO_DATA: "fulfilled",
    State.ROUTED: "in_progress",
    State.DENIED: "denied",
    State.EXPIRED: "expired",
    State.WITHDRAWN: "revoked",
    # The protocol has no word for it: the earlier request goes on, this one does not.
    State.DUPLICATE: "revoked",
    State.WAITING: "in_progress",
}
REASON: Mapping[State, str] = {
    State.IDENTITY_PENDING: "need_user_verification",
    State.EXPIRED: Reason.INSUF_VERIFICATION.value,
}


def request_json(request: Request) -> dict[str, Any]:
    """For who proved that it is theirs."""
    return {
        **asked_json(request),
        "verified_at": _moment(request.verified_at),
        "proof": request.proof.value if request.proof else None,
        "extended_at": _moment(request.extended_at),
        "ended_at": _moment(request.ended_at),
        "regimes": [*request.regimes],
        "export_id": request.export_id or None,
        "erasure_id": request.erasure_id or None,
        "confirmed_at": _moment(request.confirmed_at),
        "begins_at": _moment(request.begins_at),
        "refers_to": request.refers_to or None,
        "has_receipt": request.has_receipt,
    }


def asked_json(request: Request) -> dict[str, Any]:
    """For whoever asked: nothing in it tells whether we know the address."""
    reason = request.reason.value if request.reason else REASON.get(request.state)
    return {
        "request_id": request.id,
        "case": request.case,
        "kind": request.kind.value,
        "status": STATUS[request.state],
        "reason": reason,
        "state": request.state.value,
        "received_at": _moment(request.received_at),
        "expected_by": _moment(request.due_at),
    }


def _moment(at: Any) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
