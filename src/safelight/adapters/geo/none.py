"""NoGeo: an installation without a file of countries: every country is unknown."""

from datetime import date

from safelight.ports.geo import UNKNOWN


class NoGeo:
    def country(self, network: str) -> str:
        del network
        return UNKNOWN

    def made_on(self) -> date | None:
        return None
