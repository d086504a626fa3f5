"""What guards the files of a cloud -> the JSON that clients know: its settings, its keys for tokens, its tokens."""

from typing import Any

from safelight.accounts.bearer import BearerToken
from safelight.accounts.model import Cloud, TokenKey
from safelight.kernel.secret import Secret
from safelight.wire.asset import stamp


def access_json(cloud: Cloud) -> dict[str, Any]:
    """Who may see what. A list of hosts that is null means any host."""
    return {
        "strict_transformations": cloud.is_strict,
        "strict_referrers": [*cloud.strict_referrers],
        "restricted_types": [*cloud.restricted_types],
        "allowed_referrers": None if cloud.referrers is None else [*cloud.referrers],
        "allowed_fetch_domains": None if cloud.fetch_hosts is None else [*cloud.fetch_hosts],
        "denied_fetch_domains": [*cloud.denied_hosts],
        "hide_pending": cloud.hides_pending,
        "strip_private": cloud.strips_private,
        "token_name": cloud.token_name,
    }


def token_key_json(key: TokenKey, *, with_key: bool = False) -> dict[str, Any]:
    """`with_key` where it has just been made: it is never told again."""
    shown = {"key": key.key.reveal()} if with_key else {}
    return {"id": key.id, **shown, "created_at": stamp(key.created_at)}


def bearer_json(token: BearerToken, letters: Secret | None = None) -> dict[str, Any]:
    """`letters` where it has just been issued, as `token`."""
    shown = {} if letters is None else {"token": letters.reveal()}
    return {
        "id": token.id,
        **shown,
        "name": token.name,
        "scopes": [*token.scopes],
        "created_at": stamp(token.created_at),
        "expires_at": stamp(token.expires_at),
        "last_used_at": None if token.last_used_at is None else stamp(token.last_used_at),
    }
