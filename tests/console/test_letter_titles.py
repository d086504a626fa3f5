"""Letters: each that can be written has a title on the page of those who got it."""

from safelight.console.pages.letters import TITLES
from safelight.mail.template import OURS


def test_every_letter_has_a_title():
    assert set(OURS.names()) == set(TITLES)
