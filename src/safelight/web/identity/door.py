"""The door of people: their words, the cookies that say who they are, and errors with a code and a field."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from safelight.identity.arriving import Arrive, Arrived
from safelight.identity.model import SignedIn, Visitor
from safelight.identity.passkeys import Party
from safelight.identity.proving import Prove
from safelight.identity.sign_in import Entered, SignIn
from safelight.identity.tries import Tries
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Forbidden, Invalid, ProofNeeded, SafelightError, Unauthorized, WrongField
from safelight.kernel.languages import Language, language_of
from safelight.ports.database import Database
from safelight.settings import IdentitySettings, UploadSettings
from safelight.web.body import read_words
from safelight.web.client import Proxies, client_address
from safelight.web.errors import header_text, log
from safelight.wire import cookies
from safelight.wire.noting import notes_of
from safelight.wire.person import own_error_json

NEEDS_SIGN_IN = "Sign in first."
NEEDS_PROOF = "Prove again that it is you: send your password with this, or POST /auth/prove first."
FOREIGN = "This request came from another site."
PROOF = "password"
"""The word by which somebody proves once more who they are."""
PRIVATE = {"Cache-Control": "no-store"}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


@dataclass(frozen=True)
class Call:
    """One request with its words."""

    request: Request
    words: Mapping[str, str]
    now: datetime
    is_secure: bool
    visitor: Visitor
    language: Language
    base_url: str
    me: SignedIn | None = None

    @property
    def signed_in(self) -> SignedIn:
        """Raises Unauthorized."""
        if self.me is None:
            raise Unauthorized(NEEDS_SIGN_IN)
        return self.me

    @property
    def party(self) -> Party:
        """For which site passkeys are. Raises Invalid where browsers make none."""
        return party_of(self.request, self.base_url)

    @property
    def party_or_none(self) -> Party | None:
        """The same; None where browsers make none."""
        try:
            return self.party
        except Invalid:
            return None

    def word(self, name: str) -> str:
        return self.words.get(name, "")

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def says_yes(self, name: str) -> bool:
        return self.word(name).lower() in {"true", "1", "on", "yes"}


@dataclass(frozen=True)
class Told:
    """What is answered."""

    words: Mapping[str, Any]
    status: int = 200
    entered: Entered | None = None
    """Who came in by this: their cookies are set."""
    is_leaving: bool = False
    """The cookies are cleared."""
    later: BackgroundTask | None = None
    """What is done when the answer is on its way, so that nobody sees how long it takes."""


Answer = Callable[[Call], Awaitable[Told]]


class ForPrograms(Route):
    """A route for JSON, and for forms that are no page's: those that a browser sends go to the page of that path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and any(
            b"text/html" in value for name, value in scope["headers"] if name == b"accept"
        ):
            return Match.NONE, {}
        return super().matches(scope)


@dataclass(frozen=True)
class IdentityDoor:
    """What the routes of /auth and /account share."""

    database: Database
    clock: Clock
    settings: IdentitySettings
    upload: UploadSettings
    base_url: str
    arrive: Arrive
    sign_in: SignIn
    visitor_of: Callable[[Request], Visitor]
    tries: Tries
    """How often one address may try what is worth guessing."""
    proxies: Proxies = ()

    @property
    def prove(self) -> Prove:
        return Prove(self.database, self.sign_in)

    def route(self, method: str, path: str, answer: Answer, words: str = "", *, is_guessed: bool = False) -> Route:
        """For anybody. `words` are all that may be sent; those with `!` must be. `is_guessed`: bounded by address."""
        return self._route(method, path, answer, words.split(), is_guessed=is_guessed)

    def inside(self, method: str, path: str, answer: Answer, words: str = "", *, is_dangerous: bool = False) -> Route:
        """For who is signed in; what is dangerous, for who has just proved it."""
        wanted = [*words.split(), PROOF] if is_dangerous else words.split()
        return self._route(method, path, answer, wanted, is_inside=True, is_dangerous=is_dangerous)

    def _route(
        self,
        method: str,
        path: str,
        answer: Answer,
        words: Collection[str],
        *,
        is_inside: bool = False,
        is_dangerous: bool = False,
        is_guessed: bool = False,
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                check_origin(request, self.base_url)
                if is_guessed:
                    await self._count(request)
                call = await self._call(request, words)
                arrived = await self._arrived(call) if is_inside else Arrived()
                call = replace(call, me=arrived.signed_in)
                if arrived.signed_in is not None:
                    notes_of(request.scope).user_id = arrived.signed_in.user.id
                if is_inside and arrived.signed_in is None:
                    return self._left(call, Unauthorized(NEEDS_SIGN_IN), is_forgotten=arrived.is_forgotten)
                if is_dangerous:
                    await self.check_proof(call)
                return self._response(call, await answer(call), arrived)
            except SafelightError as error:
                if error.status >= 500:
                    raise
                return _refused(error)

        endpoint.__doc__ = answer.__doc__
        return ForPrograms(path, endpoint, methods=[method], name=getattr(answer, "__name__", None))

    async def with_guest(self, call: Call) -> Call:
        """For a route that is for anybody, and yet does more for who is signed in."""
        me = (await self._arrived(call)).signed_in
        if me is not None:
            notes_of(call.request.scope).user_id = me.user.id
        return replace(call, me=me)

    async def check_proof(self, call: Call) -> None:
        """Raises ProofNeeded, or Unauthorized for a wrong password."""
        me = call.signed_in
        if call.word(PROOF):
            await self.prove.by_password(me, call.word(PROOF), call.now)
        elif not me.session.is_proved(call.now, self.settings.proof_minutes):
            raise ProofNeeded(NEEDS_PROOF)

    async def _call(self, request: Request, wanted: Collection[str]) -> Call:
        is_secure = cookies.is_secure(request.url.scheme, request.headers, self.base_url)
        now, visitor = self.clock.now(), self.visitor_of(request)
        language = language_of(request.headers.get("accept-language", ""))
        return Call(request, await self._words(request, wanted), now, is_secure, visitor, language, self.base_url)

    async def _words(self, request: Request, wanted: Collection[str]) -> Mapping[str, str]:
        """Raises WrongField for a word that is unknown, is there twice, or is missing."""
        params, emptied = await read_words(request, self.upload)
        known = {word.rstrip("!") for word in wanted}
        for name in [*params, *emptied]:
            if name not in known:
                raise WrongField(f"There is no field `{name[:80]}` here; {_named(known)}.", name[:80])
        words: dict[str, str] = {}
        for name, value in params.items():
            if not isinstance(value, str):
                raise WrongField(f"`{name}` may be there once.", name)
            words[name] = value
        for word in wanted:
            if word.endswith("!") and word.rstrip("!") not in words:
                raise WrongField(f"`{word.rstrip('!')}` is missing.", word.rstrip("!"))
        return words

    async def _count(self, request: Request) -> None:
        await self.tries.spend(client_address(request.scope, request.headers.get("x-forwarded-for", ""), self.proxies))

    async def _arrived(self, call: Call) -> Arrived:
        header = call.request.headers.get("cookie", "")
        secret = cookies.read(header, cookies.SESSION, is_secure=call.is_secure) or ""
        cookie = cookies.read(header, cookies.REMEMBER, is_secure=call.is_secure) or ""
        return await self.arrive(secret, cookie, call.visitor, call.now)

    def _response(self, call: Call, told: Told, arrived: Arrived) -> Response:
        response = JSONResponse(dict(told.words), told.status, PRIVATE, background=told.later)
        entered = told.entered
        secret = entered.session_secret if entered else arrived.session_secret
        cookie = entered.remember_cookie if entered else arrived.remember_cookie
        if told.is_leaving:
            self._clear(response, call)
        else:
            for each, value in ((cookies.SESSION, secret), (cookies.REMEMBER, cookie)):
                if value is not None:
                    cookies.put(response.headers, each, value.reveal(), is_secure=call.is_secure)
        return response

    def _left(self, call: Call, error: SafelightError, *, is_forgotten: bool) -> Response:
        response = _refused(error)
        if is_forgotten:
            self._clear(response, call)
        return response

    def _clear(self, response: Response, call: Call) -> None:
        for each in (cookies.SESSION, cookies.REMEMBER):
            cookies.clear(response.headers, each, is_secure=call.is_secure)


def check_origin(request: Request, base_url: str) -> None:
    """Raises Forbidden for what a page of another site makes a browser send. Programs say nothing of the kind."""
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_ours = site in _OURS
    else:
        hosts = {request.headers.get("host", ""), urlsplit(base_url).netloc}
        is_ours = origin is None or _place(origin) in hosts
    if not is_ours:
        raise Forbidden(FOREIGN)


def _place(origin: str) -> str | None:
    """Host and port; None for what no browser says."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def party_of(request: Request, base_url: str) -> Party:
    """The site as browsers name it. Raises Invalid: no passkey is made for a bare address."""
    host = request.headers.get("host", "")
    if cookies.is_loopback(host):
        name = urlsplit(f"//{host}").hostname or ""
        origin = f"{request.url.scheme}://{host}"
    else:
        parts = urlsplit(base_url)
        name, origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
    if not any(letter.isalpha() for letter in name) or ":" in name:
        raise Invalid("Browsers make passkeys for names alone: open this page as http://localhost, or by its name.")
    return Party(name, origin)


def _refused(error: SafelightError) -> Response:
    log(error)
    headers = {**PRIVATE, "X-Cld-Error": header_text(error.message)}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    return JSONResponse(own_error_json(error), error.status, headers)


def _named(known: Collection[str]) -> str:
    return f"these are: {', '.join(sorted(known))}" if known else "there are none"
