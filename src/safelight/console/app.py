"""App: all pages for people, and the files that they load."""

from starlette.routing import BaseRoute

from safelight.console import files
from safelight.console.door import Door
from safelight.console.pages.sign_in import SignIn


def routes(base_url: str) -> list[BaseRoute]:
    """In the order in which they are tried."""
    found = files.read()
    door = Door(found, base_url)
    return [*found.routes(), *SignIn(door).routes()]
