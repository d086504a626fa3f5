"""Promising: the policy of this installation, and what there is for it to be compared with."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import safelight
from safelight.adapters.database.where import hosts_in
from safelight.boot import declared
from safelight.boot.known import known
from safelight.boot.loop import ways_of_loop
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.purpose import Reads, reading_for
from safelight.kernel.secret import Secret
from safelight.ports.queue import Handler
from safelight.privacy import inventory, policy_read
from safelight.privacy.inventory import Gap, MarkedColumn, SetCookie, There
from safelight.privacy.node import Node, parsed
from safelight.privacy.policy import Policy
from safelight.privacy.promises import Promises
from safelight.settings import PrivacySettings, Settings
from safelight.web import logs
from safelight.wire import cookies

STRICT = "strict"
OVERLAYS_KEPT = 4
SHOWN_MAX = 20
"""So many gaps a start tells; `safelight privacy inventory` has them all."""
STORE_HOSTS = {"s3": "amazonaws.com", "gs": "googleapis.com", "az": "windows.net"}
"""Where a store lies that was told no endpoint."""

_OPENING = re.compile(
    r"^\s*(?:import|from) (httpx|httpcore|aiosmtplib|smtplib|obstore|ftplib|psycopg|procrastinate|urllib\.request|"
    r"http\.client|requests|aiohttp)\b|\b(open_connection|create_connection)\(",
    re.MULTILINE,
)


def policy_of(settings: Settings) -> Policy:
    """The model as it holds here: periods by the settings, the operator's own facts. Raises Invalid."""
    made = policy_read.with_periods(policy_read.shipped(), values_of(settings))
    mail = settings.mail
    controller = replace(
        made.controller, name=mail.brand if mail.brand != type(mail)().brand else "", postal=mail.postal_address
    )
    return _laid_over(replace(made, controller=controller), settings.privacy)


def promises_of(settings: Settings, clock: Clock) -> Promises:
    """For pages and calls that tell of it."""
    return Promises(policy_of(settings), clock)


def reads_of(settings: Settings) -> Reads:
    """What may be read for which purpose (PP-12). Where that is told and not refused, once of each is enough."""
    is_strict = settings.privacy.mode == STRICT
    return Reads(policy_of(settings).readers(), is_strict, _tell_read)


def declare_ways_out(settings: Settings) -> None:
    """From here on this process connects by the connectors of the policy alone (PP-22)."""
    ways = ways_of_loop()
    if ways is not None:
        ways.declared, ways.tell = frozenset(policy_of(settings).connectors), _tell_refused


def _tell_refused(words: str) -> None:
    logs.logger().warning(f"privacy: PP-22: {words}")


def _tell_read(holding: str, purposes: str) -> None:
    logs.logger().warning(f"privacy: PP-12: {holding} was read for {purposes}")


def purposed(policy: Policy, handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """Jobs that say what they read for."""
    return {name: _reading(handler, policy.purposes_of_job(name)) for name, handler in handlers.items()}


def _reading(handler: Handler, purposes: frozenset[str]) -> Handler:
    async def run(payload: dict[str, Any]) -> None:
        with reading_for(purposes):
            await handler(payload)

    return run


def _laid_over(policy: Policy, settings: PrivacySettings) -> Policy:
    if settings.policy is None:
        return policy
    try:
        stat = settings.policy.stat()
        over = _over(settings.policy, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise Invalid(f"SAFELIGHT_PRIVACY_POLICY: the file {settings.policy} cannot be read.") from error
    return policy_read.laid_over(policy, over)


@lru_cache(OVERLAYS_KEPT)
def _over(path: Path, _changed_ns: int, _size_bytes: int) -> Node:
    """Read once for each state of the file: a start asks for it several times."""
    return parsed(path.read_bytes(), path.name)


def values_of(settings: Settings) -> dict[str, object]:
    """Every setting by its name in safelight.toml."""
    return {each.name: _value(settings, each.name) for each in known()}


def _value(settings: object, name: str) -> object:
    for part in name.split("."):
        settings = getattr(settings, part)
    return settings


def there(settings: Settings, *, with_files: bool = False) -> There:
    """What there is. `with_files`: also which of our files open connections, which takes a moment to find out."""
    found = declared.columns()
    return There(
        holdings=declared.holdings(),
        columns=[
            MarkedColumn(declared.name_of(column), context, column.info["personal"])
            for context, column in found
            if "personal" in column.info
        ],
        cookies=[SetCookie(each.name, each.kind.value, each.lifetime_seconds) for each in cookies.REGISTRY],
        hosts=dict(hosts_of(settings)),
        log_fields=logs.FIELDS,
        opening=dict(opening()) if with_files else None,
        countries=frozenset(each.strip().upper() for each in settings.privacy.countries),
        unmarked=[declared.name_of(column) for _, column in found if declared.is_unmarked(column)],
    )


def hosts_of(settings: Settings) -> Iterator[tuple[str, str]]:
    """The hosts that the operator lets us connect to, by the setting that names them."""
    for name, secret in (
        ("mail.smtp", settings.mail.smtp),
        ("blobs.url", settings.blobs.url),
        ("database.url", settings.database.url),
        ("fetch.proxy", settings.fetch.proxy),
    ):
        if secret is not None and (host := _host(secret)):
            yield name, host


def _host(address: Secret) -> str:
    """Empty for what is no other machine: a folder, a socket. Several of a database stand with commas between."""
    try:
        if address.reveal().startswith("postgres"):
            return ",".join(sorted(each for each in hosts_in(address.reveal()) if not each.startswith(("/", "@"))))
        parts = urlsplit(address.reveal())
        words = parse_qs(parts.query)
        if parts.scheme in STORE_HOSTS:
            endpoint = words.get("endpoint", [""])[0]
            return urlsplit(endpoint).hostname or STORE_HOSTS[parts.scheme]
        return parts.hostname or "" if parts.scheme not in ("file", "memory") else ""
    except ValueError:
        return ""


@cache
def opening() -> tuple[tuple[str, str], ...]:
    """Our files that hold a library which connects to somewhere: `adapters.mailer.smtp`, and the library."""
    root = Path(safelight.__file__).parent
    found: list[tuple[str, str]] = []
    for path in sorted(root.rglob("*.py")):
        match = _OPENING.search(path.read_text())
        if match:
            found.append((".".join(path.relative_to(root).with_suffix("").parts), match[1] or match[2]))
    return tuple(found)


def gaps(settings: Settings, today: date, *, with_files: bool = False) -> list[Gap]:
    """Where the policy and this installation differ."""
    return inventory.gaps(policy_of(settings), policy_read.shipped(), there(settings, with_files=with_files), today)


def check_start(settings: Settings, today: date, say: Callable[[str], object]) -> None:
    """Where they differ: strict stops the start, else it is said. Raises Invalid."""
    found = gaps(settings, today)
    if not found:
        return
    words = [str(gap) for gap in found[:SHOWN_MAX]]
    if len(found) > SHOWN_MAX:
        words.append(f"and {len(found) - SHOWN_MAX} more: safelight privacy inventory")
    if settings.privacy.mode == STRICT:
        raise Invalid("PP-20: what is promised and what there is differ, and SAFELIGHT_PRIVACY is strict. "
                      + "; ".join(words))  # fmt: skip
    for line in words:
        say(f"privacy: {line}")
