"""Log: one line for what happened, for people or for machines, and never a secret or a word about a person."""

import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from safelight.kernel.scrub import scrubbed
from safelight.kernel.secret import Secret

# Names of facts that would tell of a person or open a door. A line that carries one loses it.
UNLOGGED = frozenset(
    {
        "address", "api_secret", "authorization", "client", "cookie", "email", "forwarded", "ip", "mail", "params",
        "password", "query", "query_string", "referer", "referrer", "remote", "remote_addr", "secret", "signature",
        "token", "url", "user_agent", "username",
    }
)  # fmt: skip
FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "process", "request_id", "exception", "method", "route", "status",
        "size_bytes", "seconds", "reason", "name", "asset_id", "key", "until_then",
    }
)  # fmt: skip
"""What a line may hold, beside the facts of an error: what else somebody wants to write is left out."""
FACT = "fact_"
HIDDEN = "***"
DEPTH_MAX = 4
QUIET = ("uvicorn", "uvicorn.access", "procrastinate", "sqlalchemy", "alembic", "httpx", "asyncio", "pyvips", "PIL")

_USER_IN_URL = re.compile(r"(\w+://)[^/@\s]+@")
_QUERY_IN_URL = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]*")


def tidy(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Drops what must not be logged: names of UNLOGGED, secrets, the user and the query of an address; and of all
    words what tells of somebody (kernel/scrub.py)."""
    return {name: _tidied(value, DEPTH_MAX) for name, value in line.items() if not _is_unlogged(name)}


def declared(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Leaves out every field that FIELDS does not name, and says how many those were."""
    kept = {name: value for name, value in line.items() if name in FIELDS or name.startswith(FACT)}
    return kept if len(kept) == len(line) else {**kept, "fact_fields_left_out": len(line) - len(kept)}


def _is_unlogged(name: object) -> bool:
    return str(name).lower().removeprefix(FACT) in UNLOGGED


def _tidied(value: object, depth: int) -> object:
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, str):
        return scrubbed(_QUERY_IN_URL.sub(r"\1", _USER_IN_URL.sub(rf"\1{HIDDEN}@", value)))
    if isinstance(value, Mapping):
        words = cast("Mapping[object, object]", value)
        if depth == 0:
            return HIDDEN
        return {str(name): _tidied(item, depth - 1) for name, item in words.items() if not _is_unlogged(name)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_tidied(item, depth - 1) for item in cast("list[object]", value)] if depth else HIDDEN
    return value


class Unfailing:
    """Where lines go. One that cannot be written is lost, and no answer with it: the disk is full, a file is closed."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()


def configure(log_format: str, *, process: str, level: int = logging.INFO) -> None:
    """Once in each process: `console` for people, `json` for machines; to standard error. `process` is its name."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _logger, _method, line: {"process": process, **line},
    ]
    # Tracebacks are tidied as well: the words of a foreign error may hold an address. Locals are never shown.
    last: list[Processor] = [structlog.processors.format_exc_info, tidy, declared, _renderer(log_format)]
    out = Unfailing(sys.stderr)
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", out)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderer(log_format: str) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(sort_keys=True, default=str)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )


def logger() -> Any:
    """The logger of this process; `logger().info("what happened", name=value)`."""
    return structlog.get_logger()


def request_id() -> str:
    """The id of the request under way, as its answer and its line have it; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
