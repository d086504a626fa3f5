"""Ledger: the signed ledger for everybody: its lines tell of nobody, and whoever keeps a checkpoint can check them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Invalid
from safelight.ports.database import Database, Session
from safelight.privacy import checkpoint, ledger, verify
from safelight.privacy.checkpoint import Checkpoints, checkpoint_of

WELL_KNOWN = "/.well-known/safelight-ledger"
API = "/privacy/v1/ledger"
LINES_MAX = 200
NUMBER_CHARS_MAX = 18
_SOON = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True)
class LedgerDoor:
    database: Database
    checkpoints: Checkpoints

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{WELL_KNOWN}/checkpoint", self.note, methods=["GET"]),
            Route(f"{WELL_KNOWN}/verify.py", self.verifier, methods=["GET"]),
            Route(f"{API}/checkpoint", self.checkpoint, methods=["GET"]),
            Route(f"{API}/proof", self.proof, methods=["GET"]),
            Route(f"{API}/keys", self.keys, methods=["GET"]),
            Route(f"{API}/entries", self.entries, methods=["GET"]),
        ]

    async def note(self, _request: Request) -> Response:
        """The newest signed checkpoint, as witnesses want it."""
        async with self.database.transaction() as session:
            return PlainTextResponse(await self.checkpoints.newest(session), headers=_SOON)

    async def verifier(self, _request: Request) -> Response:
        """The small program that checks a receipt without asking anybody."""
        return FileResponse(verify.__file__, media_type="text/x-python", headers=_SOON)

    async def checkpoint(self, _request: Request) -> Response:
        """The newest signed checkpoint, and what it says."""
        async with self.database.transaction() as session:
            signed = await self.checkpoints.newest(session)
        said = checkpoint_of(signed)
        return _json(
            {
                "origin": said.origin,
                "size": said.size,
                "root": said.root.hex(),
                "at": said.at.isoformat(timespec="seconds"),
                "roster": {"size": said.roster_size, "root": said.roster_root.hex()},
                "note": signed,
            }
        )

    async def proof(self, request: Request) -> Response:
        """That a line is in the ledger (`leaf`, `size`), or that an older ledger is how it begins (`from`, `size`)."""
        _only(request, "leaf", "from", "size")
        leaf, old = _number(request, "leaf"), _number(request, "from")
        if (leaf is None) == (old is None):
            raise Invalid("Ask for one proof: leaf=N that a line is there, or from=N that an older ledger is.")
        async with self.database.transaction() as session:
            size = await self._size(session, request)
            if leaf is None:
                hashes = await checkpoint.consistency(session, old or 0, size)
                return _json({"from": old, "size": size, "proof": _hex(hashes)})
            hashes = await checkpoint.inclusion(session, leaf, size)
            [line] = await ledger.lines(session, leaf, 1)
        return _json({"leaf": leaf, "size": size, "body": line, "proof": _hex(hashes)})

    async def keys(self, _request: Request) -> Response:
        """The public keys that sign: note one down, to check receipts with."""
        async with self.database.transaction() as session:
            await self.checkpoints.newest(session)
            known = await self.checkpoints.signer.verifiers(session)
        rows = [
            {
                "key": str(each.verifier),
                "id": each.verifier.id.hex(),
                "public": base64.b64encode(each.verifier.public).decode(),
                "from": each.made_at.isoformat(timespec="seconds"),
                "until": each.retired_at.isoformat(timespec="seconds") if each.retired_at else None,
            }
            for each in known
        ]
        return _json({"keys": rows})

    async def entries(self, request: Request) -> Response:
        """Lines of the ledger as they were hashed, from `start` on: whoever has all can make every hash anew."""
        _only(request, "start", "max_results")
        start, most = _number(request, "start") or 0, _number(request, "max_results") or LINES_MAX
        async with self.database.transaction() as session:
            found = await ledger.lines(session, start, min(most, LINES_MAX))
            size = await ledger.size(session)
        after = start + len(found)
        return _json({"start": start, "entries": found, "next": after if found and after < size else None})

    async def _size(self, session: Session, request: Request) -> int:
        asked = _number(request, "size")
        return checkpoint_of(await self.checkpoints.newest(session)).size if asked is None else asked


def _only(request: Request, *names: str) -> None:
    for name in request.query_params:
        if name not in names:
            raise Invalid(f"Nothing is known here by the name {name[:40]}; there are {', '.join(names)}.")


def _number(request: Request, name: str) -> int | None:
    """Raises Invalid for what is no number from nought on."""
    word = request.query_params.get(name)
    if word is None:
        return None
    if not word.isascii() or not word.isdigit() or len(word) > NUMBER_CHARS_MAX:
        raise Invalid(f"{name} must be a whole number from 0 on.")
    return int(word)


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def _json(told: dict[str, Any]) -> Response:
    return JSONResponse(told, headers=_SOON)
