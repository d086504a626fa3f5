"""Tally: what was answered, counted by what was asked for, and below that by who asked."""

from collections.abc import ItemsView

from safelight.activity.model import Ask, Client, Line

Sums = list[int]
"""Of answers that are alike: how many, bytes sent, bytes received."""

NOBODY: Client = ("", "")


class Tally:
    """Grows by who asked for what; answers that are alike make it no larger."""

    def __init__(self) -> None:
        self._asked: dict[Ask, dict[Client, Sums]] = {}
        self._size = 0

    def __len__(self) -> int:
        """How many it tells apart."""
        return self._size

    def items(self) -> ItemsView[Ask, dict[Client, Sums]]:
        return self._asked.items()

    def has(self, ask: Ask, client: Client) -> bool:
        return client in self._asked.get(ask, ())

    def add(self, line: Line) -> None:
        self.count(line.ask, line.client, line.requests, line.bytes_sent, line.bytes_received)

    def count(self, ask: Ask, client: Client, requests: int, bytes_sent: int, bytes_received: int = 0) -> None:
        clients = self._asked.get(ask)
        if clients is None:
            clients = self._asked[ask] = {}
        sums = clients.get(client)
        if sums is None:
            clients[client] = [requests, bytes_sent, bytes_received]
            self._size += 1
        else:
            sums[0] += requests
            sums[1] += bytes_sent
            sums[2] += bytes_received

    def take(self, ask: Ask, clients: dict[Client, Sums]) -> None:
        """All who asked for one thing at once; they are not the giver's any more."""
        if ask not in self._asked:
            self._asked[ask] = clients
            self._size += len(clients)
            return
        for client, sums in clients.items():
            self.count(ask, client, *sums)

    def requests(self) -> int:
        return sum(sums[0] for clients in self._asked.values() for sums in clients.values())
