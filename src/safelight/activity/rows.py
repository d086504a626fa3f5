"""Tally -> rows: addresses shortened and sealed, agents reduced to their family, visitors told apart for a day."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from safelight.activity import address, sealing
from safelight.activity.agent import family_of
from safelight.activity.day_keys import DaySecrets
from safelight.activity.model import Act, Ask, Client, Country
from safelight.activity.sealing import Askers
from safelight.activity.tally import NOBODY, Tally
from safelight.kernel.ids import new_id, new_ids, random_bytes

Row = dict[str, Any]
_Key = TypeVar("_Key", bound=Hashable)

ROUTE_CHARS_MAX = 200
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SHOWN = frozenset({200, 201, 206})
"""Answers by which an asset was handed out or taken in."""
STEP = 250
"""Of so many at once work is done before others may do theirs: some tenths of a millisecond."""
SEALED_MAX = 500
"""So many askers are sealed in one piece."""


@dataclass(frozen=True)
class Rows:
    """What is written of one batch, by table."""

    traffic: list[Row] = field(default_factory=list[Row])
    clients: list[Row] = field(default_factory=list[Row])
    pages: list[Row] = field(default_factory=list[Row])
    events: list[Row] = field(default_factory=list[Row])
    visits: list[Row] = field(default_factory=list[Row])


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """What is known of who asked, as much of it as may be kept. There is one of each in a batch."""

    network: str
    country: str
    family: str
    visitor: bytes


_Sums = dict[tuple[Any, ...], dict[_Place, list[int]]]
"""Of rows that are to be, by what they tell and from where it was asked: how many answers, how many bytes."""
_Traffic = dict[tuple[Any, ...], dict[_Place, dict[Client, list[int]]]]
"""The same by who asked."""


class RowsOf:
    """Of one tally. `steps` does a little each time it is asked for the next, so that others may work in between."""

    def __init__(self, tally: Tally, secrets: Mapping[date, DaySecrets], country: Country) -> None:
        """`secrets` are those of every day that the tally is of."""
        self.rows = Rows()
        self._tally = tally
        self._secrets = secrets
        self._country = country
        self._networks: dict[tuple[date, str, str], _Place] = {}
        self._traffic: _Traffic = {}
        self._pages: _Sums = {}
        self._done: _Sums = {}

    def steps(self) -> Iterator[None]:
        for ask, clients in self._tally.items():
            yield from self._count(ask, clients)
        yield from self._write_traffic()
        yield from self._write_pages()
        yield from self._write_done()

    def _count(self, ask: Ask, clients: Mapping[Client, list[int]]) -> Iterator[None]:
        day, is_upload = ask.at.date(), ask.act is Act.UPLOAD
        method = ask.method if ask.method in METHODS else "OTHER"
        route = ask.route[:ROUTE_CHARS_MAX]
        name = (ask.cloud_id, ask.at, ask.user_id, ask.key_id, method, route, ask.status)
        traffic = self._traffic.setdefault(name, {})
        others: list[dict[_Place, list[int]]] = []
        if ask.is_page:
            others.append(self._pages.setdefault((ask.cloud_id, ask.at, ask.user_id, route, ask.status), {}))
        if ask.act is not Act.NONE and ask.asset_id and ask.status in SHOWN:
            act = (ask.cloud_id, ask.at, ask.asset_id, ask.act.value, ask.is_derived, ask.user_id, ask.key_id)
            others.append(self._done.setdefault(act, {}))
        # From here on it is done for each visitor of each second: no more calls than there must be.
        for number, (client, (requests, sent, received)) in enumerate(clients.items()):
            if number % STEP == 0:
                yield
            place = self._place(day, *client)
            askers = traffic.get(place)
            if askers is None:
                askers = traffic[place] = {}
            _add(askers, client, requests, sent)
            for sums in others:
                _add(sums, place, requests, received if is_upload else sent)

    def _place(self, day: date, address_: str, agent: str) -> _Place:
        network, family = address.network_of(address_), family_of(agent)
        name = (day, network, family)
        found = self._networks.get(name)
        if found is None:
            visitor = address.visitor_of(self._secrets[day].visitor_salt, network, family)
            found = self._networks[name] = _Place(network, self._country(network), family, visitor)
        return found

    def _write_traffic(self) -> Iterator[None]:
        """With each, in a table of its own, who asked: a piece for each account, person and key, and for no two."""
        pieces: dict[tuple[Any, ...], _Piece] = {}
        for (cloud_id, at, user_id, key_id, method, route, status), places in self._traffic.items():
            moment, owner = at.isoformat(), (at.date(), cloud_id, user_id, key_id)
            ids = new_ids(len(places))
            for number, (id, (place, askers)) in enumerate(zip(ids, places.items(), strict=True)):
                if number % STEP == 0:
                    yield
                sums = askers.values()
                requests, bytes_sent = sum([each[0] for each in sums]), sum([each[1] for each in sums])
                askers.pop(NOBODY, None)
                piece = None
                if askers:
                    piece = pieces.get(owner)
                    if piece is None:
                        piece = pieces[owner] = _Piece(at)
                    piece.rows[id] = askers
                    piece.size += len(askers)
                    if piece.size >= SEALED_MAX:
                        self._seal(pieces.pop(owner))
                        yield
                self.rows.traffic.append({
                    "cloud_id": cloud_id, "at": moment, "id": id, "client_id": piece.id if piece else None,
                    "user_id": user_id, "key_id": key_id, "method": method, "route": route, "status": status,
                    "requests": requests, "bytes_sent": bytes_sent, "network": place.network,
                    "country": place.country, "agent": place.family,
                })  # fmt: skip
        for piece in pieces.values():
            self._seal(piece)
            yield

    def _seal(self, piece: "_Piece") -> None:
        day = piece.at.date()
        nonce = random_bytes(sealing.NONCE_BYTES)
        sealed = sealing.seal(piece.rows, self._secrets[day].address_cipher, nonce, day.isoformat())
        self.rows.clients.append({"at": piece.at, "id": piece.id, "sealed": sealed})

    def _write_pages(self) -> Iterator[None]:
        for (cloud_id, at, user_id, route, status), places in self._pages.items():
            yield
            for id, (place, (views, _)) in zip(new_ids(len(places)), places.items(), strict=True):
                self.rows.pages.append({
                    "cloud_id": cloud_id, "at": at, "id": id, "user_id": user_id,
                    "visitor": b"" if user_id else place.visitor, "route": route, "status": status,
                    "views": views, "country": place.country, "agent": place.family,
                })  # fmt: skip

    def _write_done(self) -> Iterator[None]:
        for (cloud_id, at, asset_id, act, is_derived, user_id, key_id), places in self._done.items():
            moment, is_known = at.isoformat(), bool(user_id or key_id)
            into = self.rows.events if is_known else self.rows.visits
            ids = new_ids(len(places))
            for number, (id, (place, (requests, sum_bytes))) in enumerate(zip(ids, places.items(), strict=True)):
                if number % STEP == 0:
                    yield
                into.append({
                    "cloud_id": cloud_id, "at": moment, "id": id, "asset_id": asset_id, "act": act,
                    "is_derived": is_derived, "requests": requests, "bytes": sum_bytes, "user_id": user_id,
                    "key_id": key_id, "visitor": b"" if is_known else place.visitor, "country": place.country,
                    "agent": place.family,
                })  # fmt: skip


@dataclass(slots=True)
class _Piece:
    """What is sealed together: who asked, by the ids of their rows."""

    at: datetime
    id: str = field(default_factory=new_id)
    rows: dict[str, Askers] = field(default_factory=dict[str, Askers])
    size: int = 0


def _add(into: dict[_Key, list[int]], name: _Key, requests: int, bytes_: int) -> None:
    sums = into.get(name)
    if sums is None:
        into[name] = [requests, bytes_]
    else:
        sums[0] += requests
        sums[1] += bytes_
