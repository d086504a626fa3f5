"""Rest: before a connection is used again: does it still live? Asked only where there is reason to doubt it."""

import select
from time import monotonic
from typing import Protocol

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

REST_SECONDS = 1.0
"""Who lay idle for so long is asked: a line may be dead without a word."""
_RESTS_SINCE = "rests_since"


def asked_after_rest(engine: Engine) -> None:
    """So that a server which was started again costs nobody an error, and a busy line no question at each use.

    A server that ends says so on each line; such a word waits in the socket, and to see it there costs microseconds.
    If one line is dead, all lines of the pool are made anew.
    """

    def on_checkin(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_RESTS_SINCE] = monotonic()

    def on_checkout(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        rests_since = entry.info.get(_RESTS_SINCE)
        if rests_since is None or not (monotonic() - rests_since >= REST_SECONDS or _has_word(entry)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            if not engine.dialect.is_disconnect(error, connection, None):
                raise
            raise InvalidatePoolError("the line was cut while it rested") from error

    event.listen(engine, "checkin", on_checkin)
    event.listen(engine, "checkout", on_checkout)


def _has_word(entry: ConnectionPoolEntry) -> bool:
    driver = entry.driver_connection
    return driver is None or has_word(driver)


class Driver(Protocol):
    """What is asked of a connection of the driver."""

    @property
    def closed(self) -> bool: ...

    def fileno(self) -> int: ...


def has_word(driver: Driver) -> bool:
    """Whether the other side said something that nobody asked for, or hung up."""
    if driver.closed:
        return True
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))
