"""Subjects: what identity gives, and forgets, of people: how they prove who they are, and when they were here."""

from sqlalchemy import ColumnElement, Table, false

from safelight.identity.holdings import HOLDINGS
from safelight.identity.store import (
    leavings,
    links,
    passkeys,
    passwords,
    recovery_codes,
    remembered,
    sessions,
    signups,
    tickets,
    totps,
)
from safelight.kernel.holdings import Searched, Stage, Subject
from safelight.people.roster import email_key
from safelight.ports.rows import Rows, RowsKeeper, Whose, either, of_account, of_people

PROOF = "It proves who somebody is: an export tells only that it is there"


def _theirs(table: Table) -> Whose:
    return either(of_account(table), of_people(table))


def _of_address(subject: Subject) -> ColumnElement[bool]:
    keys = [email_key(email) for email in subject.emails]
    return signups.c.email_key.in_(keys) if keys else false()


KEEPER = RowsKeeper(
    "identity",
    HOLDINGS,
    (
        Rows(tickets, _theirs(tickets), (), Stage.REVOKE, why_not_given=PROOF),
        Rows(remembered, _theirs(remembered), (), Stage.REVOKE, hidden=("selector", "digest")),
        Rows(links, _theirs(links), ("email-wanted",), Stage.REVOKE, hidden=("digest",)),
        Rows(recovery_codes, _theirs(recovery_codes), (), Stage.REVOKE, why_not_given=PROOF),
        Rows(totps, _theirs(totps), (), Stage.REVOKE, why_not_given=PROOF),
        Rows(passwords, _theirs(passwords), ("password",), Stage.REVOKE, why_not_given=PROOF),
        Rows(
            passkeys,
            _theirs(passkeys),
            ("passkey-name",),
            Stage.REVOKE,
            hidden=("credential_id", "public_key"),
        ),
        Rows(sessions, _theirs(sessions), ("session",), Stage.REVOKE, hidden=("digest",)),
        Rows(signups, _of_address, ("signup",), hidden=("password_hash", "digest", "email_key")),
        Rows(leavings, _theirs(leavings), (), Stage.WHO),
    ),
    (Searched("database: sign_in_failures", "keyed hashes that nobody is found by; they end by themselves"),),
)
