"""Lines -> rows: addresses shortened and sealed, agents reduced to their family, visitors told apart for a day."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from safelight.activity import address
from safelight.activity.agent import family_of
from safelight.activity.day_keys import DaySecrets
from safelight.activity.model import Act, Country, Line
from safelight.kernel.ids import new_id, random_bytes

Row = dict[str, Any]

ROUTE_CHARS_MAX = 200
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHOWN = frozenset({200, 201, 206})
"""Answers by which an asset was handed out or taken in."""


@dataclass(frozen=True)
class Rows:
    """What is written of one batch, by table."""

    traffic: list[Row] = field(default_factory=list[Row])
    clients: list[Row] = field(default_factory=list[Row])
    pages: list[Row] = field(default_factory=list[Row])
    events: list[Row] = field(default_factory=list[Row])
    visits: list[Row] = field(default_factory=list[Row])


@dataclass(frozen=True)
class _Client:
    """What is known of who asked, as much of it as may be kept; `id` is that of the sealed rest."""

    id: str | None
    network: str
    country: str
    agent: str
    visitor: bytes


def rows_of(lines: Iterable[Line], secrets: Mapping[date, DaySecrets], country: Country) -> Rows:
    """`secrets` are those of every day that the lines are of."""
    rows = Rows()
    clients: dict[tuple[date, str, str], _Client] = {}
    lines = list(lines)
    for line in lines:
        who = (line.at.date(), line.address, line.agent)
        if who not in clients:
            clients[who] = _client(line, secrets[who[0]], country, rows)
    seen = [(line, clients[line.at.date(), line.address, line.agent]) for line in lines]
    rows.traffic.extend(_folded(seen, _traffic, ("requests", "bytes_sent")))
    rows.pages.extend(_folded([each for each in seen if each[0].is_page], _page, ("views",)))
    done = [each for each in seen if each[0].act != Act.NONE and each[0].asset_id and each[0].status in SHOWN]
    known = [each for each in done if each[0].user_id or each[0].key_id]
    unknown = [each for each in done if not (each[0].user_id or each[0].key_id)]
    rows.events.extend(_folded(known, _event, ("requests", "bytes")))
    rows.visits.extend(_folded(unknown, _event, ("requests", "bytes")))
    return rows


def _client(line: Line, secrets: DaySecrets, country: Country, rows: Rows) -> _Client:
    network, family = address.network_of(line.address), family_of(line.agent)
    visitor = address.visitor_of(secrets.visitor_salt, network, family)
    if not line.address and not line.agent:
        return _Client(None, "", country(""), family, visitor)
    day, nonce = line.at.date().isoformat(), random_bytes(address.NONCE_BYTES)
    sealed = address.seal(line.address, line.agent, secrets.address_cipher, nonce, day)
    client = _Client(new_id(), network, country(network), family, visitor)
    rows.clients.append({"at": line.at, "id": client.id, "sealed": sealed})
    return client


def _traffic(line: Line, client: _Client) -> Row:
    return {
        "cloud_id": line.cloud_id,
        "at": line.at,
        "client_id": client.id,
        "user_id": line.user_id,
        "key_id": line.key_id,
        "method": line.method if line.method in METHODS else "OTHER",
        "route": line.route[:ROUTE_CHARS_MAX],
        "status": line.status,
        "requests": line.requests,
        "bytes_sent": line.bytes_sent,
        "network": client.network,
        "country": client.country,
        "agent": client.agent,
    }


def _page(line: Line, client: _Client) -> Row:
    return {
        "cloud_id": line.cloud_id,
        "at": line.at,
        "user_id": line.user_id,
        "visitor": b"" if line.user_id else client.visitor,
        "route": line.route[:ROUTE_CHARS_MAX],
        "status": line.status,
        "views": line.requests,
        "country": client.country,
        "agent": client.agent,
    }


def _event(line: Line, client: _Client) -> Row:
    is_known = bool(line.user_id or line.key_id)
    return {
        "cloud_id": line.cloud_id,
        "at": line.at,
        "asset_id": line.asset_id,
        "act": line.act.value,
        "is_derived": line.is_derived,
        "requests": line.requests,
        "bytes": line.bytes_received if line.act is Act.UPLOAD else line.bytes_sent,
        "user_id": line.user_id,
        "key_id": line.key_id,
        "visitor": b"" if is_known else client.visitor,
        "country": client.country,
        "agent": client.agent,
    }


def _folded(
    seen: Sequence[tuple[Line, _Client]], row_of: Callable[[Line, _Client], Row], sums: tuple[str, ...]
) -> Iterable[Row]:
    """Rows that are alike but for their numbers are one."""
    folded: dict[Hashable, Row] = {}
    for line, client in seen:
        row = row_of(line, client)
        alike = tuple(value for name, value in row.items() if name not in sums)
        found = folded.get(alike)
        if found is None:
            folded[alike] = {**row, "id": new_id()}
        else:
            for name in sums:
                found[name] += row[name]
    return folded.values()
