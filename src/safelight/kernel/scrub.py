"""Scrub: words of an error, which may repeat anything, without what tells of somebody or opens a door (PP-16)."""

import re
from ipaddress import ip_address

from safelight.kernel import cards

_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_ADDRESS_4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_ADDRESS_6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4})?(?![\w:])")
_NAMED = re.compile(
    r"(?i)((?:token|secret|password|passwd|signature|api_key|access_key|authorization|cookie)\w*[\"']?"
    r"\s*[=:]\s*[\"']?)(?!\s|\[token)(?:(?:bearer|basic)\s+)?[^\s\"',;&)}\]]+"
)
_BEARER = re.compile(r"(?i)\b(bearer)\s+(?!\[)[\w.~+/=\-]{8,}")
_SIGNED = re.compile(r"\beyJ[\w\-]{8,}\.[\w\-]+(?:\.[\w\-]*)?")


def scrubbed(text: str) -> str:
    """With words in brackets in place of letter addresses, addresses of machines, tokens and card numbers."""
    if "@" in text:
        text = _MAIL.sub("[mail]", text)
    text = _SIGNED.sub("[token]", _BEARER.sub(r"\1 [token]", _NAMED.sub(r"\1[token]", text)))
    text = cards.masked(text)
    return _ADDRESS_4.sub(_address, _ADDRESS_6.sub(_address, text))


def _address(match: re.Match[str]) -> str:
    """Those of this machine itself tell of nobody; what only looks like an address stays."""
    try:
        found = ip_address(match[0])
    except ValueError:
        return match[0]
    return match[0] if found.is_loopback or found.is_unspecified else "[address]"
