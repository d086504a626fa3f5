"""A multipart body -> its parts, as they come, none of them held."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

import multipart  # pyright: ignore[reportMissingTypeStubs]

from safelight.kernel.errors import Invalid

BOUNDARY_CHARS_MAX = 200

_EXTENDED_FILENAME = re.compile(r";\s*filename\*\s*=\s*\"?([^;\"]*)", re.IGNORECASE)

_Event = multipart.MultipartSegment | bytes | None


@dataclass(frozen=True)
class Part:
    """One part of a form. A file has a name, though it may be empty; `chunks` are its bytes, to be read once."""

    name: str
    filename: str | None
    chunks: AsyncIterator[bytes]

    @property
    def is_file(self) -> bool:
        return self.filename is not None


def header_options(value: str) -> tuple[str, dict[str, str]]:
    """`form-data; name="a"` -> (`form-data`, {`name`: `a`})."""
    found = multipart.parse_options_header(value)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return cast("tuple[str, dict[str, str]]", found)


def boundary_of(content_type: str) -> str:
    """Raises Invalid where there is none that can be."""
    boundary = header_options(content_type)[1].get("boundary", "")
    if not boundary or len(boundary) > BOUNDARY_CHARS_MAX or "\n" in boundary:
        raise Invalid("Invalid multipart body: missing or malformed boundary")
    return boundary


async def parts(body: AsyncIterator[bytes], boundary: str, *, parts_max: int) -> AsyncGenerator[Part]:
    """Each part in turn. What the consumer leaves of one is read over."""
    async with aclosing(_events(body, boundary, parts_max)) as events:
        async for event in events:
            if isinstance(event, multipart.MultipartSegment):
                async with aclosing(_until_none(events)) as chunks:
                    yield Part(event.name or "", _filename(event), chunks)
                    async for _ in chunks:
                        pass


async def _events(body: AsyncIterator[bytes], boundary: str, parts_max: int) -> AsyncGenerator[_Event]:
    """A part's head, then its bytes, then None; and the next."""
    try:
        parser = multipart.PushMultipartParser(boundary, max_segment_count=parts_max)
        async for chunk in body:
            # What stands behind the last boundary is read, so that the client can finish, and passed over.
            if not parser.closed:
                for event in parser.parse(chunk):
                    yield bytes(event) if isinstance(event, bytearray) else event
        parser.close()
    except multipart.ParserLimitReached as error:
        raise Invalid(f"Invalid multipart body, a limit is reached: {error}") from error
    except multipart.MultipartError as error:
        raise Invalid(f"Invalid multipart body: {error}") from error


async def _until_none(events: AsyncIterator[_Event]) -> AsyncGenerator[bytes]:
    async for event in events:
        if not isinstance(event, bytes):
            return
        yield event


def _filename(segment: multipart.MultipartSegment) -> str | None:
    """The name of the file; `filename*` (RFC 5987) wins where a client sends it. None: no file."""
    disposition = next((value for name, value in segment.headerlist if name == "Content-Disposition"), "")
    extended = _EXTENDED_FILENAME.search(disposition)
    if extended is None or extended[1].count("'") < 2:
        return segment.filename
    charset, _, encoded = extended[1].split("'", 2)
    try:
        return unquote(encoded, encoding=charset or "utf-8", errors="strict")
    except (UnicodeDecodeError, LookupError) as error:
        raise Invalid("Invalid file name") from error
