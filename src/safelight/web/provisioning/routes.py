"""All routes of the provisioning API, in the order in which they are tried."""

from starlette.routing import BaseRoute

from safelight.web.provisioning import public
from safelight.web.provisioning.access_keys import AccessKeys
from safelight.web.provisioning.billing import BillingUsage
from safelight.web.provisioning.door import ProvisioningDoor
from safelight.web.provisioning.groups import Groups
from safelight.web.provisioning.policies import Policies
from safelight.web.provisioning.roles import Roles
from safelight.web.provisioning.sub_accounts import SubAccounts
from safelight.web.provisioning.users import Users


def routes(door: ProvisioningDoor) -> list[BaseRoute]:
    return [
        *public.routes(),
        *SubAccounts(door).routes(),
        *AccessKeys(door).routes(),
        *Users(door).routes(),
        *Groups(door).routes(),
        *BillingUsage(door).routes(),
        *Policies(door).routes(),
        *Roles(door).routes(),
    ]
