"""Setup: the one-time link by which the first owner is made, printed where Safelight was started."""

from urllib.parse import urlsplit

from safelight.boot.house import House
from safelight.identity.invitations import Setup
from safelight.identity.passwords import Hasher


async def setup_link(house: House, address: str) -> str | None:
    """A new one, for an installation that nobody owns yet; the one before works no more."""
    settings = house.settings.identity
    setup = Setup(house.database, Hasher(settings), browsable(address), settings)
    async with house.database.transaction() as session:
        return await setup.link(session, house.clock.now())


def browsable(address: str) -> str:
    """By its name where it is this machine: browsers make no passkeys for a bare address."""
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1":
        return address
    return f"http://localhost:{parts.port or 80}"
