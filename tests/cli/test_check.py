"""The doctor: each look is a finding, and a fault is exit 1."""

import json
from pathlib import Path

import pytest

from safelight.cli.check import MENDS, State, examined, of_formats, of_pages
from safelight.kernel.secret import Secret
from safelight.settings import BlobSettings, DatabaseSettings, ScriptSettings, Settings, SourceSettings
from safelight.webhooks import receivers
from tests.cli.test_config import shown


def test_everything_is_looked_at_and_nothing_is_made(tmp_path: Path):
    data = tmp_path / "data"
    done = shown(tmp_path, "check", "--json", "--data", str(data))
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (0, True), told
    names = {finding["name"].split(":")[0] for finding in told["findings"]}
    assert names == {
        "python",
        "packages",
        "pictures",
        "formats",
        "sandbox",
        "sandbox of scripts",
        "database",
        "store",
        "data folder",
        "privacy",
        "pages",
        "fonts",
        "eyes",
        "scripts",
        "sources",
        "open files",
    }
    layers = {"limits", "parent death", "privileges", "namespaces", "landlock", "landlock ports", "seccomp"}
    for what in ("sandbox", "sandbox of scripts"):
        found = {
            finding["name"].partition(": ")[2] for finding in told["findings"] if finding["name"].startswith(f"{what}:")
        }
        assert found == layers
    assert not data.exists()


def test_files_of_the_pages_that_are_missing_or_changed_are_named(tmp_path):
    (tmp_path / "htmx.js").write_text("something else")
    found = of_pages(tmp_path)
    assert (found.state, found.found) == (State.WARNING, "missing or changed: htmx.js, sprite.svg")
    assert "make up" in found.mend


@pytest.mark.parametrize(
    ("lacking", "state", "word"),
    [({}, State.OK, "heic"), ({"jxl": "imagecodecs"}, State.WARNING, "jxl (library imagecodecs)")],
)
def test_formats_that_cannot_be_done_are_named(lacking, state, word):
    finding = of_formats(lacking)
    assert (finding.name, finding.state) == ("formats", state)
    assert word in finding.found
    assert bool(finding.mend) == (state is State.WARNING)


def with_database(url: str) -> Settings:
    return Settings(database=DatabaseSettings(url=Secret(url)))


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (with_database("postgresql://nobody@127.0.0.1:1/none"), "database"),
        (Settings(database=DatabaseSettings(postgres_bin=Path("/nonexistent"))), "database"),
        (Settings(data=Path("/proc/safelight")), "data folder"),
        (Settings(blobs=BlobSettings(url=Secret("file:///proc/safelight"))), "store"),
        (Settings(blobs=BlobSettings(url=Secret("floppy://a"))), "store"),
        (Settings(script=ScriptSettings(memory_bytes_max=1000)), "scripts"),
        (Settings(source=SourceSettings(s3=Secret("nonsense"))), "sources"),
    ],
)
async def test_a_fault_is_named_with_what_mends_it(settings: Settings, name: str):
    (finding,) = await examined(settings, [name])
    assert (finding.name, finding.state, finding.mend) == (name, State.FAULT, MENDS[name])
    assert "\n" not in finding.found


async def test_receivers_that_are_paused_are_named(tables: str, database, now):
    looked = (with_database(tables), ["receivers of notifications"])
    assert [finding.state for finding in await examined(*looked)] == [State.OK]
    async with database.transaction() as session:
        await receivers.note_given_up(session, "cloud", "https://a.example/", most=1, now=now)
    (finding,) = await examined(*looked)
    assert (finding.state, finding.found) == (State.WARNING, "1 paused: nothing is sent to them")


async def test_a_running_database_is_asked(postgres_url: str):
    (finding,) = await examined(with_database(postgres_url), ["database"])
    assert (finding.state, finding.found[:13]) == (State.OK, "PostgreSQL 18")


def test_a_fault_ends_with_1(tmp_path: Path):
    done = shown(tmp_path, "check", SAFELIGHT_DATABASE="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "fault    database: " in done.stdout
