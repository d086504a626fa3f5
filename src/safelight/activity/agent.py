"""Agent: the family of a program, of the line that it sends about itself. Pure."""

import re
from functools import lru_cache

UNKNOWN = "other"
NONE = "none"
REMEMBERED = 2048
"""Browsers say one of a few hundred lines; in memory only."""

# In this order: many say that they are like another one. Each is a family and what is found in its line.
_FAMILIES: tuple[tuple[str, str], ...] = (
    ("robot", r"bot\b|bot/|crawl|spider|slurp|facebookexternalhit|preview"),
    ("Edge", r"edg(e|a|ios)?/"),
    ("Opera", r"opr/|opera"),
    ("Samsung Internet", r"samsungbrowser/"),
    ("Firefox", r"firefox/|fxios/"),
    ("Chrome", r"chrome/|chromium/|crios/"),
    ("Safari", r"safari/"),
    ("SDK", r"cloudinary"),
    ("Python", r"python|httpx/|aiohttp/"),
    ("Node", r"node|undici|axios/"),
    ("PHP", r"php|guzzle"),
    ("Ruby", r"ruby|faraday"),
    ("Java", r"java/|okhttp/|dalvik|jersey"),
    ("Go", r"go-http-client|^go "),
    (".NET", r"\.net|restsharp"),
    ("curl", r"curl/"),
    ("wget", r"wget/"),
    ("browser", r"mozilla/"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _FAMILIES)


@lru_cache(maxsize=REMEMBERED)
def family_of(agent: str) -> str:
    """`Mozilla/5.0 … Firefox/140.0` -> `Firefox`: one of a few words, so that it points at nobody."""
    if not agent.strip():
        return NONE
    return next((name for name, pattern in _PATTERNS if pattern.search(agent)), UNKNOWN)
