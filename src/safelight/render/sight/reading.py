"""Reading: where text is in a picture, by an installed tesseract: a confined program, on pixels made safe before.

To cut around text only its places are asked for, and what it says is not kept; its owner may ask what it says.
"""

import asyncio
import contextlib
import csv
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import safelight
from safelight.kernel.errors import Invalid, NotAvailable
from safelight.render.model import Render
from safelight.render.sight.boxes import Part, regions, union
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Fit, Plan, Px, Resize
from safelight.transform.source import Region

VARIABLE = "SAFELIGHT_RENDER_TESSERACT"
IDENTITY = "tesseract-1"
READ_SIDE_PX_MAX = 1600
READ_SIDE_PX_MIN = 1000
"""What is read is made smaller or larger to this: letters of ten px are enough, those of five are none."""
LINES_MAX = 64
WRITTEN_LINES_MAX = 2000
OUTPUT_BYTES_MAX = 8 * 1024 * 1024

Word = tuple[str, float, float, float, float, float]
"""What it says; left, top, width and height in shares of the picture; how sure that is, 0 to 1."""

# Of a word, in percent; pictures without text are full of guesses.
_SURE_MIN = 55.0
_WORD_LEVEL = "5"
_COMMAND = (sys.executable, "-P", "-m", "safelight.render.sight.confined")
_ROOT = Path(safelight.__file__).parent.parent


@dataclass(frozen=True)
class Reader:
    """Reads pictures, one after another: a reader takes a whole core."""

    settings: RenderSettings
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    @property
    def program(self) -> Path | None:
        """The program that reads; None where there is none."""
        return _found(self.settings.tesseract)

    @staticmethod
    def missing() -> Invalid:
        """The words where there is none."""
        return Invalid(
            f"This installation cannot see text: tesseract is not installed, and {VARIABLE} names no other place."
        )

    def identity(self) -> str:
        """By what text is found: another version of it may find other text."""
        program = self.program
        if program is None:
            return ""
        about = program.stat()
        return f"{IDENTITY}-{about.st_size}-{int(about.st_mtime)}-{self.settings.tesseract_languages}"

    async def read(self, render: Render, source: Path, *, format: str, tenant: str = "") -> tuple[Region, ...]:
        """The lines of text of a picture of a format. Raises Invalid where nothing can read, or for a broken file."""
        table, size = await self._table(render, source, format, tenant)
        return tuple(regions("text", lines(table)[:LINES_MAX], size))

    async def written(self, render: Render, source: Path, *, format: str, tenant: str = "") -> list[list[Word]]:
        """The words of a picture, line by line as they are read. Raises as `read` does."""
        table, size = await self._table(render, source, format, tenant)
        return [
            [(text, *_shares(part, size), round(part.score, 4)) for text, part in line]
            for line in words(table)[:WRITTEN_LINES_MAX]
        ]

    async def _table(self, render: Render, source: Path, format: str, tenant: str) -> tuple[str, Size]:
        program = self.program
        if program is None:
            raise self.missing()
        # A file that nobody trusts goes through the darkroom first; the reader meets plain pixels.
        most, least = Px(READ_SIDE_PX_MAX), Px(READ_SIDE_PX_MIN)
        steps = (Resize(most, most, Fit.LIMIT), Resize(least, least, Fit.MFIT))
        plan = Plan(steps, encode=Encode(format="png"))
        plain = await render.render(plan, source, source_format=format, tenant=tenant)
        async with self.turn:
            table = await self._run(program, plain.data)
        return table, Size(plain.width, plain.height)

    async def _run(self, program: Path, picture: bytes) -> str:
        seconds = self.settings.seconds_max
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            *(str(program), str(self.settings.memory_bytes_max), str(seconds)),
            *("stdin", "stdout", "-l", self.settings.tesseract_languages, "--psm", "11", "tsv"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        )
        try:
            async with asyncio.timeout(seconds):
                output, _ = await process.communicate(picture)
        except TimeoutError as error:
            raise NotAvailable("The text of this image takes too long to find; try again later.") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode != 0 or len(output) > OUTPUT_BYTES_MAX:
            raise NotAvailable("The text of this image could not be found.", returncode=process.returncode)
        return output.decode(errors="replace")


def lines(table: str) -> list[Part]:
    """The lines of text that a table of tesseract tells of (TSV, one row a word), the surest first."""
    found = [_line([part for _, part in line]) for line in words(table)]
    return sorted(found, key=lambda part: (-part.score, part.y, part.x))


def words(table: str) -> list[list[tuple[str, Part]]]:
    """The words that a table tells of and where they are, line by line, in its order."""
    by_line: dict[tuple[str, ...], list[tuple[str, Part]]] = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = _word(row)
        if word is not None:
            line = (row["page_num"], row["block_num"], row["par_num"], row["line_num"])
            by_line.setdefault(line, []).append((row["text"], word))
    return list(by_line.values())


def _shares(part: Part, size: Size) -> tuple[float, float, float, float]:
    """A place in shares of the picture."""
    across, down = 1 / size.width, 1 / size.height
    places = (part.x * across, part.y * down, part.width * across, part.height * down)
    x, y, width, height = (round(place, 5) for place in places)
    return x, y, width, height


def _word(row: dict[str, str]) -> Part | None:
    """The place of a word; None for what is none, or a guess."""
    try:
        sure, text = float(row["conf"]), row["text"]
        left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    except (KeyError, TypeError, ValueError):
        return None
    if row.get("level") != _WORD_LEVEL or sure < _SURE_MIN or not any(letter.isalnum() for letter in text or ""):
        return None
    return Part(left, top, width, height, sure / 100)


def _line(words: list[Part]) -> Part:
    around = union(words)
    return Part(around.x, around.y, around.width, around.height, sum(word.score for word in words) / len(words))


@lru_cache(maxsize=8)
def _found(named: Path | None) -> Path | None:
    if named is not None:
        return named if named.is_file() else None
    found = shutil.which("tesseract")
    return Path(found) if found else None
