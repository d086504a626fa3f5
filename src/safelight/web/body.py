"""A request's body -> parameters and, for uploads, a staged file. Nothing is held in memory but bounded fields."""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header
from starlette.requests import Request

from safelight.kernel.errors import Invalid, TooLarge
from safelight.settings import UploadSettings
from safelight.uploads.staging import Staged, Staging

Params = dict[str, str | list[str]]

FILE = "file"
BOUNDARY_CHARS_MAX = 200
NAME_CHARS_MAX = 256
PARAM_BYTES_MAX = 16 * 1024 * 1024
"""Largest body of parameters alone, where no file can come."""

ITEMS_MAX = 10_000
"""Most items of all arrays (`public_ids[]`) of one request together."""

_INDEX = re.compile(r"\[\d{0,6}\]$")
_EXTENDED_FILENAME = re.compile(r";\s*filename\*\s*=\s*\"?([^;\"]*)", re.IGNORECASE)


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

    def add(self, name: str, value: str) -> None:
        if len(name) > NAME_CHARS_MAX:
            raise Invalid(f"Parameter name is too long: {name[:40]!a}")
        plain = _INDEX.sub("", name)
        self._fields += plain == name
        self._items += plain != name
        if self._fields > self._settings.fields_max or self._items > ITEMS_MAX:
            raise Invalid(f"Too many parameters. Maximum is {self._settings.fields_max}.")
        _check_text(plain, "name")
        _check_text(value, plain)
        if value == "" or plain == "":
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


def _check_text(value: str, name: str) -> None:
    # Neither a zero byte nor half of a surrogate pair can be kept by the database.
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Invalid(f"Invalid characters in parameter {name[:40]!a}")


async def read_params(request: Request, settings: UploadSettings | None = None) -> Params:
    """Parameters of any request: query, urlencoded, JSON (with any method), multipart without files.

    `name[]` and `name[0]` become `name` with a list; empty values are dropped, JSON scalars become text.
    """
    settings = settings or UploadSettings()
    fields = _Fields(settings)
    _add_query(fields, request)
    kind, options = _content_type(request)
    if kind == "multipart/form-data":
        async with aclosing(_segments(request, _boundary(options), settings, PARAM_BYTES_MAX)) as segments:
            async for segment, chunks in segments:
                if not _is_file(segment):
                    name = segment.name or ""
                    fields.add(name, await _text_of(chunks, PARAM_BYTES_MAX, name))
    else:
        body = await _whole(request, PARAM_BYTES_MAX)
        _add_body(fields, kind, body)
    return fields.params


async def read_upload(
    request: Request, staging: Staging, settings: UploadSettings, *, size_bytes_max: int
) -> UploadBody:
    """Parameters and the file of an upload. The file part flows into the staging folder as it comes."""
    _check_length(request, settings.request_bytes_max)
    fields = _Fields(settings)
    _add_query(fields, request)
    kind, options = _content_type(request)
    if request.method == "PUT":
        staged = await staging.stage(_stream(request, settings.request_bytes_max), size_bytes_max=size_bytes_max)
        return UploadBody(fields.params, staged, filename=_raw_filename(request))
    if kind != "multipart/form-data":
        body = await _whole(request, settings.field_bytes_max)
        _add_body(fields, kind, body)
        return _without_source(fields.params)
    return await _read_multipart(request, _boundary(options), fields, staging, settings, size_bytes_max)


async def _read_multipart(
    request: Request,
    boundary: str,
    fields: _Fields,
    staging: Staging,
    settings: UploadSettings,
    size_bytes_max: int,
) -> UploadBody:
    staged: Staged | None = None
    filename: str | None = None
    memory = settings.field_bytes_max
    try:
        async with aclosing(_segments(request, boundary, settings, settings.request_bytes_max)) as segments:
            async for segment, chunks in segments:
                name = segment.name or ""
                if name == FILE and _is_file(segment):
                    if staged is not None:
                        raise Invalid("Only one file can be uploaded in one request")
                    filename = _filename(segment)
                    staged = await staging.stage(chunks, size_bytes_max=size_bytes_max)
                elif not _is_file(segment):
                    fields.add(name, await _text_of(chunks, memory, name))
                    memory -= segment.bytes_received
        body = _without_source(fields.params)
        if staged is not None and body.source is not None:
            raise Invalid("Only one file can be uploaded in one request")
    except BaseException:
        if staged is not None:
            await staging.drop(staged)
        raise
    return UploadBody(body.params, staged, filename, body.source)


def _without_source(params: Params) -> UploadBody:
    source = params.pop(FILE, None)
    if isinstance(source, list):
        if len(source) > 1:
            raise Invalid("Only one file can be uploaded in one request")
        source = source[0]
    return UploadBody(params, source=source)


# --- multipart --------------------------------------------------------------------------------------------------


async def _segments(
    request: Request, boundary: str, settings: UploadSettings, bytes_max: int
) -> AsyncGenerator[tuple[MultipartSegment, AsyncIterator[bytes]]]:
    """Each part with its bytes as they come. What the consumer leaves of a part is read over."""
    async with aclosing(_events(request, boundary, settings.fields_max + ITEMS_MAX, bytes_max)) as events:
        async for event in events:
            if isinstance(event, MultipartSegment):
                body = _until_none(events)
                async with aclosing(body):
                    yield event, body
                    async for _ in body:
                        pass


async def _events(
    request: Request, boundary: str, segments_max: int, bytes_max: int
) -> AsyncGenerator[MultipartSegment | bytes | None]:
    """A part's head, then its bytes, then None; and the next."""
    try:
        parser = PushMultipartParser(boundary, max_segment_count=segments_max)
        async with aclosing(_stream(request, bytes_max)) as chunks:
            async for chunk in chunks:
                # What stands behind the last boundary is read, so that the client can finish, and passed over.
                if not parser.closed:
                    for event in parser.parse(chunk):
                        yield bytes(event) if isinstance(event, bytearray) else event
        parser.close()
    except ParserLimitReached as error:
        raise Invalid(f"Invalid multipart body, a limit is reached: {error}") from error
    except MultipartError as error:
        raise Invalid(f"Invalid multipart body: {error}") from error


async def _until_none(events: AsyncIterator[MultipartSegment | bytes | None]) -> AsyncGenerator[bytes]:
    async for event in events:
        if not isinstance(event, bytes):
            return
        yield event


async def _text_of(chunks: AsyncIterator[bytes], bytes_max: int, name: str) -> str:
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) > bytes_max:
            raise Invalid(f"Parameter {name[:40]!a} is too long. Maximum is {bytes_max} bytes.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"Parameter {name[:40]!a} is not valid UTF-8") from error


def _is_file(segment: MultipartSegment) -> bool:
    return segment.filename is not None or _extended_filename(segment) is not None


def _extended_filename(segment: MultipartSegment) -> str | None:
    found = _EXTENDED_FILENAME.search(segment.header("Content-Disposition") or "")
    return found[1] if found else None


def _filename(segment: MultipartSegment) -> str | None:
    """The name of the file; `filename*` (RFC 5987) wins where a client sends it."""
    name = segment.filename
    extended = _extended_filename(segment)
    if extended and extended.count("'") >= 2:
        charset, _, encoded = extended.split("'", 2)
        try:
            name = unquote(encoded, encoding=charset or "utf-8", errors="strict")
        except (UnicodeDecodeError, LookupError) as error:
            raise Invalid("Invalid file name") from error
    if name:
        _check_text(name, "filename")
    return name or None


def _raw_filename(request: Request) -> str | None:
    _, options = parse_options_header(request.headers.get("content-disposition", ""))
    return options.get("filename") or None


def _content_type(request: Request) -> tuple[str, dict[str, str]]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    return kind, options


def _boundary(options: dict[str, str]) -> str:
    boundary = options.get("boundary", "")
    if not boundary or len(boundary) > BOUNDARY_CHARS_MAX or "\n" in boundary:
        raise Invalid("Invalid multipart body: missing or malformed boundary")
    return boundary


# --- everything else ---------------------------------------------------------------------------------------------


def _check_length(request: Request, bytes_max: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > bytes_max:
        raise TooLarge(f"Request body is too large. Maximum is {bytes_max} bytes; send larger files in chunks.")


async def _stream(request: Request, bytes_max: int) -> AsyncGenerator[bytes]:
    """The body as it comes. A client that leaves in the middle raises ClientDisconnect."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > bytes_max:
            raise TooLarge(f"Request body is too large. Maximum is {bytes_max} bytes; send larger files in chunks.")
        if chunk:
            yield chunk


async def _whole(request: Request, bytes_max: int) -> bytes:
    _check_length(request, bytes_max)
    body = bytearray()
    async with aclosing(_stream(request, bytes_max)) as chunks:
        async for chunk in chunks:
            body += chunk
    return bytes(body)


def _add_query(fields: _Fields, request: Request) -> None:
    fields.add_all(_urlencoded(request.scope.get("query_string", b"")))


def _add_body(fields: _Fields, kind: str, body: bytes) -> None:
    if not body.strip():
        return
    if kind == "application/json" or kind.endswith("+json"):
        _add_json(fields, body)
    elif kind in {"application/x-www-form-urlencoded", ""}:
        fields.add_all(_urlencoded(body))
    else:
        raise Invalid(f"Unsupported content type {kind[:100]}")


def _urlencoded(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Invalid("Parameters are not valid UTF-8") from error


def _add_json(fields: _Fields, body: bytes) -> None:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid JSON in the body") from error
    if not isinstance(value, dict):
        raise Invalid("The JSON body must be an object")
    entries: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
    for name, entry in entries.items():
        if isinstance(entry, list) and all(not isinstance(item, (dict, list)) for item in entry):  # pyright: ignore[reportUnknownVariableType]
            items: list[Any] = entry  # pyright: ignore[reportUnknownVariableType]
            for item in items:
                fields.add(f"{name}[]", _json_text(item))
        else:
            fields.add(name, _json_text(entry))


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError as error:
        raise Invalid("Invalid JSON in the body") from error
