"""What the journeys of people share: their letters, their apps, and the keys of their devices."""

import email
import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from email import policy

from playwright.sync_api import Page
from pyotp import TOTP

from tests.installation import Installation

LETTER_SECONDS_MAX = 60
PASSWORD = "three purple teapots"


def letter_to(site: Installation, address: str, part: str, *, but: Collection[str] = ()) -> str:
    """The link in the newest letter to an address whose link has `part` in it; letters come by a job.

    `but`: the links that were there before, where an older letter could be taken for the one that is waited for.
    """
    deadline = time.monotonic() + LETTER_SECONDS_MAX
    while time.monotonic() < deadline:
        found = [link for link in links_to(site, address, part) if link not in but]
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address} with a link to {part}")


def links_to(site: Installation, address: str, part: str) -> list[str]:
    """Those that came by letter until now, the newest first."""
    found: list[str] = []
    files = [path for path in (site.folder / "data" / "letters").glob("**/*") if path.is_file()]
    for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True):
        letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = letter.get_body(("plain",))
        link = re.search(rf"https?://\S*{re.escape(part)}\S*", body.get_content()) if body else None
        if link and address in str(letter["To"]):
            found.append(link[0])
    return found


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
