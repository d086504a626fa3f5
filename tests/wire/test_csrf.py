"""Csrf: a form without the secret of its browser's cookie, or from another site, is refused."""

import pytest

from safelight.kernel.errors import Forbidden
from safelight.wire import csrf


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_a_form_of_our_own_page_is_taken(site: str):
    token = csrf.new_token()
    csrf.check(token, token, site)


@pytest.mark.parametrize(
    ("cookie", "sent", "site"),
    [
        ("", "", "same-origin"),
        ("a", "", "same-origin"),
        ("", "a", "same-origin"),
        ("a", "b", "same-origin"),
        ("a", "a", "cross-site"),
        ("a", "a", "same-site"),
        ("ä", "a", ""),
    ],
)
def test_any_other_is_refused(cookie: str, sent: str, site: str):
    with pytest.raises(Forbidden, match="Open the page again"):
        csrf.check(cookie, sent, site)


def test_a_browser_keeps_its_secret_and_a_strange_one_is_not_taken():
    assert csrf.token_of("abc") == "abc"
    assert csrf.token_of("") != csrf.token_of("")
    assert len(csrf.token_of("x" * 5000)) < 100


@pytest.mark.parametrize(("cookie", "words"), [("", "sent no cookie"), ("a", "open for too long")])
def test_who_has_cookies_switched_off_is_told_that(cookie: str, words: str):
    """PP-61."""
    with pytest.raises(Forbidden, match=words):
        csrf.check(cookie, "b", "same-origin")
