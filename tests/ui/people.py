"""What the journeys of people share: their letters, their apps, and the keys of their devices."""

import email
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy

from playwright.sync_api import Page
from pyotp import TOTP

from tests.installation import Installation

LETTER_SECONDS_MAX = 60
PASSWORD = "three purple teapots"


def letter_to(site: Installation, address: str, part: str) -> str:
    """The link in the newest letter to an address whose link has `part` in it; letters come by a job."""
    deadline = time.monotonic() + LETTER_SECONDS_MAX
    while time.monotonic() < deadline:
        folder = site.folder / "data" / "letters"
        for path in sorted(folder.glob("**/*"), key=lambda path: path.stat().st_mtime, reverse=True):
            if not path.is_file():
                continue
            letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            found = re.search(rf"https?://\S*{re.escape(part)}\S*", body.get_content()) if body else None
            if found and address in str(letter["To"]):
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address} with a link to {part}")


def sign_in(page: Page, address: str, password: str = PASSWORD, *, remember: bool = False) -> None:
    page.goto("/auth/sign-in")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(password)
    if remember:
        page.get_by_label("Keep me signed in").check()
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator(".top .menu summary").last.click()
    page.get_by_role("button", name="Sign out").click()


def code_of(secret: str, steps_ahead: int = 0) -> str:
    """What an app shows that knows the secret. The clock of the installation runs as ours does."""
    return TOTP(secret.replace(" ", "")).at(int(time.time()) + 30 * steps_ahead)


@contextmanager
def device(page: Page) -> Iterator[None]:
    """A device with a passkey store whose owner always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
