"""Rest: connections that lay idle for a while are asked before use whether they still live."""

from time import monotonic

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

REST_SECONDS = 1.0
"""Longer than between two requests of a busy process, shorter than a server needs to be started again."""
_RESTS_SINCE = "rests_since"


def asked_after_rest(engine: Engine) -> None:
    """So that a server which was started again costs nobody an error, and a busy line no question at each use.

    A line that is cut between two uses in quick succession costs one request its answer, as one that is cut in use
    does; then all lines of the pool are made anew.
    """

    def on_checkin(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_RESTS_SINCE] = monotonic()

    def on_checkout(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        rests_since = entry.info.get(_RESTS_SINCE)
        if rests_since is None or monotonic() - rests_since < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            if not engine.dialect.is_disconnect(error, connection, None):
                raise
            raise InvalidatePoolError("the line was cut while it rested") from error

    event.listen(engine, "checkin", on_checkin)
    event.listen(engine, "checkout", on_checkout)
