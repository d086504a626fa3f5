"""Searching: the doors for searches that have no key: signed addresses, and lists of what has a tag; and indexes."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.adapters.database.reindex import CompleteIndexes
from safelight.boot.house import House
from safelight.kernel.errors import Internal
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.web.admin.searching import Searching
from safelight.web.delivery import hosts_of
from safelight.web.search_urls import SearchUrls
from safelight.web.tag_lists import TagLists
from safelight.web.telling import Tell


def routes(rooms: House, database: Database, tell: Tell) -> Sequence[BaseRoute]:
    """To stand before delivery, whose addresses they share."""
    hosts = hosts_of(rooms.settings.server.cloud_hosts)
    searching = Searching(database, tell, rooms.base_url)
    return [
        *SearchUrls(database, rooms.keys, rooms.clock, searching, hosts).routes(),
        *TagLists(database, rooms.keys, rooms.clock, hosts).routes(),
    ]


def handlers(rooms: House) -> Sequence[Handler]:
    url = rooms.settings.database.url
    if url is None:
        raise Internal("A worker has a database.")
    return [CompleteIndexes(url.reveal()).complete_indexes]
