"""App: all pages for people, and the files that they load."""

from starlette.routing import BaseRoute

from safelight.accounts.keys import Keys
from safelight.console.door import Door
from safelight.console.pages.groups import GroupPages
from safelight.console.pages.home import Home
from safelight.console.pages.keys import KeyPages
from safelight.console.pages.people import PeoplePages
from safelight.console.pages.sign_in import SignIn


def routes(door: Door, keys: Keys) -> list[BaseRoute]:
    """In the order in which they are tried."""
    return [
        *door.files.routes(),
        *SignIn(door).routes(),
        *Home(door, keys).routes(),
        *KeyPages(door, keys).routes(),
        *PeoplePages(door).routes(),
        *GroupPages(door).routes(),
    ]
