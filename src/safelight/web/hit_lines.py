"""HitLines: what the short path answered within this second, counted by who asked for what: no line for each answer."""

from collections.abc import Iterator
from datetime import datetime

from safelight.activity.model import Line
from safelight.activity.record import Recorder
from safelight.web.client import Proxies, client_address
from safelight.web.delivery import ROUTE
from safelight.web.hit_table import Answer
from safelight.wire.noting import act_of

Client = tuple[str, int] | None
_Key = tuple[Answer, bytes, int, Client, bytes | None, bytes | None]


class HitLines:
    """Of one process. `note` is called for each answer of the short path, and is as short as it can be."""

    def __init__(self, recorder: Recorder, proxies: Proxies, *, lines_max: int) -> None:
        self._recorder = recorder
        self._proxies = proxies
        self._lines_max = lines_max
        self._count = recorder.beacon.count
        self._seen: dict[_Key, list[int]] = {}
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
        self._count()
        key = (answer, method, status, client, agent, forwarded)
        found = self._seen.get(key)
        if found is None:
            self._begin(key, sent_bytes)
        else:
            found[0] += 1
            found[1] += sent_bytes

    def _begin(self, key: _Key, sent_bytes: int) -> None:
        if len(self._seen) < self._lines_max:
            self._seen[key] = [1, sent_bytes]
            return
        # Who asked is lost, what was sent is not: there are no more answers than the table holds.
        self._recorder.lose(1)
        found = self._seen.setdefault((*key[:3], None, None, None), [0, 0])
        found[0] += 1
        found[1] += sent_bytes

    def take(self, at: datetime) -> Iterator[Line]:
        """The lines of the second that is over, once."""
        seen, self._seen = self._seen, {}
        for (answer, method, status, client, agent, forwarded), (requests, sent_bytes) in seen.items():
            media, word = answer.media, method.decode("ascii")
            address = client_address({"client": client}, (forwarded or b"").decode("latin-1"), self._proxies)
            yield Line(
                at=at,
                method=word,
                route=ROUTE,
                status=status,
                bytes_sent=sent_bytes,
                requests=requests,
                cloud_id=media.cloud_id,
                asset_id=media.asset_id,
                kind=media.kind,
                act=act_of(word, status),
                is_derived=media.is_derived,
                address=address or "",
                agent=(agent or b"").decode("latin-1"),
            )
