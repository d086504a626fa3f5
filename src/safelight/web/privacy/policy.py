"""Policy: what is promised, for machines: the model, who gets data, how long it is kept, what the selfcheck found."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Invalid
from safelight.ports.database import Database
from safelight.privacy import policy_page, ropa, selfcheck, versions
from safelight.privacy.promises import Promises
from safelight.privacy.register import Register

API = "/privacy/v1"
WELL_KNOWN = "/.well-known"
GPC_SINCE = "2026-11-23"
"""Since when the signal is honoured as it is now."""
RESULTS_MAX = 50
_SOON = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True)
class PolicyDoor:
    database: Database
    promises: Promises
    register: Register

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{WELL_KNOWN}/gpc.json", self.signal, methods=["GET"]),
            Route(f"{WELL_KNOWN}/privacy-policy.json", self.policy, methods=["GET"]),
            Route(f"{API}/recipients", self.recipients, methods=["GET"]),
            Route(f"{API}/retention", self.retention, methods=["GET"]),
            Route(f"{API}/assessments", self.assessments, methods=["GET"]),
        ]

    async def signal(self, _request: Request) -> Response:
        """That Global Privacy Control is honoured here."""
        return JSONResponse({"gpc": True, "lastUpdate": GPC_SINCE}, headers=_SOON)

    async def policy(self, _request: Request) -> Response:
        """The model of the policy that binds today, with its hash and its signature; a draft where none was posted."""
        async with self.database.transaction() as session:
            binding = versions.effective(await versions.list_all(session), self.promises.clock.now())
        policy = self.promises.policy
        if binding is None:
            return _json(
                {"version": None, "hash": policy_page.content_hash(policy), **_of(policy_page.content(policy))}
            )
        return _json(
            {
                "version": binding.number,
                "class": binding.kind.value,
                "posted_at": binding.posted_at.isoformat(),
                "effective_at": binding.effective_at.isoformat(),
                "hash": binding.hash,
                "note": binding.note,
                **_of(binding.content),
            }
        )

    async def recipients(self, _request: Request) -> Response:
        """Who outside of this installation gets personal data, for what, where, by which agreement, since when."""
        async with self.database.transaction() as session:
            return _json({"recipients": await self.register.rows(session)})

    async def retention(self, _request: Request) -> Response:
        """How long each kind of record is kept, from when, and what is done then."""
        return _json({"entities": ropa.retention_rows(self.promises.policy)})

    async def assessments(self, request: Request) -> Response:
        """What the selfcheck found, the newest first, each signed."""
        async with self.database.transaction() as session:
            found = await selfcheck.last(session, _most(request))
        return _json(
            {
                "assessments": [
                    {
                        "at": each["at"].isoformat(),
                        "failed": each["failed"],
                        "results": each["results"],
                        "note": each["note"],
                    }
                    for each in found
                ]
            }
        )


def _of(content: Any) -> dict[str, Any]:
    return {"vocabulary": "https://w3id.org/dpv", "policy": content}


def _most(request: Request) -> int:
    """Raises Invalid."""
    word = request.query_params.get("max_results", "1")
    if not word.isascii() or not word.isdigit() or not 1 <= int(word[:9]) <= RESULTS_MAX:
        raise Invalid(f"max_results must be a number from 1 to {RESULTS_MAX}.")
    return int(word)


def _json(told: dict[str, Any]) -> Response:
    return JSONResponse(told, headers=_SOON)
