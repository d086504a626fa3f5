"""MaxmindGeo: countries from a file in MaxMind's format (.mmdb), read where it lies: nobody outside is asked."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import maxminddb

from safelight.kernel.errors import Invalid
from safelight.ports.geo import UNKNOWN

COUNTRIES = ("country", "registered_country")
"""Where such files say it: the country of the network, else the one that it was given out in."""


class MaxmindGeo:
    """A Geo. The file may say more of an address; nothing but the country is ever read from it."""

    def __init__(self, file: Path) -> None:
        try:
            self._reader = maxminddb.open_database(str(file))  # pyright: ignore[reportUnknownMemberType]
        except FileNotFoundError as error:
            raise Invalid(f"There is no file {file} to find countries in (SAFELIGHT_GEO).") from error
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            raise Invalid(f"{file} is no file of countries in MaxMind's format (SAFELIGHT_GEO).") from error

    def country(self, network: str) -> str:
        try:
            address = ipaddress.ip_address(network.partition("/")[0])
            found = cast("object", self._reader.get(address))  # pyright: ignore[reportUnknownMemberType]
        except (ValueError, maxminddb.InvalidDatabaseError):
            return UNKNOWN
        return _country_in(found)

    def made_on(self) -> date | None:
        return datetime.fromtimestamp(self._reader.metadata().build_epoch, UTC).date()


def _country_in(record: object) -> str:
    """Of the three ways in which such files write it."""
    if not isinstance(record, Mapping):
        return UNKNOWN
    words = cast("Mapping[str, Any]", record)
    candidates = [words.get("country_code"), *(words.get(name) for name in COUNTRIES)]
    for candidate in candidates:
        code = cast("Mapping[str, Any]", candidate).get("iso_code") if isinstance(candidate, Mapping) else candidate
        if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha():
            return code.upper()
    return UNKNOWN
