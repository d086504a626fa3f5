"""Where stores lie, by what the operator says, is compared with the countries that they allow (PP-55)."""

from dataclasses import replace
from datetime import date

import pytest

from safelight.boot import promising
from safelight.kernel.secret import Secret
from safelight.privacy import inventory, policy_read
from safelight.privacy.node import parsed
from safelight.settings import Settings

SETTINGS = Settings()
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("countries", "places"),
    [
        ((), []),
        (("AT", "DE"), []),
        (("at", "de"), []),
        (("AT",), ["blobs.url lies in DE"]),
        (("DE",), ["the setting mail.smtp leads to post in AT"]),
        (("US",), ["blobs.url lies in DE", "the setting mail.smtp leads to post in AT"]),
    ],
)
def test_what_lies_beyond_the_countries_is_told(countries: tuple[str, ...], places: list[str]):
    mine = b"""
recipients: {post: {title: Post, role: processor, purposes: [mail.service], entities: [letter-content],
  hosts: [post.example], country: AT, dpa_sha256: "%s"}}
locations: [{store: blobs.url, country: DE, operator: Store Ltd}]
""" % (b"0" * 64)
    policy = policy_read.laid_over(policy_read.shipped(), parsed(mine, "mine.yaml"))
    settings = replace(
        SETTINGS,
        mail=replace(SETTINGS.mail, smtp=Secret("smtp://mx.post.example?from=a@b.example")),
        privacy=replace(SETTINGS.privacy, countries=countries),
    )
    found = inventory.gaps(policy, policy_read.shipped(), promising.there(settings), TODAY)
    assert [each.words.partition(", and only")[0] for each in found if each.clause == "PP-55"] == places
