"""Geo: the country of a network, from a file that the operator supplies; never a city, never a place on a map."""

from datetime import date
from typing import Protocol

UNKNOWN = "ZZ"


class Geo(Protocol):
    def country(self, network: str) -> str:
        """Two capital letters for a network (`192.0.2.0/24`) or an address; `ZZ` where nobody knows. Never raises."""
        ...

    def made_on(self) -> date | None:
        """The day that the knowledge is of; None where there is none."""
        ...
