"""Whom to tell of a weakness (PP-62, RFC 9116): by a setting, valid for a while from now."""

from datetime import datetime, timedelta

import httpx
import pytest

from safelight.kernel.errors import Invalid
from safelight.web.app import build
from safelight.web.metrics import Metrics
from safelight.web.security_txt import PATH, SecurityText, contacts_of


async def answer(clock, *contacts: str, base_url: str = "https://media.example.org") -> httpx.Response:
    app = build(SecurityText(contacts_of(contacts), clock, base_url).routes(), metrics=Metrics())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url) as client:
        return await client.get(PATH)


async def test_it_names_who_is_asked_and_until_when_that_holds(clock):
    told = await answer(clock, "security@example.org", "https://example.org/report")
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    assert told.text == (
        "Contact: mailto:security@example.org\nContact: https://example.org/report\nExpires: 2026-07-01T03:04:05Z\n"
        "Preferred-Languages: en, de\nCanonical: https://media.example.org/.well-known/security.txt\n"
    )


async def test_however_late_it_is_asked_for_it_has_not_expired(clock):
    for _ in range(3):
        clock.advance(timedelta(days=400))
        lines = dict(line.split(": ", 1) for line in (await answer(clock, "a@example.org")).text.splitlines())
        expires = datetime.fromisoformat(lines["Expires"])
        assert clock.now() < expires < clock.now() + timedelta(days=365)


async def test_without_the_setting_there_is_none_and_without_tls_no_address_is_called_the_real_one(clock):
    assert (await answer(clock)).status_code == 404
    assert "Canonical" not in (await answer(clock, "a@example.org", base_url="http://localhost:8000")).text


@pytest.mark.parametrize(
    "wrong", ["", "example", "http://example.org", "a@b c", "mailto:a\nContact: b", "ä@example.org"]
)
def test_what_is_no_contact_is_refused_at_the_start(wrong):
    with pytest.raises(Invalid, match="SAFELIGHT_SERVER_SECURITY_CONTACTS"):
        contacts_of([wrong])
