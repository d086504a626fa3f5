"""Count: what this installation does, in numbers that Prometheus reads and that tell of no person."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Forbidden, NotAvailable, SafelightError, Unauthorized
from safelight.kernel.secret import Secret
from safelight.ports.queue import Queue
from safelight.render.model import PartFile, Probed, Render, Rendered
from safelight.transform.plan import Plan
from safelight.transform.source import Region
from safelight.web.client import Proxies, client_address, is_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
RENDER_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SHARED_BYTES = 1024 * 1024
PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "via")
"""Whoever has one of these has come by a proxy."""
Late = Callable[[], Awaitable[Mapping[str, int]]]
"""How many of which kind of records should have gone a day before the last round looked."""
DUE = "What people asked about their data and should have had by now: answers, confirmations, words of owners"
LATE = "Records that should have gone a day ago, by kind, as the last round found them"
SHARED_KINDS = ("counter", "histogram", "gauge_livesum")


def share(folder: Path, process: str) -> None:
    """Count into files of `folder`, so that any process can add up all; once in a process, before Metrics is made.

    The supervisor has set PROMETHEUS_MULTIPROC_DIR to the same folder. A file bears the name of the process in the
    tree and not its number: who is started again goes on counting where it stopped, and no dead file is left.
    The space is taken at once: a write into a mapped file on a full disk would kill the process.
    """
    for kind in SHARED_KINDS:
        with (folder / f"{kind}_{process}.db").open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, SHARED_BYTES)
    values.ValueClass = values.MultiProcessValue(lambda: process)  # pyright: ignore[reportUnknownMemberType]


class Metrics:
    """The counters of one process. Labels are words of ours: route templates, states; never what a client sent."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._is_shared = values.ValueClass is not values.MutexValue
        self._requests = Counter(
            "safelight_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "safelight_request_seconds", "Time to answer", ["route"], registry=registry, buckets=REQUEST_SECONDS
        )
        self._sent_bytes = Counter("safelight_sent_bytes", "Bytes of bodies sent", registry=registry)
        self._hits = Counter("safelight_hits", "Stored files answered by the short path", registry=registry)
        self._activity = Counter("safelight_activity_recorded", "Answers written down", registry=registry)
        self._activity_lost = Counter(
            "safelight_activity_lost", "Answers of which the record is not whole", registry=registry
        )
        self._renders = Counter("safelight_renders", "Pictures made, by outcome", ["outcome"], registry=registry)
        self._render_seconds = Histogram(
            "safelight_render_seconds", "Time to make a picture, waiting included", registry=registry,
            buckets=RENDER_SECONDS,
        )  # fmt: skip
        self._renders_under_way = Gauge(
            "safelight_renders_under_way", "Pictures being made or waiting for a child", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._renders_under_way.set(0)

    def request(self, method: str, route: str, status: int, seconds: float, size_bytes: int) -> None:
        """One request was answered; `route` is its template."""
        self._requests.labels(method if method in METHODS else "OTHER", route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        self._sent_bytes.inc(size_bytes)

    def hits(self, count: int, size_bytes: int) -> None:
        """So many stored files were answered before any framework."""
        self._hits.inc(count)
        self._sent_bytes.inc(size_bytes)

    def activity(self, count: int, lost: int) -> None:
        """So many answers were written down, and of so many who asked, or all, was lost."""
        self._activity.inc(count)
        self._activity_lost.inc(lost)

    def render_began(self) -> None:
        self._renders_under_way.inc()

    def render_ended(self, outcome: str, seconds: float) -> None:
        """`outcome` is `ok` or the code of an error."""
        self._renders_under_way.dec()
        self._renders.labels(outcome).inc()
        self._render_seconds.observe(seconds)

    def text(
        self,
        jobs: Mapping[str, int] | None = None,
        late: Mapping[str, int] | None = None,
        late_requests: Mapping[str, int] | None = None,
    ) -> bytes:
        """All processes of this machine together; `jobs` by state and what is late are the whole installation's."""
        registry = self._registry
        if self._is_shared:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        told = _told("safelight_jobs", "Jobs in the queue, by state", "state", jobs)
        told += _told("safelight_retention_overdue", LATE, "entity", late)
        return generate_latest(registry) + told + _told("safelight_requests_overdue", DUE, "what", late_requests)


def _told(name: str, about: str, label: str, counts: Mapping[str, int] | None) -> bytes:
    """Not by a Gauge: where files are shared, each process would leave its own opinion behind."""
    if counts is None:
        return b""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
    lines += [f'{name}{{{label}="{each}"}} {count}' for each, count in sorted(counts.items())]
    return ("\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class CountedRender:
    """A Render whose work is counted."""

    render_by: Render
    metrics: Metrics

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        began, outcome = perf_counter(), "failed"
        self.metrics.render_began()
        try:
            made = await self.render_by.render(plan, source, source_format=source_format, tenant=tenant, parts=parts)
            outcome = "ok"
        except SafelightError as error:
            outcome = error.code
            raise
        else:
            return made
        finally:
            self.metrics.render_ended(outcome, perf_counter() - began)

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        return await self.render_by.probe(source, format=format, tenant=tenant)

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        return await self.render_by.look(source, format=format, kinds=kinds, tenant=tenant)

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        return await self.render_by.analyse(source, format=format, kinds=kinds, tenant=tenant)


@dataclass(frozen=True)
class Readers:
    """Who may read the numbers: machines of some networks, and whoever knows a word."""

    networks: Proxies
    token: Secret | None = None
    proxies: Proxies = ()

    def check(self, request: Request) -> None:
        """Raises Forbidden, and Unauthorized for a wrong word."""
        scheme, _, word = request.headers.get("authorization", "").partition(" ")
        if self.token is not None and scheme.lower() == "bearer":
            if not self.token.matches(word.strip()):
                raise Unauthorized("Invalid token")
            return
        client, hops = request.client, request.headers.get("x-forwarded-for", "")
        is_passed_on = any(header in request.headers for header in PASSED_ON)
        if is_passed_on and (not hops or client is None or not is_of(client.host, self.proxies)):
            # Else everybody on the web is this machine, as soon as a proxy on it has been forgotten.
            raise Forbidden("The numbers are not for who comes by an unknown proxy: see proxies and metrics_token.")
        address = client_address(request.scope, hops, self.proxies)
        if address is None or not is_of(address, self.networks):
            raise Forbidden("The numbers are not for this address: see metrics_networks and metrics_token.")


@dataclass(frozen=True)
class MetricsDoor:
    """GET /metrics."""

    metrics: Metrics
    queue: Queue
    readers: Readers
    late: Late | None = None
    late_requests: Late | None = None

    def routes(self) -> list[BaseRoute]:
        return [Route("/metrics", self.get, methods=["GET"])]

    async def get(self, request: Request) -> Response:
        """Numbers of this machine for Prometheus; without those of the queue while the database is away."""
        self.readers.check(request)
        try:
            jobs = await self.queue.counts()
            late = await self.late() if self.late else None
            late_requests = await self.late_requests() if self.late_requests else None
        except NotAvailable:
            jobs = late = late_requests = None
        return Response(self.metrics.text(jobs, late, late_requests), headers={"Content-Type": CONTENT_TYPE_LATEST})
