"""A request -> Principal: who asks, proved by Basic, a Bearer token, a signature, or the name of an unsigned preset.

Nothing is remembered between requests: a key that is disabled or rotated is refused by the very next one.
"""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request

from safelight.accounts import bearer, clouds, hourly
from safelight.accounts.bearer import ASSET_MANAGEMENT, UPLOAD
from safelight.accounts.keys import API_KEY_CHARS_MAX, Keys
from safelight.accounts.model import Cloud, Key, Manner, Principal
from safelight.assets import reach
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Forbidden, Invalid, TooMany, Unauthorized
from safelight.kernel.pace import exceeded, span_end
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Database, Session
from safelight.settings import UploadSettings
from safelight.transform import sign
from safelight.web.body import Params
from safelight.web.calls import Calls
from safelight.wire.noting import notes_of
from safelight.wire.params import text

# Some SDKs send these with `tags`, `context` and `metadata` without having signed them.
UNSIGNED_WITH_NOTES = ("notification_url", "batch_id")

SHOWN_CHARS_MAX = 10_000
"""So much of what was sent is told back; a text to sign may be as long as a request."""

API_KEY = "api_key"
UPLOADS = "uploads"
"""What is counted for a cloud (accounts/hourly.py)."""
ADDRESS_WORDS = frozenset({"attachment", "expires_at", "target_filename"})
"""Words that only addresses to download something have."""
NEEDS_CREDENTIALS = "You must supply credentials"
NOT_A_BEARER = "Invalid token"


@dataclass(frozen=True)
class Auth:
    """Every way to prove who asks. The cloud is that of the path."""

    database: Database
    keys: Keys
    clock: Clock
    settings: UploadSettings
    calls: Calls | None = None
    """Bounds how often a key may be used; None: no bound."""
    uploads_per_hour: int = 0
    """Of a cloud; 0: no bound."""

    async def basic(self, request: Request) -> Principal:
        """For what no signature is made for: `Authorization`, Basic or Bearer."""
        async with self.database.transaction() as session:
            return await self.basic_in(session, request)

    async def basic_in(self, session: Session, request: Request) -> Principal:
        """`basic` in a transaction that is open already."""
        cloud = await _cloud(session, request)
        header = request.headers.get("authorization")
        if not header:
            raise Unauthorized(NEEDS_CREDENTIALS)
        principal = await self._by_header(session, cloud, header, ASSET_MANAGEMENT)
        _note(request, principal)
        self._count(principal)
        return principal

    async def cloud(self, session: Session, request: Request) -> Cloud:
        """The cloud of the path."""
        return await _cloud(session, request)

    async def upload(self, request: Request, params: Params) -> Principal:
        """For an upload: a signature, Basic, Bearer, or nothing but the name of a preset, which must then allow it."""
        principal = await self._proved(request, params, ())
        if principal.key is None and not text(params, "upload_preset"):
            raise Invalid("Upload preset must be specified when using unsigned upload")
        principal.rights.check_somewhere(Act.UPLOAD, principal.cloud.id)
        if principal.key is None and self.calls is not None:
            self.calls.by_nobody(request.scope, request.headers.get("x-forwarded-for", ""))
        return principal

    async def proves(self, request: Request, params: Params) -> bool:
        """Before a file is taken in: do the words that came so far prove who sends it?

        More may follow the file, so a signature that does not fit is not refused yet. Raises what cannot become right.
        """
        header, signature, name = request.headers.get("authorization"), text(params, "signature"), text(params, API_KEY)
        async with self.database.transaction() as session:
            cloud = await _cloud(session, request)
            if header:
                await self._by_header(session, cloud, header, UPLOAD)
                return True
            if not (signature and name):
                return False
            key = await self._known_key(session, cloud, name)
        timestamp = text(params, "timestamp")
        if timestamp is None or not sign.params_signature_ok(params, signature, key.secret):
            return False
        check_age(timestamp, self.clock.now(), self.settings.signature_minutes)
        return True

    async def signed(
        self,
        request: Request,
        params: Params,
        *,
        unsigned: Collection[str] = (),
        is_address: bool = False,
        needs: Collection[Act] | None = None,
        is_narrowed: bool = False,
    ) -> Principal:
        """For the other verbs of the upload API: never without a key. `unsigned` may be outside the signature.

        `needs`: what the key must be allowed to do, in the whole cloud; or, `is_narrowed`, in a folder of it, where
        the call itself looks at the place. None: only a key that may everything. So nobody forgets to ask.
        """
        principal = await self._proved(request, params, unsigned, is_address=is_address)
        if principal.key is None:
            missing = "signature" if text(params, API_KEY) else API_KEY
            raise Invalid(f"Missing required parameter - {missing}")
        check_acts(principal, needs, is_narrowed=is_narrowed)
        return principal

    async def _proved(
        self, request: Request, params: Params, unsigned: Collection[str], *, is_address: bool = False
    ) -> Principal:
        """Whatever is brought must be right, also when both ways are taken at once, as some SDKs do."""
        request.state.speaks_upload = True
        header = request.headers.get("authorization")
        signature = text(params, "signature")
        async with self.database.transaction() as session:
            cloud = await _cloud(session, request)
            principal = Principal(cloud, Manner.UNSIGNED)
            if header:
                principal = await self._by_header(session, cloud, header, UPLOAD)
            if signature:
                key = await self._known_key(session, cloud, _required(params, API_KEY))
                self._check_signature(params, signature, key, unsigned, is_address)
                await self.keys.note_use(session, key, self.clock.now())
                principal = await reach.asking(session, self.keys, cloud, Manner.SIGNATURE, key)
            _note(request, principal)
            self._count(principal)
            await self._count_upload(session, cloud)
            return principal

    def _count(self, principal: Principal) -> None:
        if principal.key is not None and self.calls is not None:
            self.calls.by_key(principal.key.id)

    async def _count_upload(self, session: Session, cloud: Cloud) -> None:
        """Raises TooMany. The row is written last, so that it is locked for as short as can be."""
        if not self.uploads_per_hour:
            return
        now = self.clock.now()
        if await hourly.count(session, cloud.id, UPLOADS, now) > self.uploads_per_hour:
            resets_at = span_end(now, hourly.HOUR_SECONDS)
            raise exceeded(TooMany, self.uploads_per_hour, "upload operations", resets_at, now)

    async def _by_header(self, session: Session, cloud: Cloud, header: str, scope: str) -> Principal:
        """`scope` is what a token must be for; a key is for everything."""
        scheme, _, value = header.partition(" ")
        now = self.clock.now()
        match scheme.lower():
            case "basic":
                manner, key = Manner.BASIC, await self._basic_key(session, cloud, value)
            case "bearer":
                manner, key = Manner.BEARER, await self._bearer_key(session, cloud, value.strip(), scope, now)
            case _:
                raise Unauthorized(NEEDS_CREDENTIALS)
        await self.keys.note_use(session, key, now)
        return await reach.asking(session, self.keys, cloud, manner, key)

    async def _basic_key(self, session: Session, cloud: Cloud, value: str) -> Key:
        name, secret = credentials_of(value)
        key = await self._known_key(session, cloud, name)
        if not key.secret.matches(secret):
            raise Unauthorized("api_secret mismatch")
        return key

    async def _bearer_key(self, session: Session, cloud: Cloud, letters: str, scope: str, now: datetime) -> Key:
        """The key that a token stands for; with a disabled key its tokens are worth nothing."""
        found = await bearer.find(session, cloud.id, letters, now)
        if found is None:
            raise Unauthorized(NOT_A_BEARER)
        token, api_key = found
        key = await self.keys.find(session, cloud.id, api_key)
        if key is None or not key.is_enabled:
            raise Unauthorized(NOT_A_BEARER)
        if scope not in token.scopes:
            raise Unauthorized(f"{NOT_A_BEARER}: it is for {', '.join(token.scopes)}, and this call needs {scope}")
        await bearer.note_use(session, token, now)
        return key

    async def _known_key(self, session: Session, cloud: Cloud, name: str) -> Key:
        """An enabled key of the cloud; a disabled one is told as unknown."""
        is_possible = len(name) <= API_KEY_CHARS_MAX and name.isprintable()
        key = await self.keys.find(session, cloud.id, name) if is_possible else None
        if key is None or not key.is_enabled:
            raise Unauthorized(f"Invalid api_key {name[:API_KEY_CHARS_MAX]}")
        return key

    def _check_signature(
        self, params: Params, signature: str, key: Key, unsigned: Collection[str], is_address: bool
    ) -> None:
        timestamp = _required(params, "timestamp")
        covered = {name: value for name, value in params.items() if name not in unsigned}
        candidates = (covered, params) if len(covered) < len(params) else (params,)
        if not any(sign.params_signature_ok(candidate, signature, key.secret) for candidate in candidates):
            string = sign.string_to_sign(covered)
            told = f"Invalid Signature {signature[:SHOWN_CHARS_MAX]}. String to sign - '{string[:SHOWN_CHARS_MAX]}'."
            raise Unauthorized(told)
        if not is_address:
            check_no_address(params)
        expires_at = text(params, "expires_at") if is_address else None
        if expires_at is None:
            check_age(timestamp, self.clock.now(), self.settings.signature_minutes)
        else:
            check_not_expired(expires_at, self.clock.now())


def check_acts(principal: Principal, needs: Collection[Act] | None, *, is_narrowed: bool) -> None:
    """Raises Forbidden, which names what is missing."""
    rights, cloud_id = principal.rights, principal.cloud.id
    if needs is None and not rights.is_full:
        raise Forbidden(f"Not permitted: {rights.who} is limited, and this call needs a key that may everything")
    for act in needs or ():
        if is_narrowed:
            rights.check_somewhere(act, cloud_id)
        else:
            rights.check(act, Where(cloud_id))


def check_no_address(params: Params) -> None:
    """Raises Unauthorized for the words of an address to download something: its signature says what may be read.

    What is signed does not name the call, so whoever is given such an address could send it as another one.
    """
    if ADDRESS_WORDS & params.keys() or text(params, "mode") == "download":
        raise Unauthorized("The signature is that of an address to download a file, and is good for nothing else")


def check_not_expired(expires_at: str, now: datetime) -> None:
    """Raises Unauthorized for an address that was good until a moment (unix seconds) that is over."""
    try:
        at = datetime.fromtimestamp(float(expires_at), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid(f"Invalid expires_at {expires_at[:50]}: must be unix seconds") from error
    if now > at:
        raise Unauthorized(f"Stale request - the address expired at {at:%Y-%m-%d %H:%M:%S} +0000")


def check_age(timestamp: str, now: datetime, minutes: int) -> None:
    """Raises Invalid for a timestamp (unix seconds) too far from now, in either direction.

    A signature from the future would be good for longer than it may be.
    """
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 11:
        raise Invalid(f"Invalid timestamp {timestamp[:50]}")
    at = datetime.fromtimestamp(int(timestamp), UTC)
    limit = timedelta(minutes=minutes)
    told = f"reported time is {at:%Y-%m-%d %H:%M:%S} +0000 which is more than {_in_words(minutes)}"
    if now - at > limit:
        raise Invalid(f"Stale request - {told} ago")
    if at - now > limit:
        raise Invalid(f"Invalid timestamp - {told} ahead")


def _in_words(minutes: int) -> str:
    number, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _note(request: Request, principal: Principal) -> None:
    notes_of(request.scope).of_caller(principal.cloud.id, principal.key.id if principal.key else "")


async def _cloud(session: Session, request: Request) -> Cloud:
    name = str(request.path_params["cloud"])
    cloud = await clouds.find(session, name, even_disabled=True) if clouds.NAME.fullmatch(name) else None
    if cloud is None:
        raise Unauthorized(f"Invalid cloud_name {name[:100]}")
    if not cloud.is_enabled or cloud.is_shut:
        raise Unauthorized(f"cloud_name {name} is disabled")
    return cloud


def _required(params: Params, name: str) -> str:
    value = text(params, name)
    if value is None:
        raise Invalid(f"Missing required parameter - {name}")
    return value


def credentials_of(value: str) -> tuple[str, str]:
    """`key:secret` from base64 in either alphabet, with or without its padding."""
    plain = value.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        pair = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Unauthorized("Invalid credentials") from error
    name, colon, secret = pair.partition(":")
    if not colon:
        raise Unauthorized("Invalid credentials")
    return name, secret
