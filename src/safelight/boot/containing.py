"""Containing: what keeps floods small, put together: bounds of pictures, makers and new files; the job that evicts."""

from safelight.boot.house import House
from safelight.delivery.evict import EvictFetched
from safelight.delivery.flood import Flood
from safelight.delivery.threshold import Threshold
from safelight.derived.evict import Evict
from safelight.derived.failures import LASTING_ELSEWHERE, Failures
from safelight.derived.forget import Forget
from safelight.derived.maker import OneMaker
from safelight.kernel.clock import Clock
from safelight.kernel.pace import Pace
from safelight.ports.database import Database
from safelight.settings import DerivedSettings, RenderSettings, Settings
from safelight.transform.limits import Limits
from safelight.web.calls import HOUR_SECONDS
from safelight.web.client import networks_of
from safelight.web.metrics import Readers


def limits_of(settings: RenderSettings) -> Limits:
    return Limits(
        source_pixels_max=settings.source_pixels_max,
        output_pixels_max=settings.output_pixels_max,
        side_max=settings.side_max,
        frames_max=settings.frames_max,
        steps_max=settings.steps_max,
        layers_max=settings.layers_max,
    )


def maker_of(settings: DerivedSettings, failures: Failures | None = None) -> OneMaker:
    return OneMaker(
        making_max_each=settings.making_max_each,
        waiting_max=settings.waiting_max,
        waiting_max_each=settings.waiting_max_each,
        waiting_min_each=settings.waiting_min_each,
        seconds_max=settings.wait_seconds,
        failures=failures,
    )


def failures_of(settings: DerivedSettings, clock: Clock) -> Failures:
    return Failures(clock, seconds=settings.failure_seconds, count_max=settings.failures_max)


def failures_elsewhere_of(settings: Settings, clock: Clock) -> Failures:
    return Failures(
        clock,
        seconds=settings.fetch.failure_seconds,
        count_max=settings.derived.failures_max,
        lasting=LASTING_ELSEWHERE,
    )


def threshold_of(settings: DerivedSettings, maker: OneMaker) -> Threshold:
    return Threshold(
        maker.is_full,
        looking_max_each=settings.looking_max_each,
        full_max_each=settings.looking_full_max_each,
        known_max=settings.known_max,
    )


def flood_of(rooms: House, database: Database) -> Flood:
    settings = rooms.settings.derived
    addresses = Pace(settings.new_per_hour_address, seconds=HOUR_SECONDS)
    return Flood(database, rooms.clock, settings.new_per_hour, addresses)


def evict_of(rooms: House, forget: Forget) -> Evict:
    return Evict(rooms.database, forget, rooms.clock, rooms.settings.derived)


def evict_fetched_of(rooms: House) -> EvictFetched:
    return EvictFetched(rooms.database, rooms.clock, rooms.settings.fetch)


def readers_of(rooms: House) -> Readers:
    server = rooms.settings.server
    return Readers(networks_of(server.metrics_networks), server.metrics_token, networks_of(server.proxies))
