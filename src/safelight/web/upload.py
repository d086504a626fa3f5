"""POST of media: upload in one go or in pieces, explicit, and delete by token."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.accounts.keys import Keys
from safelight.accounts.model import Key, Manner, Principal
from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid, SafelightError
from safelight.kernel.media import Kind
from safelight.kernel.rights import Act
from safelight.ports.database import Database
from safelight.privacy import notices
from safelight.settings import UploadSettings
from safelight.uploads import checks, presets, scripts, sources
from safelight.uploads.asynchronous import Later
from safelight.uploads.chunks import Chunks, Waiting
from safelight.uploads.explicit import Explicit
from safelight.uploads.fetch import Fetch, Source
from safelight.uploads.model import Incoming, Received
from safelight.uploads.ranges import piece_of
from safelight.uploads.receive import Receive
from safelight.uploads.staging import Staging
from safelight.uploads.take_back import TakeBack
from safelight.web import logs
from safelight.web.auth import Auth
from safelight.web.body import Params, UploadBody, read_params, read_upload
from safelight.web.budget import Budget
from safelight.web.errors import CROSS_ORIGIN
from safelight.web.finding import Finding
from safelight.web.telling import Tell, tell_nothing
from safelight.wire import intake, params
from safelight.wire.noting import notes_of
from safelight.wire.upload import pending_json, put_aside_json, received_json, waiting_json

CLOUD = "/v1_1/{cloud}"

NOTICE = f'<{notices.PAGE}>; rel="terms-of-service"'
"""Where it says what to mind before a file is uploaded (PP-11)."""
PREFLIGHT = {
    **CROSS_ORIGIN,
    "Link": NOTICE,
    "Access-Control-Allow-Methods": "POST, PUT, OPTIONS",
    # Some libraries for pages, and what watches them, put headers of their own into all that they send. `*` does not
    # stand for Authorization, and to old browsers for nothing: so the usual ones are named.
    "Access-Control-Allow-Headers": "*, Authorization, Cache-Control, Content-Disposition, Content-MD5, Content-Range, "
    "Content-Type, X-Requested-With, X-Unique-Upload-Id, X-CSRF-Token, X-Prototype-Version",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True)
class UploadDoor:
    """What may be called from a page in a browser, too: every answer says so."""

    database: Database
    auth: Auth
    keys: Keys
    staging: Staging
    receive: Receive
    chunks: Chunks
    fetch: Fetch
    explicit: Explicit
    later: Later
    take_back: TakeBack
    settings: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""
    unproved: Budget
    """What may come in from those who have not proved yet who they are."""
    tell: Tell = tell_nothing
    finding: Finding | None = None
    """Without it nobody here can see anything."""

    def routes(self) -> list[BaseRoute]:
        uploads = ("/upload", "/upload_chunked", "/{kind}/upload", "/{kind}/upload_chunked")
        return [
            *(_route(path, self.upload, "POST", "PUT") for path in uploads),
            _route("/{kind}/explicit", self.change, "POST"),
            _route("/delete_by_token", self.delete_by_token, "POST"),
        ]

    async def upload(self, request: Request) -> Response:
        kind = intake.resource_type(request.path_params.get("kind", "auto"))
        piece = piece_of(request.headers.get("content-range"), request.headers.get("x-unique-upload-id"))
        size_bytes_max = checks.size_bytes_max(kind, self.settings)
        body, principal = await self._proved(request, size_bytes_max)
        try:
            await self._check_script(principal, body.params)
            words = await self._words(principal, body.params)
            incoming = intake.incoming(words, kind)
            if self.finding:
                self.finding.check(incoming.insights)
            is_later = params.flag(words, "async")
            if is_later and piece is None:
                return await self._put_aside(principal, words, kind, body, size_bytes_max)
            source = await self._source(principal, body, incoming, size_bytes_max)
        except BaseException:
            await self._drop(body)
            raise
        incoming = replace(incoming, filename=source.filename)
        if piece is None:
            received = await self.receive(principal, incoming, source.staged)
            if not received.is_existing:
                notes_of(request.scope).of_upload(received.asset)
            return await self._answer(principal, received, received.asked)
        result = await self.chunks(principal, incoming, piece, source.staged)
        if isinstance(result, Waiting):
            return JSONResponse(waiting_json(result.received_bytes, kind), headers=CROSS_ORIGIN)
        if not result.is_existing:
            notes_of(request.scope).of_upload(result.asset)
        if is_later:
            # All bytes are here: what is left to do takes no longer than to read them once more from the store.
            return JSONResponse({**pending_json(result), "done": True}, headers=CROSS_ORIGIN)
        return await self._answer(principal, result, result.asked or incoming.analyses, done=True)

    async def _put_aside(
        self, principal: Principal, words: Params, kind: Kind | None, body: UploadBody, size_bytes_max: int
    ) -> Response:
        """What is elsewhere stays there until it is needed; what came along, and a data URI, goes into the store."""
        staged, filename = body.staged, body.filename
        if staged is None and body.source is None:
            raise Invalid("Missing required parameter - file")
        source = (body.source or "").strip()
        if staged is None and source[:5].lower() == "data:":
            staged = (await self.fetch(source, size_bytes_max=size_bytes_max)).staged
        if staged is not None:
            try:
                checks.check_not_empty(staged.size_bytes)
                pending = await self.later(principal, words, kind, staged=staged, filename=filename)
            finally:
                await self.staging.drop(staged)
        else:
            self.fetch.check(source)
            pending = await self.later(principal, words, kind, url=source)
        access = params.access(words).value
        return JSONResponse(put_aside_json(pending, access), headers=CROSS_ORIGIN)

    async def change(self, request: Request) -> Response:
        kind = intake.resource_type(request.path_params["kind"])
        if kind is None:
            raise Invalid("Invalid resource_type auto")
        words = await read_params(request, self.settings)
        principal = await self.auth.signed(request, words, needs=(Act.CHANGE,), is_narrowed=True)
        await self._check_script(principal, words)
        ask = intake.explicit(words, kind)
        if self.finding:
            self.finding.check(ask.insights)
        received = await self.explicit(principal, ask)
        if params.flag(words, "async"):
            await self._found(principal, received, principal.key)
            return JSONResponse(pending_json(received), headers=CROSS_ORIGIN)
        return await self._answer(principal, received, received.asked)

    async def delete_by_token(self, request: Request) -> Response:
        token = params.text(await read_params(request, self.settings), "token")
        if token is None:
            raise Invalid("Missing required parameter - token")
        await self.take_back(str(request.path_params["cloud"]), token)
        return JSONResponse({"result": "ok"}, headers=CROSS_ORIGIN)

    async def _proved(self, request: Request, size_bytes_max: int) -> tuple[UploadBody, Principal]:
        """The body, and who sent it. Of those who do not tell before the file, only so much is taken in at once."""
        with self.unproved.share() as share:
            body = await read_upload(
                request,
                self.staging,
                self.settings,
                size_bytes_max=size_bytes_max,
                unproved=share,
                proves=lambda words: self._proves(request, words),
            )
            try:
                principal = await self.auth.upload(request, body.params)
                if principal.manner is Manner.UNSIGNED and body.source is not None:
                    sources.check_unsigned(body.source)
                return body, principal
            except BaseException:
                await self._drop(body)
                raise

    async def _proves(self, request: Request, words: Params) -> bool:
        """The name of a preset proves nobody, for everybody may know it; but there must be one of that name."""
        if await self.auth.proves(request, words):
            return True
        name = params.text(words, "upload_preset")
        if name is not None and params.text(words, "signature") is None:
            async with self.database.transaction() as session:
                await presets.get(session, (await self.auth.cloud(session, request)).id, name)
        return False

    async def _drop(self, body: UploadBody) -> None:
        if body.staged is not None:
            await self.staging.drop(body.staged)

    async def _check_script(self, principal: Principal, words: Params) -> None:
        script = params.text(words, "eval")
        if script is not None:
            async with self.database.transaction() as session:
                await scripts.check_seen(session, principal, script)

    async def _words(self, principal: Principal, words: Params) -> Params:
        """What is asked in all, with what the preset adds."""
        name = params.text(words, "upload_preset")
        if name is None:
            return words
        async with self.database.transaction() as session:
            preset = await presets.get(session, principal.cloud.id, name)
        if principal.manner is Manner.UNSIGNED:
            return presets.for_unsigned(preset, words)
        return presets.for_signed(preset, words)

    async def _source(self, principal: Principal, body: UploadBody, incoming: Incoming, size_bytes_max: int) -> Source:
        if body.staged is not None:
            return Source(body.staged, body.filename)
        if body.source is None:
            raise Invalid("Missing required parameter - file")
        return await self.fetch(
            body.source,
            size_bytes_max=size_bytes_max,
            headers=incoming.fetch_headers,
            proxy=incoming.fetch_proxy,
            cloud=principal.cloud.name,
            hosts=principal.cloud.owners_hosts,
        )

    async def _answer(self, principal: Principal, received: Received, asked: Collection[str], **more: Any) -> Response:
        key = principal.key or await self._oldest_key(principal)
        received, found = await self._found(principal, received, key)
        answer = received_json(
            received,
            principal.cloud,
            base_url=self.base_url,
            key=key,
            shows_key=principal.key is not None,
            analyses={**await self._told(received.asset, asked), **found},
        )
        return JSONResponse({**answer, **more}, headers=CROSS_ORIGIN)

    async def _found(
        self, principal: Principal, received: Received, key: Key | None
    ) -> tuple[Received, dict[str, Any]]:
        if self.finding is None:
            return received, {}
        return await self.finding.of_upload(received, principal.cloud, base_url=self.base_url, key=key)

    async def _told(self, asset: Asset, asked: Collection[str]) -> Mapping[str, Any]:
        """A picture that cannot be looked into is stored all the same: then it tells nothing."""
        try:
            return await self.tell(asset, asked)
        except SafelightError as error:
            logs.logger().warning("a stored picture could not be analysed", asset_id=asset.id, reason=error.message)
            return {}

    async def _oldest_key(self, principal: Principal) -> Key | None:
        """Signs the answer to who brought no key of their own."""
        async with self.database.transaction() as session:
            keys = await self.keys.enabled(session, principal.cloud.id)
        return keys[0] if keys else None


def _route(path: str, endpoint: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
    """A route that also tells browsers what pages of other sites may send to it."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        response = await endpoint(request)
        response.headers["Link"] = NOTICE
        return response

    answer.__doc__ = endpoint.__doc__
    return Route(CLOUD + path, answer, methods=[*methods, "OPTIONS"], name=getattr(endpoint, "__name__", None))
