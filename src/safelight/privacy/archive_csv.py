"""Twin: the records of a sheet as CSV, beside the same records as JSON: for who opens them in a table."""

import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import IO, Any

from safelight.privacy.archive_pages import json_text

CHUNK_BYTES = 64 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is computed by programs for tables: somebody's words must not be."""


class Twin:
    """Grows in a file of the moment while the records are written as JSON, and follows them in the archive."""

    def __init__(self, fields: Sequence[str], file: IO[bytes]) -> None:
        self._fields, self._file = fields, file
        self._write([fields])

    def add(self, records: Sequence[Mapping[str, Any]]) -> None:
        self._write([[cell(record.get(name)) for name in self._fields] for record in records])

    async def chunks(self) -> AsyncGenerator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk

    def _write(self, rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self._file.write(text.getvalue().encode())


def cell(value: Any) -> str | int | float:
    """What has parts stands in its cell as JSON."""
    match value:
        case None:
            return ""
        case bool() | dict() | list():
            return json_text(value)
        case int() | float():
            return value
        case _:
            text = str(value)
            return f"'{text}" if text.startswith(FORMULA) else text
