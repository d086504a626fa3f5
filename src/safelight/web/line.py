"""A request and its answer -> the one line that is kept of them."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from safelight.activity.model import Line
from safelight.web.client import Proxies, client_address
from safelight.wire.noting import notes_of


def line_of(
    scope: MutableMapping[str, Any],
    at: datetime,
    *,
    route: str,
    status: int,
    bytes_sent: int,
    is_page: bool,
    proxies: Proxies,
) -> Line:
    """With what was noted of the request."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    notes = notes_of(scope)
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    return Line(
        at=at,
        method=str(scope["method"]),
        route=route,
        status=status,
        bytes_sent=bytes_sent,
        bytes_received=notes.bytes_received,
        cloud_id=notes.cloud_id,
        user_id=notes.user_id,
        key_id=notes.key_id,
        asset_id=notes.asset_id,
        kind=notes.kind,
        act=notes.act,
        is_derived=notes.is_derived,
        is_page=is_page,
        address=client_address(scope, forwarded, proxies) or "",
        agent=headers.get(b"user-agent", b"").decode("latin-1"),
    )
