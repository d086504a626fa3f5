"""Showing: what the selfcheck asks the running installation from outside: its pages, its cookies, its signals."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from safelight.boot import asking
from safelight.boot.asking import Answer
from safelight.privacy.policy_page import Document
from safelight.privacy.selfcheck import Finding, judged, not_testable
from safelight.wire import cookies

PAGES = ("/privacy", "/privacy/policy", "/privacy/changes", "/privacy/cookies", "/privacy/report")
OTHERS = ("/auth/sign-in", "/docs")
"""Pages that must lead to the policy."""
LINK = 'href="/privacy"'
LANGUAGES: Mapping[str, str] = {"en": "en", "de": "de-DE,de;q=0.9"}
_MOVING = re.compile(rb'name="csrf" value="[^"]*"')
_LOADED = re.compile(
    r"<(?:script|img|link|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|href|data)=\"([^\"]+)\""
)
_INPUT = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"')
_SAME = {"x-request-id", "date", "set-cookie", "server-timing"}


@dataclass(frozen=True)
class Showing:
    """At an address that answers."""

    address: str
    shown: Mapping[str, Document]

    async def _get(self, path: str, **headers: str) -> Answer:
        return await asking.get(self.address, path, {name.replace("_", "-"): value for name, value in headers.items()})

    async def signal_is_honoured(self) -> Finding:
        """PP-36"""
        faults: list[str] = []
        told = await self._get("/.well-known/gpc.json", Accept="application/json")
        if told.status != 200 or not _says_gpc(told.body):
            faults.append("/.well-known/gpc.json does not say that the signal is honoured")
        plain, signalled = await self._get("/privacy"), await self._get("/privacy", Sec_GPC="1")
        if "Opt-out preference signal honored" not in signalled.text:
            faults.append("/privacy does not show that the signal was honoured")
        if "Opt-out preference signal honored" in plain.text + (await self._get("/privacy", Sec_GPC="true")).text:
            faults.append("/privacy says so to who did not send it")
        if "sec-gpc" not in signalled.header("vary").lower():
            faults.append("/privacy does not say Vary: Sec-GPC")
        return judged(faults, "gpc.json and /privacy, asked with and without the signal")

    async def other_signal_changes_nothing(self) -> Finding:
        """PP-40"""
        paths = ("/privacy", "/privacy/policy", "/auth/sign-in", "/none")
        faults = [
            f"{path} differs with DNT: 1"
            for path in paths
            if _still(await self._get(path)) != _still(await self._get(path, DNT="1"))
        ]
        return judged(faults, f"{len(paths)} addresses, asked with and without DNT: 1")

    async def pages_load_nothing_from_elsewhere(self) -> Sequence[str]:
        """For PP-30: the faults."""
        faults: list[str] = []
        for path in (*PAGES, *OTHERS):
            answer = await self._get(path)
            faults += [f"{path} loads {each[:80]}" for each in _LOADED.findall(answer.text) if not each.startswith("/")
                       or each.startswith("//")]  # fmt: skip
            if "default-src 'none'" not in answer.header("content-security-policy"):
                faults.append(f"{path} lets a browser load from anywhere")
        return faults

    async def cookies_are_registered(self) -> Sequence[str]:
        """For PP-59: the faults."""
        faults: list[str] = []
        for path in (*PAGES, *OTHERS, "/none/image/upload/none.jpg"):
            for line in (await self._get(path)).all_of("set-cookie"):
                if not cookies.is_registered(line):
                    faults.append(f"{path} sets {line.partition('=')[0][:40]}, which no registry knows")
                if path.endswith(".jpg"):
                    faults.append("a delivered file sets a cookie")
        return faults

    async def form_asks_for_four(self) -> Finding:
        """PP-01"""
        page = await self._get("/auth/register")
        names = sorted(set(_INPUT.findall(page.text)) - {"csrf", "next", "theme"})
        if not names:
            return not_testable("people come by invitation alone: there is no form to register")
        faults = [] if names == ["company", "email", "name", "password"] else [f"the form asks for {', '.join(names)}"]
        return judged(faults, "the form to register asks for name, company, e-mail and password")

    async def pages_need_no_cookies(self) -> Finding:
        """PP-61"""
        faults = [f"{path} is not read without cookies" for path in PAGES if (await self._get(path)).status != 200]
        return judged(faults, f"{len(PAGES)} pages, asked without cookies")

    async def controls_stand(self) -> Finding:
        """PP-62"""
        page = await self._get("/auth/sign-in")
        faults = [
            f"pages are sent without {name}"
            for name, value in (("content-security-policy", "'none'"), ("x-content-type-options", "nosniff"))
            if value not in page.header(name)
        ]
        if "frame-ancestors 'none'" not in page.header("content-security-policy"):
            faults.append("pages may be framed")
        return judged(faults, "headers of pages; how data are sealed and files opened, docs/explanation/safety.md says")

    async def policy_is_shown(self) -> list[str]:
        """For PP-64: the faults."""
        faults: list[str] = []
        for language, accepted in LANGUAGES.items():
            statuses = [(path, (await self._get(path, Accept_Language=accepted)).status) for path in PAGES]
            faults += [f"{path} is not shown ({language})" for path, status in statuses if status != 200]
            page = (await self._get("/privacy/policy", Accept_Language=accepted)).text
            sentences = [each for chapter in self.shown[language]["chapters"] for each in chapter["sentences"]]
            missing = [each["clause"] for each in sentences if _written(each["text"]) not in page]
            if missing:
                faults.append(f"/privacy/policy ({language}) lacks sentences of {', '.join(sorted(set(missing)))}")
        texts = [(path, (await self._get(path)).text) for path in OTHERS]
        return [*faults, *(f"{path} does not lead to the policy" for path, text in texts if LINK not in text)]


def _written(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _says_gpc(body: bytes) -> bool:
    try:
        return json.loads(body).get("gpc") is True
    except (ValueError, AttributeError):
        return False


def _still(answer: Answer) -> tuple[object, ...]:
    headers = sorted((name, value) for name, value in answer.headers if name not in _SAME)
    names = sorted(each.partition("=")[0] for each in answer.all_of("set-cookie"))
    body = re.sub(rb"[0-9a-f]{32}", b"", _MOVING.sub(b"", answer.body))
    return answer.status, headers, names, body
