"""MemoryGeo: the twin for tests: countries of the networks that it was given."""

import ipaddress
from collections.abc import Mapping
from datetime import date

from safelight.ports.geo import UNKNOWN


class MemoryGeo:
    def __init__(self, countries: Mapping[str, str]) -> None:
        self._countries = {ipaddress.ip_network(network): country for network, country in countries.items()}

    def country(self, network: str) -> str:
        try:
            address = ipaddress.ip_address(network.partition("/")[0])
        except ValueError:
            return UNKNOWN
        return next((country for known, country in self._countries.items() if address in known), UNKNOWN)

    def made_on(self) -> date | None:
        return date(2026, 1, 1)
