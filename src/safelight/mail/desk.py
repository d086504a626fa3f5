"""Desk: which addresses are ours, for letters that come in. Pure."""

from dataclasses import dataclass

from safelight.mail.message import Sender, domain_of

PRIVACY = "privacy"
"""Who is written to where the policy names nobody yet: this name, at whatever domain leads here."""


@dataclass(frozen=True)
class Desk:
    """`contact` is the address that the policy names, or empty."""

    contact: str
    sender: Sender

    def takes(self, address: str) -> bool:
        """Whether letters to it are taken: to privacy, with or without a tag behind a plus, and those that bounce."""
        local, _, domain = _bare(address).rpartition("@")
        if not local or not domain:
            return False
        name = f"{local.partition('+')[0]}@{domain}"
        if name in (_bare(self.sender.bounces), _bare(self.sender.address)):
            return True
        return name == _bare(self.contact) if self.contact else local.partition("+")[0] == PRIVACY

    def is_own(self, address: str) -> bool:
        """Whether a letter from there is one of ours that went in a circle."""
        return _bare(address) in {_bare(each) for each in (self.contact, self.sender.address, self.sender.bounces)}


def _bare(address: str) -> str:
    return f"{address.strip().rpartition('@')[0].casefold()}@{domain_of(address.strip())}"
