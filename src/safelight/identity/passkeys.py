"""Passkeys: keys that a device or a browser keeps; by one alone a person signs in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.identity.store import passkeys
from safelight.kernel.errors import Conflict, Invalid, NotFound, Unauthorized
from safelight.kernel.ids import new_id
from safelight.people.model import User
from safelight.ports.database import Session

PASSKEYS_MAX = 20
"""Most passkeys of a person."""
CREDENTIAL_CHARS_MAX = 20_000
"""Longest answer of a browser; real ones have about a thousand."""
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})
NAME = "Passkey"
WRONG = "This passkey does not fit."

K = passkeys.c

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Party:
    """For which site passkeys are made: its name (`rp_id`), and where its pages are."""

    id: str
    origin: str
    name: str = "Safelight"


@dataclass(frozen=True)
class Passkey:
    """One of a person's, as it is told to them."""

    id: str
    account_id: str
    user_id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


async def list_all(session: Session, user: User) -> Sequence[Passkey]:
    """The oldest first."""
    rows = await session.fetch(select(passkeys).where(*_mine(user)).order_by(K.created_at, K.id))
    return [_passkey(row) for row in rows]


async def count(session: Session, user: User) -> int:
    row = await session.fetch_one(select(func.count().label("count")).where(*_mine(user)))
    return 0 if row is None else int(row["count"])


async def register_options(session: Session, user: User, party: Party, challenge: bytes) -> Options:
    """What the browser is asked to make: a key that knows whose it is, and that its owner is there."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = await session.fetch(select(K.credential_id).where(*_mine(user)))
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user.id.encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(row["credential_id"])) for row in known],
    )
    return options_to_json_dict(options)


async def register(
    session: Session, user: User, party: Party, challenge: bytes, credential: str, name: str, now: datetime
) -> Passkey:
    """Keep what the browser made. Raises Invalid for what does not fit, and Conflict for one that is known."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    told = _read(credential)
    try:
        made = verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Invalid("This passkey cannot be kept: what the browser sent does not fit.") from error
    if await count(session, user) >= PASSKEYS_MAX:
        raise Invalid(f"A person may have {PASSKEYS_MAX} passkeys; remove one first")
    row = await session.fetch_one(
        insert(passkeys)
        .values(
            account_id=user.account_id,
            id=new_id(),
            user_id=user.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=owners.check_name(name or NAME),
            transports=_transports(told),
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(*passkeys.c)
    )
    if row is None:
        raise Conflict("This passkey is known already")
    return _passkey(row)


def sign_in_options(party: Party, challenge: bytes) -> Options:
    """What the browser is asked to sign. It names no key: who asks learns of nobody which keys they have."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=party.id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json_dict(options)


async def use(session: Session, party: Party, challenge: bytes, credential: str, now: datetime) -> Passkey:
    """Whose passkey signed the challenge. Raises Unauthorized."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    told = _read(credential)
    try:
        credential_id = base64url_to_bytes(str(told.get("rawId") or told.get("id")))
        row = await session.fetch_one(select(passkeys).where(K.credential_id == credential_id).with_for_update())
        if row is None:
            raise Unauthorized(WRONG)
        verified = verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Unauthorized(WRONG) from error
    used = update(passkeys).where(K.account_id == row["account_id"], K.id == row["id"])
    await session.execute(used.values(sign_count=verified.new_sign_count, last_used_at=now))
    return _passkey(row)


async def remove(session: Session, user: User, passkey_id: str) -> None:
    """Raises NotFound."""
    if not await session.execute(delete(passkeys).where(*_mine(user), K.id == passkey_id)):
        raise NotFound("There is no such passkey")


async def remove_all(session: Session, user: User) -> None:
    await session.execute(delete(passkeys).where(*_mine(user)))


def _read(credential: str) -> dict[str, Any]:
    """The JSON of a PublicKeyCredential. Raises Invalid."""
    try:
        told = json.loads(credential) if len(credential) <= CREDENTIAL_CHARS_MAX else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Invalid("credential must be a PublicKeyCredential as JSON")
    return cast("dict[str, Any]", told)


def _transports(told: Mapping[str, Any]) -> list[str]:
    response = told.get("response")
    words: object = cast("dict[str, object]", response).get("transports") if isinstance(response, dict) else None
    listed = cast("list[object]", words) if isinstance(words, list) else []
    return sorted({str(word) for word in listed} & TRANSPORTS)


def _mine(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return K.account_id == user.account_id, K.user_id == user.id


def _passkey(row: RowMapping) -> Passkey:
    return Passkey(row["id"], row["account_id"], row["user_id"], row["name"], row["created_at"], row["last_used_at"])
