"""Owner: the account that SAFELIGHT_ACCOUNT_BOOTSTRAP names, made with its key where it is missing."""

from urllib.parse import urlsplit

from safelight.accounts import owners
from safelight.accounts.provisioning_keys import ProvisioningKeys
from safelight.boot.house import House
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

KEY_NAME = "first"


async def ensure(house: House) -> None:
    """Make the account and its key, where they are named and not there. A key that is there is left as it is."""
    named = house.settings.account.owner
    if named is None:
        return
    handle, api_key, secret = _wanted(named)
    now, keys = house.clock.now(), ProvisioningKeys(house.keys.store)
    async with house.database.lock("first account") as is_mine, house.database.transaction() as session:
        if not is_mine:
            return
        account = await owners.ensure(session, handle, now)
        if await keys.find(session, account.id, api_key) is None:
            await keys.issue(session, account.id, name=KEY_NAME, now=now, api_key=api_key, secret=secret.reveal())


def _wanted(named: Secret) -> tuple[str, str, Secret]:
    """`account://KEY:SECRET@ACCOUNT_ID`; the words of an error never hold the secret."""
    parts = urlsplit(named.reveal())
    if parts.scheme != "account" or not (parts.username and parts.password and parts.hostname):
        raise Invalid("SAFELIGHT_ACCOUNT_BOOTSTRAP must look like account://KEY:SECRET@ACCOUNT_ID.")
    return parts.hostname, parts.username, Secret(parts.password)
