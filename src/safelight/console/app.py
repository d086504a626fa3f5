"""App: all pages for people, and the files that they load."""

from starlette.routing import BaseRoute

from safelight.accounts.keys import Keys
from safelight.accounts.model import FolderMode
from safelight.console.door import Door
from safelight.console.pages.account import AccountPages
from safelight.console.pages.activity import ActivityPages
from safelight.console.pages.entering import Entering
from safelight.console.pages.exposure import ExposurePages
from safelight.console.pages.groups import GroupPages
from safelight.console.pages.home import Home
from safelight.console.pages.key import KeyPage
from safelight.console.pages.keys import KeyPages
from safelight.console.pages.letters import LetterPages
from safelight.console.pages.people import PeoplePages
from safelight.console.pages.person import PersonPages
from safelight.console.pages.plain import PlainPages
from safelight.console.pages.roles import RolePages
from safelight.console.pages.security import SecurityPages
from safelight.console.pages.setup import SetupPages
from safelight.console.pages.sign_in import SignInPages
from safelight.console.pages.theme import ThemePages
from safelight.console.pages.usage import UsagePages
from safelight.console.ways import Ways
from safelight.settings import UsageSettings


def routes(door: Door, ways: Ways, keys: Keys, folder_mode: FolderMode, usage: UsageSettings) -> list[BaseRoute]:
    """In the order in which they are tried."""
    return [
        *door.files.routes(),
        *SignInPages(door, ways).routes(),
        *ThemePages(door).routes(),
        *Entering(door, ways).routes(),
        *SetupPages(door, ways, keys, folder_mode).routes(),
        *AccountPages(door, ways, keys.store).routes(),
        *LetterPages(door, keys.store).routes(),
        *ActivityPages(door).routes(),
        *ExposurePages(door).routes(),
        *SecurityPages(door, ways).routes(),
        *Home(door, keys, usage).routes(),
        *UsagePages(door, usage).routes(),
        *KeyPages(door, keys).routes(),
        *KeyPage(door, keys).routes(),
        *PeoplePages(door, ways).routes(),
        *PersonPages(door).routes(),
        *GroupPages(door).routes(),
        *RolePages(door).routes(),
        *PlainPages(door).routes(),
    ]
