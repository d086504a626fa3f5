"""Serve: the routes, and the envelope around every request: its id, its line in the log, its count, its error."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from time import perf_counter
from typing import Any, cast

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safelight.activity.record import Recorder
from safelight.kernel import ids, purpose
from safelight.kernel.errors import SafelightError
from safelight.web import errors, logs
from safelight.web.body import MEMORY
from safelight.web.budget import Budget
from safelight.web.calls import Calls
from safelight.web.client import Proxies
from safelight.web.delivery import ROUTE
from safelight.web.line import line_of
from safelight.web.metrics import Metrics
from safelight.web.signpost import Signpost
from safelight.wire import cookies
from safelight.wire.noting import NOTES, Notes

NO_ROUTE = "none"
STATUS_CLIENT_LEFT = 499
UNLOGGED_ROUTES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: told only when something is wrong."""

PurposesOf = Callable[[str], frozenset[str]]
"""The path of a request -> for what personal data may be read to answer it."""
OnError = Callable[[Request, Exception], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build(
    routes: Sequence[BaseRoute],
    *,
    metrics: Metrics,
    on_error: OnError = errors.on_error,
    lifespan: Lifespan | None = None,
    memory: Budget | None = None,
    calls: Calls | None = None,
    recorder: Recorder | None = None,
    proxies: Proxies = (),
    purposes: PurposesOf = purpose.of_nothing,
) -> Starlette:
    """The whole door. `on_error` turns any error into an answer (web/errors.py).

    `recorder` keeps a line of each answer; `proxies` are believed who asks.
    `purposes` says for what personal data are read by a path.
    `memory` is what all bodies together may take of it; any amount without it. `calls` bounds how many there are.
    """
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(
                Envelope,
                on_error=on_error,
                metrics=metrics,
                memory=memory,
                calls=calls,
                recorder=recorder,
                proxies=proxies,
                purposes=purposes,
            )
        ],
        exception_handlers={HTTPException: on_error, SafelightError: on_error},
    )
    app.router = Signpost(routes, lifespan)
    return app


def route_of(scope: Scope) -> str:
    """The template of the route that answered, `/v1_1/{cloud}/…`: what may be logged and counted of a path."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else NO_ROUTE


class Envelope:
    """What is done for every request, whoever answers it. No id is accepted from outside: it would reach our log."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        on_error: OnError,
        metrics: Metrics,
        memory: Budget | None = None,
        calls: Calls | None = None,
        recorder: Recorder | None = None,
        proxies: Proxies = (),
        purposes: PurposesOf = purpose.of_nothing,
    ) -> None:
        self._app = app
        self._on_error = on_error
        self._metrics = metrics
        self._memory = memory
        self._calls = calls
        self._recorder = recorder
        self._proxies = proxies
        self._purposes = purposes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = ids.new_id()
        state = cast("dict[str, Any]", scope.setdefault("state", {}))
        state["request_id"] = request_id
        state[NOTES] = Notes()
        share = state[MEMORY] = self._memory.share() if self._memory else None
        reading = purpose.reading_for(self._purposes(str(scope["path"])))
        with structlog.contextvars.bound_contextvars(request_id=request_id), reading:
            began = perf_counter()
            sent = _Sent(send, request_id)
            try:
                await self._answer(scope, receive, sent)
            finally:
                self._account(scope, sent, perf_counter() - began)
                if share is not None:
                    share.give_back()

    async def _answer(self, scope: Scope, receive: Receive, sent: "_Sent") -> None:
        caller = None
        try:
            if self._calls is not None:
                caller = self._calls.enter(scope)
            await self._app(scope, receive, sent)
        except ClientDisconnect:
            sent.status = sent.status or STATUS_CLIENT_LEFT
        except Exception as error:
            if sent.status:  # half an answer is under way: only cutting the line tells the client
                raise
            response = await self._on_error(Request(scope), error)
            await response(scope, receive, sent)
        finally:
            if self._calls is not None:
                self._calls.left(caller, sent.status)

    def _account(self, scope: Scope, sent: "_Sent", seconds: float) -> None:
        method, route = str(scope["method"]), route_of(scope)
        status = sent.status or 500
        self._metrics.request(method, route, status, seconds, sent.size_bytes)
        if route not in UNLOGGED_ROUTES or status >= 400:
            facts = {"method": method, "route": route, "status": status, "size_bytes": sent.size_bytes}
            logs.logger().info("request", **facts, seconds=round(seconds, 4))
            if self._recorder is not None:
                self._recorder.note(
                    line_of(
                        scope,
                        self._recorder.moment,
                        route=route,
                        status=status,
                        bytes_sent=sent.size_bytes,
                        is_page=sent.is_page and route != ROUTE,
                        proxies=self._proxies,
                    )
                )


class _Sent:
    """Hands the answer on, puts the id on it, and remembers its status and size."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.size_bytes = 0
        self.is_page = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            _strip_cookies(headers)
            self.is_page = headers.get("content-type", "").startswith("text/html")
        elif message["type"] == "http.response.body":
            self.size_bytes += len(message.get("body", b""))
        await self._send(message)


def _strip_cookies(headers: MutableHeaders) -> None:
    """What no registry knows is not set, whoever wanted to, and is told to the log: by its name alone."""
    wanted = headers.getlist("set-cookie")
    known = [each for each in wanted if cookies.is_registered(each)]
    if len(known) == len(wanted):
        return
    del headers["set-cookie"]
    for each in known:
        headers.append("set-cookie", each)
    for each in set(wanted) - set(known):
        logs.logger().error("a cookie was stripped that no registry knows", name=each.partition("=")[0].strip()[:80])
