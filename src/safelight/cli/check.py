"""`safelight check`: the doctor: what works, what is missing, and how to mend it."""

import argparse
import asyncio
import platform
import resource
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from safelight import __version__
from safelight.cli import printing
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.clock import SystemClock
from safelight.kernel.errors import SafelightError
from safelight.kernel.media import FORMATS, Kind
from safelight.settings import Settings

PYTHON_MIN = (3, 11)
POSTGRES_MIN = 160000
OPEN_FILES_MIN = 4096
FREE_BYTES_LOW = 2 * 1024**3
SECONDS_MAX = 60
PACKAGES = ("pyvips", "pyvips-binary", "pillow", "numpy", "starlette", "uvicorn", "uvloop", "psycopg", "sqlalchemy")
PROBE_KEY = "health/check"
UNSAID = {
    "name": "Who runs it: SAFELIGHT_MAIL_BRAND, or controller.name in the file of SAFELIGHT_PRIVACY_POLICY",
    "postal": "Where: SAFELIGHT_MAIL_POSTAL_ADDRESS, or controller.postal there",
    "contact": "The address for requests: controller.contact there",
    "authority": "The authority to complain to: controller.authority there",
}
PUBLISH = "Then `safelight privacy policy post`."


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """What one look found. `mend` says what to do where it is not ok."""

    name: str
    state: State
    found: str
    mend: str = ""


Look = Callable[[Settings], Awaitable[Iterable[Finding]]]


def add_to(subparsers: Subparsers) -> None:
    check = subparsers.add_parser(
        "check", parents=[with_data(), with_json()], help="what works, what is missing, how to mend it"
    )
    check.set_defaults(run=run_check)


def run_check(args: argparse.Namespace) -> int:
    from safelight.boot import tree

    findings = tree.run(examined(settings_of(args)))
    has_fault = any(finding.state is State.FAULT for finding in findings)
    if args.as_json:
        print(printing.json_text({"ok": not has_fault, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            print(f"{finding.state:<8} {finding.name}: {finding.found}")
            if finding.mend:
                print(f"         {finding.mend}")
    return 1 if has_fault else 0


async def examined(settings: Settings, names: Iterable[str] | None = None) -> list[Finding]:
    """All looks, or those of the names, one after another; one that fails or hangs is a finding and not the end."""
    findings: list[Finding] = []
    for name in LOOKS if names is None else names:
        look = LOOKS[name]
        try:
            async with asyncio.timeout(SECONDS_MAX):
                findings += await look(settings)
        except SafelightError as error:
            findings.append(Finding(name, State.FAULT, error.message, MENDS[name]))
        except TimeoutError:
            findings.append(Finding(name, State.FAULT, f"no answer within {SECONDS_MAX} s", MENDS[name]))
        except OSError as error:
            findings.append(Finding(name, State.FAULT, error.strerror or str(error), MENDS[name]))
    return findings


async def _python(_settings: Settings) -> list[Finding]:
    found = f"Safelight {__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    if sys.version_info < PYTHON_MIN:
        return [Finding("python", State.FAULT, found, "Install Python 3.11 or later.")]
    return [Finding("python", State.OK, found)]


async def _packages(_settings: Settings) -> list[Finding]:
    there: list[str] = []
    missing: list[str] = []
    for name in PACKAGES:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return [Finding("packages", State.FAULT, f"missing: {', '.join(missing)}", MENDS["packages"])]
    return [Finding("packages", State.OK, ", ".join(there))]


async def _pictures(settings: Settings) -> list[Finding]:
    """A picture is made in every format that can be written: by the real children, behind the real sandbox."""
    from safelight.render import formats
    from safelight.render.darkroom import Darkroom
    from safelight.transform.plan import Encode, Plan
    from safelight.web.health import TINY_PNG

    lacking = formats.missing()
    writable = [name for name, format in FORMATS.items() if format.writable and name not in lacking]
    broken: list[str] = []
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(TINY_PNG)
        file.flush()
        source = Path(file.name)
        async with Darkroom(settings.render) as darkroom:
            for name in writable:
                try:
                    await darkroom.render(Plan(encode=Encode(format=name)), source, source_format="png")
                except SafelightError as error:
                    broken.append(f"{name} ({error.message})")
    if broken:
        return [Finding("pictures", State.FAULT, f"cannot be written: {', '.join(broken)}", MENDS["pictures"])]
    readable = ", ".join(name for name, format in FORMATS.items() if format.readable and name not in lacking)
    return [
        Finding("pictures", State.OK, f"reads {readable}; writes {', '.join(writable)} (tried)"),
        of_formats(lacking),
    ]


def of_formats(lacking: Mapping[str, str]) -> Finding:
    """The formats that are answered with 400 here: for want of a library on this machine, or of any free one."""
    if lacking:
        words = ", ".join(f"{name} (library {library})" for name, library in lacking.items())
        return Finding("formats", State.WARNING, f"not on this machine: {words}", MENDS["formats"])
    images = [format for format in FORMATS.values() if format.kind is Kind.IMAGE]
    unread = ", ".join(format.name for format in images if not format.readable)
    unwritten = ", ".join(format.name for format in images if format.readable and not format.writable)
    found = f"no free library: not read {unread}; read but not written {unwritten}"
    return Finding("formats", State.OK, found)


async def _sandbox(settings: Settings) -> Iterable[Finding]:
    """What really confines a child that is started for this: one for pictures, and one for scripts."""
    from safelight.render import process
    from safelight.scripting.run import RunScript

    child = await process.start(settings.render)
    await child.end()
    return [
        *of_layers("sandbox", child.layers),
        *of_layers("sandbox of scripts", await RunScript(settings.script).layers()),
    ]


def of_layers(what: str, layers: Mapping[str, str]) -> Iterable[Finding]:
    """A layer that is missing is a warning, unless the others forbid the same."""
    from safelight.render.sandbox import DOUBLED

    for name, state in layers.items():
        if state == "on" or name in DOUBLED:
            yield Finding(f"{what}: {name}", State.OK, state)
        else:
            yield Finding(f"{what}: {name}", State.WARNING, state, MENDS["sandbox"])


async def _database(settings: Settings) -> list[Finding]:
    from safelight.adapters.database import binaries
    from safelight.adapters.database.embedded import running_url

    if settings.database.url is not None:
        return [await _server("a server by SAFELIGHT_DATABASE", settings.database.url.reveal())]
    url = running_url(settings.data)
    if url is not None:
        return [await _server("the embedded server, running", url)]
    user = binaries.server_user(settings.data.absolute() / "postgres")
    folder, found = await asyncio.to_thread(binaries.reachable, settings.database.postgres_bin, user)
    return [Finding("database", State.OK, f"PostgreSQL {found} in {folder}, starts with `safelight up`")]


async def _server(which: str, url: str) -> Finding:
    from sqlalchemy import text

    from safelight.adapters.database.postgres import PostgresDatabase
    from safelight.adapters.queue import procrastinate

    database = PostgresDatabase(url, defer=procrastinate.defer, pool_size=1)
    try:
        async with database.transaction() as session:
            row = await session.fetch_one(text("SELECT current_setting('server_version_num')::int AS number"))
    finally:
        await database.close()
    number = int(row["number"]) if row else 0
    found = f"PostgreSQL {number // 10000}.{number % 10000}, {which}"
    if number < POSTGRES_MIN:
        return Finding("database", State.FAULT, found, "Use PostgreSQL 16 or later.")
    return Finding("database", State.OK, found)


async def _receivers(settings: Settings) -> list[Finding]:
    """Only where a database runs that has the table: a new one has nobody to tell anything."""
    from safelight.adapters.database.embedded import running_url
    from safelight.cli.webhooks import paused_count

    url = settings.database.url.reveal() if settings.database.url else running_url(settings.data)
    count = await paused_count(url) if url else None
    if count is None:
        return []
    if count:
        found = f"{count} paused: nothing is sent to them"
        return [Finding("receivers of notifications", State.WARNING, found, MENDS["receivers of notifications"])]
    return [Finding("receivers of notifications", State.OK, "none is paused")]


async def _store(settings: Settings) -> list[Finding]:
    from safelight.adapters.blobs import from_url

    if settings.blobs.url is None:
        return [Finding("store", State.OK, f"files below {settings.data.absolute()}")]
    blobs = from_url(settings.blobs.url.reveal())
    try:
        await blobs.put(PROBE_KEY, _one(b"safelight"))
        await blobs.delete(PROBE_KEY)
    finally:
        await blobs.close()
    return [Finding("store", State.OK, "takes a file and gives it back (SAFELIGHT_BLOBS)")]


async def _one(chunk: bytes) -> AsyncIterator[bytes]:
    yield chunk


async def _folder(settings: Settings) -> list[Finding]:
    folder = settings.data.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free_bytes = shutil.disk_usage(there).free
    found = f"{folder}, {free_bytes // 1024**2} MiB free"
    try:
        # To try is the only true answer: rights say nothing to root, nor of a file system that only reads.
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        return [Finding("data folder", State.FAULT, f"{there}: {error.strerror}", MENDS["data folder"])]
    if free_bytes < FREE_BYTES_LOW:
        return [Finding("data folder", State.WARNING, found, "Make room; uploads are refused when none is left.")]
    return [Finding("data folder", State.OK, found)]


async def _privacy(settings: Settings) -> list[Finding]:
    """What readers of the privacy policy must be told, and only the operator knows."""
    from safelight.boot import promising

    missing = promising.policy_of(settings).controller.missing
    if missing:
        words = "; ".join(UNSAID[each] for each in missing)
        return [Finding("privacy", State.WARNING, f"not said yet: {', '.join(missing)}", f"{words}. {PUBLISH}")]
    return [Finding("privacy", State.OK, "who answers for personal data is said")]


async def _pages(_settings: Settings) -> list[Finding]:
    from safelight.console import vendor

    return [of_pages(vendor.PLACE)]


def of_pages(place: Path) -> Finding:
    """What browsers load beside the pages: others wrote it, and it does not lie in the source."""
    from safelight.console import vendor

    if missing := [name for name in vendor.SHA256 if not vendor.is_as_known(name, place)]:
        return Finding("pages", State.WARNING, f"missing or changed: {', '.join(missing)}", MENDS["pages"])
    return Finding("pages", State.OK, f"browser files are in place: {', '.join(vendor.SHA256)}")


async def _fonts(settings: Settings) -> list[Finding]:
    from safelight.render import font_set

    found: list[Finding] = []
    folder = settings.render.fonts
    if not font_set.files(font_set.FOLDER):
        found.append(Finding("fonts", State.FAULT, f"none in {font_set.FOLDER}", MENDS["packages"]))
    if folder is not None and not font_set.files(folder):
        mend = "Put .ttf, .otf or .ttc files there, or unset SAFELIGHT_RENDER_FONTS."
        found.append(Finding("fonts", State.WARNING, f"none in {folder}", mend))
    families = {path: len(font_set.families(path)) for path in (font_set.FOLDER, *([folder] if folder else []))}
    machine = sum(len(font_set.files(path)) for path in font_set.MACHINE_FOLDERS)
    told = f"{families[font_set.FOLDER]} families that came along"
    if folder is not None:
        told += f", {families[folder]} in {folder}"
    found.append(Finding("fonts", State.OK, f"{told}, {machine} files of the machine"))
    return found


async def _eyes(settings: Settings) -> Iterable[Finding]:
    from safelight.cli import eyes

    return (
        Finding(f"eyes: {name}", State.WARNING if mend else State.OK, found, mend)
        for name, found, mend in await asyncio.to_thread(eyes.seen, settings.render)
    )


async def _scripts(settings: Settings) -> list[Finding]:
    """One is run, by the real engine, in the real process."""
    from safelight.scripting.model import Script
    from safelight.scripting.run import RunScript

    script = Script("said = [1, 2].map(n => n * 2)", {"said": {}}, "said", SystemClock().now())
    if await RunScript(settings.script)(script) != [2, 4]:
        return [Finding("scripts", State.FAULT, "the engine answers nonsense", MENDS["scripts"])]
    return [Finding("scripts", State.OK, "eval and on_success are run (tried)")]


async def _sources(settings: Settings) -> list[Finding]:
    """Which are set up; whether the credentials open a bucket, only its owner knows."""
    from safelight.adapters.fetcher.buckets import sources_of

    found = ["http", "https", *(["ftp"] if settings.source.ftp else []), *sources_of(settings.source, settings.fetch)]
    return [Finding("sources", State.OK, f"uploads come from {', '.join(f'{scheme}://' for scheme in found)}")]


async def _open_files(_settings: Settings) -> list[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES_MIN:
        mend = f"Raise it (`ulimit -n {OPEN_FILES_MIN}`, LimitNOFILE of systemd): each connection needs one."
        return [Finding("open files", State.WARNING, f"{soft} at once (at most {hard})", mend)]
    return [Finding("open files", State.OK, f"{soft} at once")]


LOOKS: dict[str, Look] = {
    "python": _python,
    "packages": _packages,
    "pictures": _pictures,
    "sandbox": _sandbox,
    "database": _database,
    "receivers of notifications": _receivers,
    "store": _store,
    "data folder": _folder,
    "privacy": _privacy,
    "pages": _pages,
    "fonts": _fonts,
    "eyes": _eyes,
    "scripts": _scripts,
    "sources": _sources,
    "open files": _open_files,
}

MENDS = {
    "python": "Install Python 3.11 or later.",
    "packages": "Install them again: `make up`, or pip install safelight.",
    "pictures": "Install the packages again; the log of `safelight up` tells more.",
    "formats": "Install them again: `make up`, or pip install safelight; until then these formats answer 400.",
    "sandbox": "Pictures are decoded behind one layer less; use a newer kernel, or allow it in the container.",
    "database": "Look at SAFELIGHT_DATABASE, or unset it for the embedded server.",
    "receivers of notifications": "`safelight webhooks receivers CLOUD` names them, `… resume CLOUD ID` ends it.",
    "store": "Look at SAFELIGHT_BLOBS and the rights of its credentials, or unset it for a local folder.",
    "data folder": "Change its rights, or choose another folder with --data.",
    "privacy": "Look at the file of SAFELIGHT_PRIVACY_POLICY.",
    "pages": "Run `make up`, or install Safelight from its wheel; until then pages have no icons and load whole.",
    "fonts": "",
    "eyes": "Look at SAFELIGHT_MODELS, or unset it.",
    "scripts": "Install the packages again; raise SAFELIGHT_SCRIPT_MEMORY_BYTES_MAX and SAFELIGHT_SCRIPT_SECONDS_MAX.",
    "sources": "Look at the settings that begin with SAFELIGHT_SOURCE, or unset them.",
    "open files": "",
}
