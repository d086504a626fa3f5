"""What is asked of a running installation: of each fault that is planted in its answers exactly the clause fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from safelight.boot.showing import PAGES, Showing
from safelight.privacy import policy_page
from safelight.privacy.policy_read import shipped
from tests.privacy.test_checks import TODAY

HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "content-type": "text/html; charset=utf-8",
}
HONOURED = "Opt-out preference signal honored"
FORM = "".join(f'<input name="{name}">' for name in ("name", "company", "email", "password", "csrf"))
DOCUMENTS = {
    name: policy_page.visible(each, shipped(), TODAY) for name, each in policy_page.documents(shipped()).items()
}


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


@dataclass
class Said:
    status: int
    headers: dict[str, str]
    body: str


Plant = Callable[[Asked, Said], None]


def answer(asked: Asked) -> Said:
    """As an installation answers that keeps its word."""
    said = Said(200, dict(HEADERS), '<a href="/privacy">Privacy</a>')
    match asked.path:
        case "/.well-known/gpc.json":
            said.body = json.dumps({"gpc": True})
        case "/privacy":
            said.headers["vary"] = "Sec-GPC"
            said.body += HONOURED if asked.headers.get("sec-gpc") == "1" else ""
        case "/privacy/policy":
            language = "de" if asked.headers.get("accept-language", "").startswith("de") else "en"
            sentences = [each["text"] for chapter in DOCUMENTS[language]["chapters"] for each in chapter["sentences"]]
            said.body += " ".join(policy_text(each) for each in sentences)
        case "/auth/register":
            said.body += FORM
        case "/none":
            said.status = 404
        case _:
            pass
    return said


def policy_text(text: str) -> str:
    from safelight.boot.showing import _written

    return _written(text)


@asynccontextmanager
async def serving(plant: Plant) -> AsyncIterator[Showing]:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(first.split(" ")[1], headers)
        said = answer(asked)
        plant(asked, said)
        told = "".join(f"{name}: {value}\r\n" for name, value in said.headers.items())
        writer.write(f"HTTP/1.1 {said.status} x\r\n{told}\r\n{said.body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    async with server:
        yield Showing(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", DOCUMENTS)


async def failing(live: Showing) -> list[str]:
    found = {
        "PP-01": (await live.form_asks_for_four()).status == "FAIL",
        "PP-30": bool(await live.pages_load_nothing_from_elsewhere()),
        "PP-36": (await live.signal_is_honoured()).status == "FAIL",
        "PP-40": (await live.other_signal_changes_nothing()).status == "FAIL",
        "PP-59": bool(await live.cookies_are_registered()),
        "PP-61": (await live.pages_need_no_cookies()).status == "FAIL",
        "PP-62": (await live.controls_stand()).status == "FAIL",
        "PP-64": bool(await live.policy_is_shown()),
    }
    return [clause for clause, is_broken in found.items() if is_broken]


def says(path: str, words: str, **when: str) -> Plant:
    def plant(asked: Asked, said: Said) -> None:
        if asked.path == path and all(
            asked.headers.get(name.replace("_", "-")) == value for name, value in when.items()
        ):
            said.body += words

    return plant


def sends(path: str, name: str, value: str) -> Plant:
    def plant(asked: Asked, said: Said) -> None:
        if asked.path == path:
            said.headers[name] = value

    return plant


def _without_answer(asked: Asked, said: Said) -> None:
    if asked.path == "/.well-known/gpc.json":
        said.body = '{"gpc": false}'


def _silent(asked: Asked, said: Said) -> None:
    said.body = said.body.replace(HONOURED, "")


def _asks_for_a_cookie(asked: Asked, said: Said) -> None:
    if asked.path == PAGES[3] and "accept-language" not in asked.headers:
        said.status = 403


def _sentence_less(asked: Asked, said: Said) -> None:
    if asked.path == "/privacy/policy":
        first = DOCUMENTS["en"]["chapters"][0]["sentences"][0]["text"]
        said.body = said.body.replace(policy_text(first), "")


PLANTS: dict[str, tuple[str, Plant]] = {
    "a form that asks for more": ("PP-01", says("/auth/register", '<input name="phone">')),
    "a script from elsewhere": ("PP-30", says("/docs", '<script src="https://count.example/x.js"></script>')),
    "a signal that is not honoured": ("PP-36", _without_answer),
    "a signal that is honoured and not shown": ("PP-36", _silent),
    "a signal that is shown to everybody": ("PP-36", says("/privacy", HONOURED, sec_gpc="true")),
    "a cache that mixes both": ("PP-36", sends("/privacy", "vary", "Cookie")),
    "another page for who sends DNT": ("PP-40", says("/none", "tracked", dnt="1")),
    "a header for who sends DNT": (
        "PP-40",
        lambda asked, said: said.headers.update({"tk": "N"}) if asked.headers.get("dnt") else None,
    ),
    "a cookie of nobody": ("PP-59", sends("/docs", "set-cookie", "_spy=1; Path=/")),
    "a page that wants a cookie": ("PP-61", _asks_for_a_cookie),
    "a page that may be framed": (
        "PP-62",
        sends("/auth/sign-in", "content-security-policy", "default-src 'none'"),
    ),
    "a page without nosniff": ("PP-62", sends("/auth/sign-in", "x-content-type-options", "")),
    "a sentence less": ("PP-64", _sentence_less),
    "a page that does not lead to the policy": (
        "PP-64",
        lambda asked, said: setattr(said, "body", "") if asked.path == "/docs" else None,
    ),
}


async def test_who_keeps_its_word_fails_nothing():
    async with serving(lambda _asked, _said: None) as live:
        assert await failing(live) == []


@pytest.mark.parametrize("name", PLANTS)
async def test_exactly_the_clause_of_a_planted_fault_fails(name: str):
    clause, plant = PLANTS[name]
    async with serving(plant) as live:
        assert await failing(live) == [clause]
