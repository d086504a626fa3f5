"""Where: the hosts to which lines to the database may go: those that its address names, and sockets of this machine.

The driver connects below the loop that guards all other ways out, and takes hosts that an address leaves out from its
own environment: so each line is looked at when it stands. To which machine a name leads is not seen.
"""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from safelight.kernel.ways_out import Undeclared

WORDS = "PP-22: the database's address does not name the host to which its line was led; it was cut"


def hosts_in(url: str) -> frozenset[str]:
    """Every host that an address names; several may stand in it, one to be asked after the other."""
    try:
        told = conninfo_to_dict(url)
    except psycopg.Error:
        # What is no address names nobody, and leads nowhere.
        return frozenset()
    words = [str(told.get(name) or "") for name in ("host", "hostaddr")]
    return frozenset(host for word in words for host in word.split(",") if host)


def check(url: str, host: str) -> None:
    """A line that stands. Raises Undeclared where it leads to a machine that nobody named."""
    if host and not host.startswith(("/", "@")) and host not in hosts_in(url):
        raise Undeclared(WORDS)


async def checked(url: str, connection: Any) -> Any:
    """The same line, or none."""
    try:
        check(url, connection.info.host)
    except Undeclared:
        await connection.close()
        raise
    return connection
