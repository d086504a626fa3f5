"""Tell: is it alive, is it ready, and what is this? For load balancers, and for people who open the bare address."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from safelight import __version__
from safelight.kernel.errors import Busy, NotAvailable, SafelightError
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database
from safelight.render.model import Render

Check = Callable[[], Awaitable[None]]
"""Raises SafelightError, with words for the operator, where something is wrong."""

CHECK_SECONDS_MAX = 5
PROBE_KEY = "health/probe"
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa471"
    "0000000049454e44ae426082"
)
"""One black pixel."""
NO_STORE = {"Cache-Control": "no-store"}
DAY = {"Cache-Control": "public, max-age=86400"}

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto 4rem;padding:0 1.5rem;"
    "background:light-dark(#fff,#16110f);color:light-dark(#2b2320,#ece5e1)}"
    "h1{display:flex;align-items:center;gap:.75rem;font-size:1.75rem;margin:0 0 1rem}"
    "a{color:light-dark(#b3170f,#ff8a80)}"
    "a.to{display:inline-block;margin:1rem 1.5rem 0 0;padding:.6rem 1.1rem;border-radius:.5rem;text-decoration:none;"
    "background:light-dark(#b3170f,#ff8a80);color:light-dark(#fff,#2b0a0a)}"
    "code{font-size:.92em}"
)
PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Safelight</title>
<style>{STYLE}</style>
<main>
<h1><img src="/favicon.ico" width="36" height="36" alt=""> Safelight</h1>
<p>This is a media server: it keeps pictures and other files, and makes new ones from them as their address asks.</p>
<p>It speaks the API of the media SDKs under <code>/v1_1/</code>, and delivers files under
<code>/{{cloud}}/image/upload/</code>.</p>
<p><a class="to" href="/console">Open the console</a> <a href="/privacy">Privacy</a></p>
</main>
"""
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PAGE_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    **DAY,
}
ROBOTS = "User-agent: *\nDisallow: /v1_1/\nDisallow: /v2/\n"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="3" fill="#2b0a0a"/><circle cx="8" cy="8" r="4" fill="#e5322d"/></svg>'
)


@dataclass(frozen=True)
class Health:
    """The answers about this server itself. `checks` are what must hold before it takes work."""

    checks: Mapping[str, Check] = field(default_factory=dict[str, Check])

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.page, methods=["GET"]),
            Route("/healthz", self.alive, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
            Route("/favicon.ico", self.icon, methods=["GET"]),
        ]

    async def alive(self, _request: Request) -> Response:
        """Whether this process answers; looks at nothing else, so that a slow database restarts nobody."""
        return JSONResponse({"status": "alive", "version": __version__}, headers=NO_STORE)

    async def ready(self, _request: Request) -> Response:
        """Whether requests can be served: each check by name, 503 if one fails."""
        names = list(self.checks)
        answers = await asyncio.gather(*(_answer(self.checks[name]) for name in names))
        is_ready = all(answer == "ok" for answer in answers)
        return JSONResponse(
            {"status": "ready" if is_ready else "not ready", "checks": dict(zip(names, answers, strict=True))},
            status_code=200 if is_ready else 503,
            headers=NO_STORE if is_ready else {**NO_STORE, "Retry-After": "1"},
        )

    async def page(self, _request: Request) -> Response:
        """What this is, for a person who opens the bare address."""
        return HTMLResponse(PAGE, headers=PAGE_HEADERS)

    async def robots(self, _request: Request) -> Response:
        """Pictures may be indexed, the API may not."""
        return PlainTextResponse(ROBOTS, headers=DAY)

    async def icon(self, _request: Request) -> Response:
        """A small red lamp."""
        return Response(ICON, media_type="image/svg+xml", headers=DAY)


async def _answer(check: Check, seconds_max: float = CHECK_SECONDS_MAX) -> str:
    try:
        async with asyncio.timeout(seconds_max):
            await check()
    except SafelightError as error:
        return error.message
    except TimeoutError:
        return f"no answer within {seconds_max:g} s"
    return "ok"


def database_check(database: Database) -> Check:
    """The database answers."""

    async def check() -> None:
        if not await database.is_alive():
            raise NotAvailable("the database does not answer")

    return check


def schema_check(is_current: Callable[[], Awaitable[bool]]) -> Check:
    """The database has the tables of this release."""

    async def check() -> None:
        if not await is_current():
            raise NotAvailable("the database is not at this release; run `safelight migrate`")

    return check


def darkroom_check(render: Render, folder: Path) -> Check:
    """A child looks at the smallest of pictures. A darkroom that has too much to do is there all the same."""

    async def check() -> None:
        with suppress(Busy):
            await render.probe(_picture(folder), format="png")

    return check


def store_check(blobs: BlobStore) -> Check:
    """The store takes a file and gives it back."""

    async def check() -> None:
        await blobs.put(PROBE_KEY, _one(b"safelight"))
        await blobs.stat(PROBE_KEY)

    return check


def _picture(folder: Path) -> Path:
    path = folder / "probe.png"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TINY_PNG)
    return path


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk
