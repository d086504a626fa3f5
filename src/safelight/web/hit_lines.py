"""HitLines: what the short path answered within this second, counted by who asked for what: no line for each answer."""

from collections.abc import Iterator
from datetime import datetime

from safelight.activity.model import Ask
from safelight.activity.model import Client as Asker
from safelight.activity.record import Recorder
from safelight.activity.tally import NOBODY, Sums
from safelight.web.client import Proxies, client_address
from safelight.web.delivery import ROUTE
from safelight.web.hit_table import Answer
from safelight.wire.noting import act_of

Client = tuple[str, int] | None
_Given = tuple[Answer, bytes, int]
_Sender = tuple[str, bytes | None, bytes | None]

TURN = 60
"""After so many seconds it is worked out anew who somebody is; nothing of them stays here for longer."""


class HitLines:
    """Of one process. `note` is called for each answer of the short path, and is as short as it can be."""

    def __init__(self, recorder: Recorder, proxies: Proxies, *, lines_max: int) -> None:
        self._recorder = recorder
        self._proxies = proxies
        self._lines_max = lines_max
        self._beacon = recorder.beacon
        self._given: dict[_Given, dict[Asker, Sums]] = {}
        self._lines = 0
        self._askers: dict[_Sender, Asker] = {}
        self._takes = 0
        recorder.sources.append(self.take)

    def note(
        self,
        answer: Answer,
        method: bytes,
        status: int,
        sent_bytes: int,
        client: Client,
        agent: bytes | None,
        forwarded: bytes | None,
    ) -> None:
        self._beacon.count()
        sender = (client[0] if client else "", agent, forwarded)
        asker = self._askers.get(sender) or self._asker(sender)
        given = (answer, method, status)
        askers = self._given.get(given)
        if askers is None:
            askers = self._given[given] = {}
        sums = askers.get(asker)
        if sums is None:
            sums = self._begin(askers, asker)
        sums[0] += 1
        sums[1] += sent_bytes

    def _begin(self, askers: dict[Asker, Sums], asker: Asker) -> Sums:
        if self._lines >= self._lines_max:
            # Who asked is lost, what was sent is not: there are no more answers than the table holds.
            self._recorder.lose(1)
            return askers.setdefault(NOBODY, [0, 0, 0])
        self._lines += 1
        sums = askers[asker] = [0, 0, 0]
        return sums

    def _asker(self, sender: _Sender) -> Asker:
        peer, agent, forwarded = sender
        client = (peer, 0) if peer else None
        address = client_address({"client": client}, (forwarded or b"").decode("latin-1"), self._proxies)
        asker = (address or "", (agent or b"").decode("latin-1"))
        if len(self._askers) < self._lines_max:
            self._askers[sender] = asker
        return asker

    def take(self, at: datetime) -> Iterator[tuple[Ask, dict[Asker, Sums]]]:
        """What was given in the second that is over, once."""
        given, self._given = self._given, {}
        self._lines = 0
        self._takes += 1
        if self._takes % TURN == 0:
            self._askers.clear()
        for (answer, method, status), askers in given.items():
            media, word = answer.media, method.decode("ascii")
            ask = Ask(
                at, word, ROUTE, status, media.cloud_id, "", "", media.asset_id, media.kind, act_of(word, status),
                media.is_derived, is_page=False,
            )  # fmt: skip
            yield ask, askers
