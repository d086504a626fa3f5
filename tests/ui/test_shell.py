"""The shell of every page: its headers, its files, and what it looks like to somebody who cannot see or click."""

import httpx
from playwright.sync_api import Page, expect

from tests.installation import Installation
from tests.ui.conftest import axe


def test_the_first_page_is_clean_and_whole(page: Page):
    page.goto("/auth/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.evaluate("htmx.config.allowEval") is False
    assert page.evaluate("htmx.config.historyCacheSize") == 0
    axe(page)


def test_the_policy_of_a_page_allows_what_is_ours_and_nothing_else(site: Installation):
    headers = httpx.get(f"{site.base}/auth/sign-in").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["trusted-types"] == "default"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
