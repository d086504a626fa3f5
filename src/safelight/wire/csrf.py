"""A form's proof that it came from our own page: the same secret in its cookie and its field, and the browser's word.

A foreign page can make a browser send our cookie, but can neither read it nor set it: its name begins with `__Host-`.
"""

import hmac

from safelight.kernel import ids
from safelight.kernel.errors import Forbidden

FIELD = "csrf"
HEADER = "X-CSRF-Token"
SITE_HEADER = "Sec-Fetch-Site"
TOKEN_BYTES = 24
TOKEN_CHARS_MAX = 100

_OURS = frozenset({"", "same-origin", "none"})
"""What a browser says of a request from our own pages; the old ones say nothing."""

WORDS = "This form was open for too long, or did not come from this site. Open the page again and send it once more."

NO_COOKIE = (
    "Your browser sent no cookie with this form. Signing in needs cookies of this site, and sets no others: allow "
    "them. Open the page again and send it once more."
)


def new_token() -> str:
    return ids.random_token(TOKEN_BYTES)


def token_of(cookie: str) -> str:
    """The secret of this browser, or a new one."""
    return cookie if 0 < len(cookie) <= TOKEN_CHARS_MAX else new_token()


def check(cookie: str, sent: str, site: str) -> None:
    """`sent` is the field of a form or the header; `site` is what `Sec-Fetch-Site` says. Raises Forbidden."""
    if not cookie and site in _OURS:
        raise Forbidden(NO_COOKIE)
    is_same = bool(cookie) and hmac.compare_digest(cookie.encode(), sent.encode())
    if not is_same or site not in _OURS:
        raise Forbidden(WORDS)
