"""A request's body -> parameters and, for uploads, a staged file. Nothing is held in memory but bounded fields."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from safelight.kernel.errors import Invalid, TooLarge
from safelight.settings import UploadSettings
from safelight.uploads.staging import Staged, Staging
from safelight.web.budget import Share
from safelight.web.form import json_words, urlencoded
from safelight.web.parts import boundary_of, header_options, parts

Params = dict[str, str | list[str]]

Proves = Callable[[Params], Awaitable[bool]]
"""Whether the words that came so far prove who sends them; raises what nothing that may still come could mend."""

FILE = "file"
MULTIPART = "multipart/form-data"
NAME_CHARS_MAX = 256
PARAM_BYTES_MAX = 16 * 1024 * 1024
"""Largest body of parameters alone, where no file can come."""
ITEMS_MAX = 10_000
"""Most items of all arrays (`public_ids[]`) of one request together."""
MEMORY = "memory"
"""Where in the state of a request its share of the memory stands (web/app.py)."""
ONE_FILE = "Only one file can be uploaded in one request"

_INDEX = re.compile(r"\[\d{0,6}\]$")


@dataclass(frozen=True)
class UploadBody:
    """What an upload sent. `staged` is None where `file` was a text, which then stands in `source`, or absent."""

    params: Params
    staged: Staged | None = None
    filename: str | None = None
    source: str | None = None


class _Fields:
    """Collects fields under their limits; the one place where names are cleaned."""

    def __init__(self, settings: UploadSettings) -> None:
        self._settings = settings
        self._fields = 0
        self._items = 0
        self.params: Params = {}
        self.emptied: set[str] = set()

    @property
    def pairs_max(self) -> int:
        """So many words may come, arrays and all."""
        return self._settings.fields_max + ITEMS_MAX

    def add(self, name: str, value: str) -> None:
        if len(name) > NAME_CHARS_MAX:
            raise Invalid(f"Parameter name is too long: {name[:40]!a}")
        plain = _INDEX.sub("", name)
        self._fields += plain == name
        self._items += plain != name
        if self._fields > self._settings.fields_max or self._items > ITEMS_MAX:
            raise Invalid(f"Too many parameters. Maximum is {self._settings.fields_max}.")
        # In what is signed, `a=b` with the value c would be the same as a with the value `b=c`.
        if "=" in plain:
            raise Invalid(f"Invalid parameter name {plain[:40]!a}")
        check_text(plain, "name")
        check_text(value, plain)
        if value == "" or plain == "":
            self.emptied.add(plain)
            return
        known = self.params.get(plain)
        if isinstance(known, list):
            known.append(value)
        elif known is not None:
            self.params[plain] = [known, value]
        else:
            self.params[plain] = [value] if plain != name else value

    def add_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        for name, value in pairs:
            self.add(name, value)


def check_text(value: str, name: str) -> None:
    """Raises Invalid for what no database can keep: a zero byte, or half of a surrogate pair."""
    if "\x00" in value or not (value.isascii() or _is_utf8(value)):
        raise Invalid(f"Invalid characters in parameter {name[:40]!a}")


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


async def read_params(request: Request, settings: UploadSettings | None = None) -> Params:
    """Parameters of any request: query, urlencoded, JSON (with any method), multipart without files.

    `name[]` and `name[0]` become `name` with a list; empty values are dropped, JSON scalars become text.
    """
    return (await read_words(request, settings))[0]


async def read_words(request: Request, settings: UploadSettings | None = None) -> tuple[Params, frozenset[str]]:
    """The same, with the names of those that were said to be nothing: to some calls that is not the same as silence."""
    fields = _Fields(settings or UploadSettings())
    gate = _Gate(request)
    _add_query(fields, request)
    if _content_type(request) == MULTIPART:
        await _read_multipart(request, fields, None, gate, PARAM_BYTES_MAX, PARAM_BYTES_MAX)
    else:
        _add_body(fields, _content_type(request), await _whole(request, gate, PARAM_BYTES_MAX))
    return fields.params, frozenset(fields.emptied)


def json_params(body: bytes, settings: UploadSettings | None = None) -> Params:
    """The same of a JSON object that did not come as a body."""
    fields = _Fields(settings or UploadSettings())
    fields.add_all(json_words(body))
    return fields.params


async def read_upload(
    request: Request,
    staging: Staging,
    settings: UploadSettings,
    *,
    size_bytes_max: int,
    unproved: Share | None = None,
    proves: Proves | None = None,
    name: str = FILE,
) -> UploadBody:
    """Parameters and the file of an upload, which is called `name`. It flows into the staging folder as it comes.

    What is sent with PUT is the file itself, and the parameters stand in the query. As long as the words do not prove
    who sends them, all that comes is taken from `unproved`.
    """
    _check_length(request, settings.request_bytes_max)
    fields, gate = _Fields(settings), _Gate(request, unproved, proves)
    _add_query(fields, request)
    await gate.look(fields.params)
    # Pages that send a file in pieces call each of them `blob`, and tell the name of the file outside of the form.
    filename = _disposition_filename(request)
    if request.method == "PUT":
        async with aclosing(_stream(request, gate, settings.request_bytes_max)) as body:
            return UploadBody(fields.params, await staging.stage(body, size_bytes_max=size_bytes_max), filename)
    if _content_type(request) != MULTIPART:
        _add_body(fields, _content_type(request), await _whole(request, gate, settings.field_bytes_max))
        return UploadBody(fields.params, source=_pop_source(fields.params, name))
    files = _Files(staging, size_bytes_max, name)
    try:
        await _read_multipart(request, fields, files, gate, settings.request_bytes_max, settings.field_bytes_max)
        source = _pop_source(fields.params, name)
        if files.staged is not None and source is not None:
            raise Invalid(ONE_FILE)
    except BaseException:
        await files.drop()
        raise
    return UploadBody(fields.params, files.staged, filename or files.filename, source)


class _Gate:
    """What a request takes from others while it is read: memory (web/app.py shares it out), and trust."""

    def __init__(self, request: Request, unproved: Share | None = None, proves: Proves | None = None) -> None:
        self._memory: Share | None = request.scope.get("state", {}).get(MEMORY)
        self._unproved = unproved
        self._proves = proves

    async def look(self, params: Params) -> None:
        """More words have come: do they prove who sends them?"""
        if self._proves is not None and await self._proves(params):
            self._proves = None
            if self._unproved is not None:
                self._unproved.give_back()

    def take(self, size_bytes: int) -> None:
        if self._unproved is not None:
            self._unproved.take(size_bytes)

    def hold(self, size_bytes: int) -> None:
        if self._memory is not None:
            self._memory.take(size_bytes)


class _Files:
    """Stages the one file that an upload may have."""

    def __init__(self, staging: Staging, size_bytes_max: int, name: str) -> None:
        self.name = name
        self.pair: tuple[str, ...] = () if name == FILE else (f"{name}[0]", f"{name}[1]")
        self._staging = staging
        self._size_bytes_max = size_bytes_max
        self.staged: Staged | None = None
        self.filename: str | None = None

    async def add(self, filename: str, chunks: AsyncIterator[bytes]) -> None:
        if self.staged is not None:
            raise Invalid(ONE_FILE)
        check_text(filename, "filename")
        self.filename = filename or None
        self.staged = await self._staging.stage(chunks, size_bytes_max=self._size_bytes_max)

    async def drop(self) -> None:
        if self.staged is not None:
            await self._staging.drop(self.staged)


async def _read_multipart(
    request: Request, fields: _Fields, files: _Files | None, gate: _Gate, bytes_max: int, memory_bytes: int
) -> None:
    """Fields are held, all of them together within `memory_bytes`; files go where `files` puts them, or nowhere."""
    boundary = boundary_of(request.headers["content-type"])
    async with (
        aclosing(_stream(request, gate, bytes_max)) as body,
        aclosing(parts(body, boundary, parts_max=fields.pairs_max + 1)) as found,
    ):
        async for part in found:
            if files is not None and part.name in files.pair:
                # One SDK sends a file as a list of its name and its bytes.
                if part.name == files.pair[-1]:
                    await files.add("", part.chunks)
            elif part.filename is None:
                raw = await _bytes_of(part.chunks, gate, memory_bytes, part.name)
                memory_bytes -= len(raw)
                fields.add(part.name, _decoded(raw, part.name))
            elif files is not None and part.name == files.name:
                await gate.look(fields.params)
                await files.add(part.filename, part.chunks)


async def _bytes_of(chunks: AsyncIterator[bytes], gate: _Gate, bytes_max: int, name: str) -> bytes:
    raw = bytearray()
    async for chunk in chunks:
        gate.hold(len(chunk))
        raw += chunk
        if len(raw) > bytes_max:
            raise Invalid(f"Parameter {name[:40]!a} is too long")
    return bytes(raw)


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"Parameter {name[:40]!a} is not valid UTF-8") from error


def _pop_source(params: Params, name: str) -> str | None:
    source = params.pop(name, None)
    if isinstance(source, list):
        if len(source) > 1:
            raise Invalid(ONE_FILE)
        return source[0]
    return source


def _disposition_filename(request: Request) -> str | None:
    filename = header_options(request.headers.get("content-disposition", ""))[1].get("filename")
    if not filename:
        return None
    try:
        # They escape it as a URL, since a header of a browser holds no other letters.
        filename = unquote(filename, errors="strict")
    except UnicodeDecodeError as error:
        raise Invalid("Invalid file name") from error
    check_text(filename, "filename")
    return filename


def _content_type(request: Request) -> str:
    return header_options(request.headers.get("content-type", ""))[0]


def _check_length(request: Request, bytes_max: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > bytes_max:
        raise _too_large(bytes_max)


def _too_large(bytes_max: int) -> TooLarge:
    return TooLarge(f"Request body is too large. Maximum is {bytes_max} bytes; send larger files in chunks.")


async def _stream(request: Request, gate: _Gate, bytes_max: int) -> AsyncGenerator[bytes]:
    """The body as it comes. A client that leaves in the middle raises ClientDisconnect."""
    size_bytes = 0
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > bytes_max:
            raise _too_large(bytes_max)
        if chunk:
            gate.take(len(chunk))
            yield chunk


async def _whole(request: Request, gate: _Gate, bytes_max: int) -> bytes:
    _check_length(request, bytes_max)
    body = bytearray()
    async with aclosing(_stream(request, gate, bytes_max)) as chunks:
        async for chunk in chunks:
            gate.hold(len(chunk))
            body += chunk
    return bytes(body)


def _add_query(fields: _Fields, request: Request) -> None:
    fields.add_all(urlencoded(request.scope.get("query_string", b""), fields.pairs_max))


def _add_body(fields: _Fields, kind: str, body: bytes) -> None:
    if not body.strip():
        return
    if kind == "application/json" or kind.endswith("+json"):
        fields.add_all(json_words(body))
    elif kind in {"application/x-www-form-urlencoded", ""}:
        fields.add_all(urlencoded(body, fields.pairs_max))
    else:
        raise Invalid(f"Unsupported content type {kind[:100]}")
