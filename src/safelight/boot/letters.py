"""Letters: what carries them, put together for HTTP and for jobs."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from safelight.adapters.mailer.dkim import Signer, signer_of
from safelight.adapters.mailer.folder import FolderMailer
from safelight.adapters.mailer.server import Server, server_of
from safelight.adapters.mailer.smtp import SmtpMailer
from safelight.boot import choosing, identifying, promising
from safelight.boot.house import House
from safelight.mail.carry import Carry
from safelight.mail.message import Sender, domain_of, sender_of
from safelight.ports.database import Database
from safelight.ports.mailer import Mailer
from safelight.ports.queue import Handler
from safelight.settings import Settings
from safelight.web.identity.choices import ChoicesDoor
from safelight.web.identity.preferences import PreferencesDoor
from safelight.web.letters import Letters

FOLDER = "letters"


def folder_of(settings: Settings) -> Path:
    """Where letters are kept that no server was told for."""
    return settings.data / FOLDER


def who_writes(rooms: House) -> Sender:
    """As the setting of the server says; without one, a name that nobody could answer to."""
    mail, server = rooms.settings.mail, _server(rooms.settings)
    address = server.sender if server else f"letters@{urlsplit(rooms.base_url).hostname or 'localhost'}"
    return sender_of(address, name=mail.brand, bounces=mail.bounces)


def mailer_of(rooms: House) -> Mailer:
    """Raises Invalid for a setting that makes no sense."""
    settings, server = rooms.settings, _server(rooms.settings)
    signer = signer_from(rooms)
    if server is None:
        return FolderMailer(folder_of(settings), signer)
    return SmtpMailer(server, settings.mail.seconds, signer, settings.fetch.ca)


def signer_from(rooms: House) -> Signer | None:
    mail = rooms.settings.mail
    if mail.dkim_key is None:
        return None
    domain = mail.dkim_domain or domain_of(who_writes(rooms).address)
    return signer_of(mail.dkim_key, domain=domain, selector=mail.dkim_selector)


def carry_of(rooms: House) -> Carry:
    return Carry(
        rooms.database,
        mailer_of(rooms),
        rooms.keys.store,
        rooms.clock,
        who_writes(rooms),
        rooms.settings.mail,
        rooms.base_url,
        promising.policy_of(rooms.settings).controller.contact or None,
        may_leave=choosing.letters_may_leave(rooms),
    )


def handlers(rooms: House) -> Sequence[Handler]:
    carry = carry_of(rooms)
    return [carry.send_letter, carry.sweep_letters, *choosing.handlers(rooms)]


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    door = identifying.door_of(rooms, database, identifying.identity_of(rooms, database))
    return [
        *Letters(database, rooms.keys.store, rooms.clock, rooms.settings.mail.brand).routes(),
        *PreferencesDoor(door, rooms.keys.store, choosing.choices_of(rooms)).routes(),
        *ChoicesDoor(door, choosing.choices_of(rooms), choosing.disclosures_of(rooms)).routes(),
    ]


def _server(settings: Settings) -> Server | None:
    return None if settings.mail.smtp is None else server_of(settings.mail.smtp)
