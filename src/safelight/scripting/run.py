"""Run: a script in a process of its own, that is killed when it takes too long."""

import asyncio
import contextlib
import json
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import safelight
from safelight.kernel.errors import Busy, Invalid, NotAvailable, TooMuch
from safelight.scripting.model import ANSWER_BYTES_MAX, SEEN_BYTES_MAX, Script
from safelight.settings import ScriptSettings

COMMAND = (sys.executable, "-P", "-m", "safelight.scripting.child")
START_SECONDS_MAX = 20
"""How long a process may take besides the script itself; a busy machine is slow."""

SAID_BYTES_MAX = 2 * ANSWER_BYTES_MAX
"""JSON inside of JSON: each letter may have become two."""

_ROOT = Path(safelight.__file__).parent.parent
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass
class _Turns:
    """How many run, and how many wait to."""

    gate: asyncio.Semaphore
    waiting_max: int
    waiting: int = 0

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        if self.waiting >= self.waiting_max:
            raise Busy("Too many scripts at once; try again.", retry_after_seconds=1)
        self.waiting += 1
        try:
            await self.gate.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.gate.release()


@dataclass(frozen=True)
class RunScript:
    """The Run of the product (model.py)."""

    settings: ScriptSettings
    _turns: _Turns = field(init=False)

    def __post_init__(self) -> None:
        turns = _Turns(asyncio.Semaphore(max(1, self.settings.at_once)), self.settings.waiting_max)
        object.__setattr__(self, "_turns", turns)

    async def __call__(self, script: Script) -> Any:
        asked = json.dumps(_asked(script)).encode()
        if len(asked) > SEEN_BYTES_MAX:
            raise TooMuch("There is more to tell to the script than it may be told.")
        async with self._turns.one():
            return read(await self._said(asked), self.settings)

    async def layers(self) -> dict[str, str]:
        """What confines the process of a script, as one says itself that is run for this; for `safelight check`."""
        script = Script("", {"said": None}, "said", datetime.fromtimestamp(0, UTC))
        said = json.loads(await self._said(json.dumps(_asked(script) | {"tells_layers": True}).encode()))
        return {str(name): str(state) for name, state in said["layers"].items()}

    async def _said(self, asked: bytes) -> bytes:
        """What the process wrote until it ended, or until there was too much of it."""
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *(str(os.getpid()), str(self.settings.seconds_max), str(self.settings.memory_bytes_max)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            # Nothing of ours: a script has no business with settings and secrets.
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
        )
        try:
            async with asyncio.timeout(START_SECONDS_MAX + self.settings.seconds_max):
                said = await _exchange(process, asked)
                if len(said) <= SAID_BYTES_MAX:
                    await process.wait()
                return said
        except TimeoutError as error:
            raise _too_long(self.settings) from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


def _asked(script: Script) -> dict[str, Any]:
    if not _NAME.fullmatch(script.answer):
        raise ValueError("The answer of a script is the name of a variable.")
    return {
        "text": script.text,
        "seen": dict(script.seen),
        "answer": script.answer,
        "before": script.before,
        "now_ms": int(script.now.timestamp() * 1000),
    }


async def _exchange(process: Process, asked: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise NotAvailable("Scripts cannot be run now.")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(asked)
        await process.stdin.drain()
    process.stdin.close()
    said = bytearray()
    while len(said) <= SAID_BYTES_MAX:
        piece = await process.stdout.read(65_536)
        if not piece:
            break
        said += piece
    return bytes(said)


def read(said: bytes, settings: ScriptSettings) -> Any:
    """The answer that a process wrote, which nobody trusts."""
    try:
        words: Any = json.loads(said)
    except (ValueError, RecursionError) as error:
        if said:
            raise TooMuch("The script answers too much.") from error
        # It was killed before it could say anything: by the kernel, for what it used.
        raise _too_long(settings) from error
    match words:
        case {"answer": str(text)} if len(text) <= ANSWER_BYTES_MAX:
            try:
                found = json.loads(text)
                _check_plain(found)
                return found
            except (ValueError, RecursionError) as error:
                raise Invalid("The script leaves an answer that is no plain value.") from error
        case {"error": str(words)}:
            raise Invalid(words[:500])
        case {"limit": "memory"}:
            raise TooMuch(f"The script needs more than {settings.memory_bytes_max} bytes of memory.")
        case {"limit": _}:
            raise _too_long(settings)
        case _:
            raise TooMuch("The script answers too much.")


def _check_plain(found: Any) -> None:
    """Raises ValueError for what no database can keep: a zero byte, or half of a surrogate pair."""
    match found:
        case str():
            # To encode it raises for half of a pair.
            if b"\0" in found.encode():
                raise ValueError("a zero byte")
        case list():
            for item in cast("list[Any]", found):
                _check_plain(item)
        case dict():
            for name, value in cast("dict[str, Any]", found).items():
                _check_plain(name)
                _check_plain(value)
        case _:
            return


def _too_long(settings: ScriptSettings) -> TooMuch:
    return TooMuch(f"The script takes longer than {settings.seconds_max} seconds, or too much memory.")
