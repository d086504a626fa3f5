"""Choosing: what people decide about their data, and who outside gets any of it, put together."""

from collections.abc import Sequence

from safelight.adapters.mailer.server import server_of
from safelight.boot import evidence, promising
from safelight.boot.house import House
from safelight.mail.carry import MayLeave
from safelight.mail.marks import mark_of
from safelight.mail.model import LetterClass, Posted
from safelight.people import choices as decided
from safelight.ports.database import Session
from safelight.ports.queue import Handler
from safelight.privacy.choices import Choices, Kept
from safelight.privacy.disclosing import Disclose, Leaving, Withheld
from safelight.privacy.disclosures import Disclosures
from safelight.privacy.inventory import is_own
from safelight.privacy.register import Register
from safelight.privacy.standing import Standing
from safelight.web import logs
from safelight.worker.recipients import KeepRecipients

LETTER = ("letter-content",)
"""What a letter hands to whoever carries it: the address, and the words."""
PURPOSES = {
    LetterClass.SERVICE: "mail.service",
    LetterClass.NOTICE: "mail.service",
    LetterClass.REMINDER: "mail.reminder",
    LetterClass.MARKETING: "mail.marketing",
}
KEPT = Kept(decided.choose, decided.history, decided.of_person, decided.find, decided.note_line)


def choices_of(rooms: House) -> Choices:
    """What people can decide, by page, API, signal or request."""
    policy = promising.policy_of(rooms.settings)
    return Choices(rooms.database, rooms.clock, KEPT, evidence.receipts_of(rooms), policy)


def disclosures_of(rooms: House) -> Disclosures:
    """Who got what of somebody."""
    store = rooms.keys.store
    policy = promising.policy_of(rooms.settings)
    return Disclosures(rooms.database, rooms.clock, policy, lambda address: mark_of(store, address))


def disclose_of(rooms: House) -> Disclose:
    """What everything asks that hands something to a recipient."""
    settings = rooms.settings
    is_strict = settings.privacy.mode == promising.STRICT
    return Disclose(promising.policy_of(settings), rooms.clock, decided.of_person, is_strict, _tell)


def standing_of(rooms: House) -> Standing:
    return Standing(promising.policy_of(rooms.settings), rooms.clock, dict(promising.hosts_of(rooms.settings)))


def register_of(rooms: House) -> Register:
    return Register(promising.policy_of(rooms.settings), rooms.clock, standing_of(rooms).names())


def letters_may_leave(rooms: House) -> MayLeave | None:
    """None where whoever carries letters is a machine of the operator's own."""
    smtp = rooms.settings.mail.smtp
    host = "" if smtp is None else server_of(smtp).host
    if is_own(host):
        return None
    disclose = disclose_of(rooms)

    async def may_leave(session: Session, posted: Posted, mark: str) -> bool:
        leaving = Leaving(host, LETTER, PURPOSES[posted.kind], user_id=posted.user_id or "", address_mark=mark)
        try:
            await disclose(session, leaving)
        except Withheld as error:
            _tell(error.message)
            return False
        return True

    return may_leave


def handlers(rooms: House) -> Sequence[Handler]:
    policy, register, standing = promising.policy_of(rooms.settings), register_of(rooms), standing_of(rooms)
    keep = KeepRecipients(rooms.database, rooms.clock, policy, register, standing)
    return [choices_of(rooms).note_choice, disclosures_of(rooms).sweep_disclosures, keep.keep_recipients]


def _tell(why: str) -> None:
    logs.logger().warning(f"privacy: PP-23: {why}")
