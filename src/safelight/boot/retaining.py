"""Retaining: every term that a room has for what it keeps, and the rounds that keep to them, as one schedule."""

from collections.abc import Mapping, Sequence

from safelight.activity import terms as of_activity
from safelight.assets import terms as of_assets
from safelight.boot import evidence, promising
from safelight.boot.house import House
from safelight.identity import terms as of_identity
from safelight.mail import terms as of_mail
from safelight.ports.database import Session
from safelight.ports.queue import Handler
from safelight.ports.terms import Term
from safelight.privacy import terms as of_privacy
from safelight.privacy.audit import audit
from safelight.privacy.release import about
from safelight.privacy.retention import Retention, Rule
from safelight.privacy.selfcheck import Finding, judged
from safelight.settings import Settings
from safelight.uploads import terms as of_uploads
from safelight.webhooks import terms as of_webhooks
from safelight.worker.going import WarnGoing
from safelight.worker.going_people import WarnPeople
from safelight.worker.overdue import TellOverdue

FIRST = "keep_held"
"""What is held is set aside before any of them."""
ROUNDS = (
    "keep_activity",
    "sweep_identity",
    "sweep_letters",
    "sweep_webhooks",
    "sweep_waiting",
    "sweep_chunks",
    "sweep_selections",
    "sweep_backups",
    "sweep_usage",
    "sweep_exports",
    "sweep_requests",
    "sweep_disclosures",
    "probe_erasures",
    "sweep_held",
)
"""Jobs that let go what is over its time; those of them that free space are in worker/schedule.py, too."""


WARNED: Mapping[str, str] = {
    "asset-backups": "warn_going",
    "export-archive": "warn_people",
    "request": "warn_people",
    "message": "warn_people",
}
"""What people can see and would miss, by the job that tells them a week and a day before it goes by its age. Letters go
with the request that they are about."""
UNWARNED: Mapping[str, str] = {
    **dict.fromkeys(
        ("session", "traffic", "traffic-client", "page-views", "asset-events", "asset-visits", "mail-log"),
        "a record of what was done: some of it goes every day",
    ),
    **dict.fromkeys(("signup", "email-wanted"), "what waits for an answer, and says in its letter until when"),
    **dict.fromkeys(("upload-parts", "upload-waiting"), "what never became a file"),
    **dict.fromkeys(
        ("webhook-deliveries", "webhook-receivers", "webhook-messages"), "messages that were sent, or given up"
    ),
    "asset-bulks": "what can be undone, which says until when",
    "letter-content": "a copy of what was sent",
    "erasure-log": "marks of who was erased and is not told of it again",
    "disclosure": "one line of who got what; a new one takes its place while it goes on",
    **dict.fromkeys(("hold", "held-record", "enforcement-case"), "kept for a dispute, and over with it"),
}
"""What goes without a warning, and why."""


def terms_of(settings: Settings) -> Sequence[Term]:
    return (
        *of_activity.terms(settings.activity),
        *of_assets.terms(bulk_days=settings.selection.bulk_days, backup_days=settings.upload.backup_days),
        *of_identity.terms(),
        *of_mail.terms(settings.mail),
        *of_uploads.terms(),
        *of_webhooks.terms(),
        *of_privacy.terms(),
    )


def rules_of(settings: Settings) -> Sequence[Rule]:
    """What the policy promises, of every kind of records; those without a term are kept by their owners."""
    asked = {term.entity: term for term in terms_of(settings)}
    return [
        Rule(
            each.name,
            each.start.en,
            settings.upload.backup_days or None if each.name == "asset-backups" else each.days,
            str(each.then),
            each.ground or (asked[each.name].ground if each.name in asked else ""),
            "" if each.name in asked else "as long as its owner keeps it",
        )
        for each in promising.policy_of(settings).entities.values()
    ]


def retention_of(rooms: House, rounds: Sequence[Handler] = (), first: Handler | None = None) -> Retention:
    settings = rooms.settings
    return Retention(rooms.database, rooms.clock, rules_of(settings), terms_of(settings), rounds, first)


async def kept_in_time(rooms: House, session: Session) -> Finding:
    """PP-53: what is due goes, and the evidence of it is whole."""
    keys = [each.verifier for each in await evidence.signer_of(rooms).verifiers(session)]
    told, retention = await audit(session, keys), retention_of(rooms)
    faults = [*await retention.faults(session, about), *(f"the ledger: {each}" for each in told.faults)]
    return judged(
        faults,
        f"{len({each.entity for each in retention.terms})} kinds of records with a term, none overdue; a ledger of "
        f"{told.size} lines under {told.checkpoints} checkpoints",
    )


def handlers(rooms: House, others: Mapping[str, Handler]) -> Sequence[Handler]:
    """`others` are all jobs that there are, by their names."""
    retention = retention_of(rooms, [others[name] for name in ROUNDS], others[FIRST])
    warn = WarnGoing(rooms.database, rooms.clock, rooms.settings.upload.backup_days)
    people = WarnPeople(rooms.database, rooms.clock, rooms.base_url)
    tell = TellOverdue(rooms.database, rooms.clock)
    return [retention.keep_terms, tell.tell_overdue, warn.warn_going, people.warn_people]
