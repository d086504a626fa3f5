"""An installation that is not set up says so to readers of its policy, in their language, on any screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import axe

WORDS = {
    "en-GB": "This installation is not set up yet. Its operator has not said: its name, a postal address",
    "de-DE": "Diese Installation ist noch nicht eingerichtet. Ihr Betreiber hat noch nicht angegeben: seinen Namen",
}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", WORDS)
def test_readers_are_told_what_nobody_said_yet(contexts: Callable[..., BrowserContext], language: str, width: int):
    page = contexts(locale=language, viewport={"width": width, "height": 900}).new_page()
    for path in ("/privacy", "/privacy/policy"):
        page.goto(path)
        expect(page.get_by_text(WORDS[language])).to_be_visible()
        axe(page)
