"""The door of the provisioning API: which account, and may who asks manage it?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from safelight.accounts import budget, owners
from safelight.accounts.keys import API_KEY_CHARS_MAX, Keys
from safelight.accounts.model import Account, FolderMode
from safelight.accounts.provisioning_keys import ProvisioningKeys
from safelight.assets import reach
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Forbidden, NotFound, SafelightError, Unauthorized
from safelight.kernel.rights import EVERYTHING, Act, Rights, Where
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.settings import ServerSettings, UploadSettings
from safelight.web import limits
from safelight.web.auth import NEEDS_CREDENTIALS, credentials_of
from safelight.web.body import Params, read_words
from safelight.web.errors import on_error
from safelight.wire.noting import notes_of
from safelight.wire.provisioning import provisioning_error_json

OPEN = "/v1_1/provisioning"
"""Calls that nobody needs credentials for."""
PREFIX = f"{OPEN}/accounts/{{account}}"
PERMISSIONS = "/v2/accounts/{account}/permissions"
CREATED = 201
NO_CONTENT = 204
"""What clients of the permissions API wait for; all others wait for 200."""


@dataclass(frozen=True)
class Call:
    """One call, its sender known and its words read. `path` holds the words of the path, decoded."""

    account: Account
    params: Params
    path: Mapping[str, str]
    now: datetime
    rights: Rights = EVERYTHING
    """What the key may that asks."""


Answer = Callable[[Call], Awaitable[dict[str, Any]]]
Invite = Callable[[Session, User, datetime], Awaitable[object]]
"""Writes the letter to who is invited."""


@dataclass(frozen=True)
class ProvisioningDoor:
    """What the routes of the provisioning API share."""

    database: Database
    keys: Keys
    clock: Clock
    server: ServerSettings
    upload: UploadSettings
    folder_mode: FolderMode
    """Of new clouds."""
    invite: Invite | None = None
    """None: whoever adds somebody tells them."""

    @property
    def provisioning_keys(self) -> ProvisioningKeys:
        return ProvisioningKeys(self.keys.store)

    def route(
        self,
        method: str,
        path: str,
        answer: Answer,
        *,
        prefix: str = PREFIX,
        status: int = 200,
        needs: Act | None = None,
    ) -> Route:
        """The route of one call, below the account; `status` is that of an answer when all went well.

        `needs`: what the key must be allowed to do. None: only a key that nobody limited.
        """

        async def endpoint(request: Request) -> Response:
            return await self._respond(request, answer, status, needs)

        endpoint.__doc__ = answer.__doc__
        return Route(prefix + path, endpoint, methods=[method], name=getattr(answer, "__name__", None))

    async def _respond(self, request: Request, answer: Answer, status: int, needs: Act | None) -> Response:
        """As the Admin API does, with a budget of the account's own, and errors in the words of this API."""
        now, spent = self.clock.now(), None
        try:
            async with self.database.transaction() as session:
                account, rights = await self._account(session, request, now)
                spent = await budget.spend(session, account.id, limit=self.server.requests_per_hour, now=now)
            limits.check(spent, now)
            _check(rights, needs)
            params, _ = await read_words(request, self.upload)
            told = await answer(Call(account, params, _words(request), now, rights))
            response = Response(status_code=status) if status == NO_CONTENT else JSONResponse(told, status)
        except SafelightError as error:
            # For the log and for the headers that every error has.
            refused = await on_error(request, error)
            response = JSONResponse(provisioning_error_json(error), error.status, _headers_of(refused))
        if spent is not None:
            response.headers.update(limits.headers(spent))
        return response

    async def _account(self, session: Session, request: Request, now: datetime) -> tuple[Account, Rights]:
        """The account, and what the key may; by Basic credentials alone.

        Which of account, key and secret is wrong is not told.
        """
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            raise Unauthorized(NEEDS_CREDENTIALS)
        name, secret = credentials_of(value)
        handle = str(request.path_params["account"])
        account = await owners.find(session, handle) if _is_sound(handle) and _is_sound(name) else None
        key = await self.provisioning_keys.find(session, account.id, name) if account else None
        is_shut = account is None or account.is_disabled
        if account is None or is_shut or key is None or not key.is_enabled or not key.secret.matches(secret):
            raise Unauthorized("Invalid provisioning_api_key, provisioning_api_secret or account_id")
        notes_of(request.scope).of_caller("", key.id)
        await self.provisioning_keys.note_use(session, key, now)
        return account, await reach.of_provisioning_key(session, key)


def _check(rights: Rights, needs: Act | None) -> None:
    """Raises Forbidden, which names what is missing."""
    if needs is not None:
        rights.check(needs, Where())
    elif not rights.is_full:
        raise Forbidden(f"Not permitted: {rights.who} is limited, and this call needs a key that may everything")


def _is_sound(text: str) -> bool:
    return len(text) <= API_KEY_CHARS_MAX and text.isprintable()


def _headers_of(refused: Response) -> dict[str, str]:
    own = {"content-length", "content-type"}
    return {name: value for name, value in refused.headers.items() if name.lower() not in own}


def _words(request: Request) -> dict[str, str]:
    words = {name: str(value) for name, value in request.path_params.items()}
    if any("\0" in word for word in words.values()):
        raise NotFound("Not Found")
    return words
