"""Standing: recipients that keep a store of this installation get whatever is put there; told once a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.kernel.clock import Clock
from safelight.ports.database import Session
from safelight.privacy import store_disclosures
from safelight.privacy.inventory import is_own, recipient_of
from safelight.privacy.policy import Policy, Recipient

STORES = ("blobs.url", "database.url")
"""Settings that name where everything lies."""
PURPOSE = "service.provide"


@dataclass(frozen=True)
class Standing:
    """`hosts`: the setting -> the host that it leads to."""

    policy: Policy
    clock: Clock
    hosts: Mapping[str, str]

    def names(self) -> frozenset[str]:
        """The recipients without whose stores nothing works."""
        return frozenset(each.name for each in self.recipients())

    def recipients(self) -> Sequence[Recipient]:
        """Who runs the machines that stores lie on, each once."""
        found: dict[str, Recipient] = {}
        for host in (each for setting in STORES for each in self.hosts.get(setting, "").split(",")):
            recipient = None if is_own(host) else recipient_of(self.policy, host)
            if recipient is not None:
                found[recipient.name] = recipient
        return list(found.values())

    async def note(self, session: Session, account_ids: Sequence[str]) -> None:
        """For each account a line of this month."""
        now = self.clock.now()
        for recipient in self.recipients():
            row = {
                "recipient": recipient.name,
                "user_id": "",
                "address_mark": "",
                "purpose": PURPOSE if PURPOSE in recipient.purposes else recipient.purposes[0],
                "entities": " ".join(recipient.entities),
                "day": now.date().replace(day=1),
                "is_marketing": recipient.is_direct_marketing,
                "first_at": now,
                "last_at": now,
            }
            for account_id in account_ids:
                await store_disclosures.add(session, {**row, "account_id": account_id})
