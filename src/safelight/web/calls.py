"""Calls: how many of the API one address and one key may make. What is not of the API never comes by here."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

from safelight.kernel.clock import Clock
from safelight.kernel.errors import TooMany
from safelight.kernel.pace import Pace, counted_as, exceeded
from safelight.settings import ServerSettings, UploadSettings
from safelight.web.client import Proxies, client_address, networks_of
from safelight.web.delivery import hosts_of, is_of_api

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600
UNAUTHORIZED = 401


@dataclass(frozen=True)
class Calls:
    """Of one process. `enter` comes before a call, `left` after it, the others when more is known of who makes it."""

    clock: Clock
    addresses: Pace
    refused: Pace
    keys: Pace
    unsigned: Pace
    proxies: Proxies
    cloud_hosts: Mapping[str, str]

    def enter(self, scope: Scope) -> str | None:
        """Whose call this is, to be given to `left`; None for what is no call. Raises TooMany."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _NEEDED}
        if not is_of_api(scope["path"], headers.get(b"host", ""), self.cloud_hosts):
            return None
        address = client_address(scope, headers.get(b"x-forwarded-for", ""), self.proxies)
        if address is None:
            return None
        name = counted_as(address)
        now = self.clock.now()
        if self.refused.is_spent(name, now):
            raise self._too_many(self.refused, "refused api operations a minute")
        self._spend(self.addresses, name, "api operations a minute")
        return name

    def left(self, name: str | None, status: int) -> None:
        if name is not None and status == UNAUTHORIZED:
            self.refused.spend(name, self.clock.now())

    def by_key(self, key_id: str) -> None:
        """Raises TooMany."""
        self._spend(self.keys, key_id, "api operations a minute")

    def by_nobody(self, scope: Scope, forwarded: str) -> None:
        """An upload that no key signed. Raises TooMany."""
        address = client_address(scope, forwarded, self.proxies)
        if address is not None:
            self._spend(self.unsigned, counted_as(address), "unsigned uploads an hour")

    def _spend(self, pace: Pace, name: str, what: str) -> None:
        if not pace.spend(name, self.clock.now()):
            raise self._too_many(pace, what)

    def _too_many(self, pace: Pace, what: str) -> TooMany:
        now = self.clock.now()
        return exceeded(TooMany, pace.count_max, what, pace.resets_at(now), now)


_NEEDED = frozenset({b"host", b"x-forwarded-for"})


def calls_of(server: ServerSettings, upload: UploadSettings, clock: Clock) -> Calls:
    return Calls(
        clock,
        addresses=Pace(server.calls_per_minute_address, seconds=MINUTE_SECONDS),
        refused=Pace(server.refused_per_minute_address, seconds=MINUTE_SECONDS),
        keys=Pace(server.calls_per_minute_key, seconds=MINUTE_SECONDS),
        unsigned=Pace(upload.unsigned_per_hour_address, seconds=HOUR_SECONDS),
        proxies=networks_of(server.proxies),
        cloud_hosts=hosts_of(server.cloud_hosts),
    )
