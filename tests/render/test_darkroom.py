"""A crash, a hang or a bomb costs one job an error and one child its life, never the service."""

import asyncio
import io
import os
import pickle
import resource
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from PIL import Image

from safelight.kernel.errors import Busy, Invalid, NotAvailable, SafelightError, TooMuch
from safelight.render import process
from safelight.render.darkroom import FILES_SPARE, Darkroom, DarkroomClient, serve_darkroom
from safelight.render.effect import vocabulary
from safelight.render.message import PARTS_MAX
from safelight.render.model import Part, PartFile, Probed, ProbeJob
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from safelight.transform.reference import Reference
from tests.pictures import photo
from tests.render.rogue import STARTED_AT

ROGUE = (sys.executable, "-P", str(Path(__file__).with_name("rogue.py")))
ONE = RenderSettings(children=1, seconds_max=20)


@pytest.fixture(scope="module")
async def rogue() -> AsyncIterator[Darkroom]:
    async with Darkroom(ONE, command=ROGUE) as darkroom:
        yield darkroom


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(photo(320, 240, orientation=6))
    return path


async def started(file: int) -> None:
    """Wait until a child works on this file."""
    async with asyncio.timeout(20):
        # Another process moves it: there is no event to wait for.
        while os.lseek(file, 0, os.SEEK_CUR) != STARTED_AT:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_picture_is_made_and_measured(source):
    async with Darkroom(ONE) as darkroom:
        assert await darkroom.probe(source, format="jpg") == Probed("jpg", 240, 320, 1, False)
        plan = parse("c_fill,w_40,h_30/f_webp,q_80", vocabulary())
        made = await darkroom.render(plan, source, source_format="jpg", tenant="acme")
        assert (made.format, made.width, made.height, made.frames) == ("webp", 40, 30, 1)
        assert Image.open(io.BytesIO(made.data)).size == (40, 30)
        with pytest.raises(Invalid, match="Invalid image file"):
            await darkroom.probe(source, format="png")


async def test_layers_reach_the_child_as_many_as_a_job_may_have_and_leave_nothing_open(source, tmp_path):
    dot = tmp_path / "dot"
    Image.new("RGB", (4, 4), (250, 0, 0)).save(dot, "PNG")
    names = [f"l{index}" for index in range(PARTS_MAX - 1)]
    chain = [f"l_{name},g_north_west,x_{5 * index}" for index, name in enumerate(names)]
    half = len(chain) // 2 + 1
    first = parse("/".join(chain[:half]), vocabulary())
    # More than a text may say: what is put together of many pictures has no text.
    plan = parse("/".join([*chain[half:], "l_itself,w_20,g_south_east/f_png"]), vocabulary())
    plan = replace(plan, steps=first.steps + plan.steps)
    # The picture below may be laid on itself: the same file, opened twice.
    parts = [PartFile(Part(Reference(name), "png"), dot) for name in names]
    parts.append(PartFile(Part(Reference("itself"), "jpg"), source))
    before = len(os.listdir("/proc/self/fd"))
    async with Darkroom(ONE) as darkroom:
        # More often than a child could bear if it kept them open.
        for _ in range(4):
            made = await darkroom.render(plan, source, source_format="jpg", parts=parts)
        picture = Image.open(io.BytesIO(made.data))
        assert picture.size == (5 * (len(names) - 1) + 4, 320)
        assert all(picture.getpixel((5 * index + 1, 1))[:3] == (250, 0, 0) for index in range(len(names)))
        with pytest.raises(TooMuch, match="other files"):
            await darkroom.render(plan, source, source_format="jpg", parts=[*parts, parts[0]])
        with pytest.raises(Invalid, match="Unknown or invalid referenced image l0"):
            await darkroom.render(plan, source, source_format="jpg", parts=parts[1:])
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("format", ["svg", "gif", "tif", "avif", "bmp", "heic", "png", "webp", "jpg"])
async def test_every_decoder_works_in_the_sandbox_or_says_what_is_wrong(format, tmp_path):
    source = tmp_path / "source"
    if format == "heic":
        source.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    elif format == "svg":
        text = "<text x='5' y='30' font-size='20'>words</text>"
        source.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40">{text}</svg>')
    else:
        Image.new("RGB", (60, 40), (9, 99, 199)).save(source, {"jpg": "JPEG", "tif": "TIFF"}.get(format, format))
    async with Darkroom(ONE) as darkroom:
        if format == "heic":
            with pytest.raises(Invalid):
                await darkroom.probe(source, format=format)
            return
        assert (await darkroom.probe(source, format=format)).width == 60
        made = await darkroom.render(parse("w_30,f_png", vocabulary()), source, source_format=format)
        assert made.width == 30


@pytest.mark.parametrize(
    ("deed", "error", "loses_child"),
    [
        ("crash", Invalid, True),
        ("abort", Invalid, True),
        ("leave", Invalid, True),
        ("lie", Invalid, True),
        ("bomb", TooMuch, False),
        ("raise", Invalid, False),
        ("refuse", TooMuch, False),
    ],
)
async def test_a_bad_job_costs_one_error(rogue, source, deed, error, loses_child):
    before = await rogue.probe(source, format="good")
    with pytest.raises(error) as raised:
        await rogue.probe(source, format=deed)
    assert "secret" not in raised.value.message
    after = await rogue.probe(source, format="good")
    assert (after.width != before.width) is loses_child


@pytest.mark.parametrize("deed", ["hang", "spin"])
async def test_an_endless_job_is_ended(source, deed):
    async with Darkroom(RenderSettings(children=1, seconds_max=1), command=ROGUE) as darkroom:
        with pytest.raises(TooMuch, match="1 seconds"):
            await darkroom.probe(source, format=deed)
        assert (await darkroom.probe(source, format="good")).height == 1


async def test_a_file_that_went_away_meanwhile_may_be_asked_for_again(rogue, tmp_path):
    """Erased, replaced or evicted between finding it and opening it: no fault of ours, and none of the file."""
    for made in (rogue, DarkroomClient(tmp_path / "nobody", ONE)):
        with pytest.raises(NotAvailable, match="went away"):
            await made.probe(tmp_path / "gone", format="jpg")


async def test_a_child_that_is_killed_in_the_middle_costs_one_error(rogue, source):
    child = (await rogue.probe(source, format="good")).width
    with source.open("rb") as opened:
        job = asyncio.create_task(rogue.submit(pickle.dumps(ProbeJob("hang")), [opened.fileno()], ""))
        await started(opened.fileno())
        os.kill(child, signal.SIGKILL)
        with pytest.raises(NotAvailable):
            await job
    assert (await rogue.probe(source, format="good")).width != child


async def test_a_child_is_replaced_after_its_share_of_jobs(source):
    async with Darkroom(RenderSettings(children=1, jobs_per_child=2), command=ROGUE) as darkroom:
        done = [await darkroom.probe(source, format="good") for _ in range(5)]
    assert [probed.height for probed in done] == [1, 2, 1, 2, 1]
    assert len({probed.width for probed in done}) == 3


async def test_a_full_queue_refuses_and_a_tenant_does_not_wait_for_another(source):
    async with Darkroom(RenderSettings(children=1, queue=6), command=ROGUE) as darkroom:
        with source.open("rb") as opened:
            first = asyncio.create_task(darkroom.submit(pickle.dumps(ProbeJob("nap")), [opened.fileno()], "a"))
            await started(opened.fileno())
            finished: list[str] = []

            async def one(tenant: str) -> None:
                await darkroom.probe(source, format="nap", tenant=tenant)
                finished.append(tenant)

            waiting = [asyncio.create_task(one("a")) for _ in range(5)]
            await asyncio.sleep(0)
            waiting.append(asyncio.create_task(one("b")))
            await asyncio.sleep(0)
            with pytest.raises(Busy):
                await darkroom.probe(source, format="nap")
            await asyncio.gather(first, *waiting)
    assert finished.index("b") <= 1


async def test_who_goes_away_gives_the_place_free(source):
    async with Darkroom(RenderSettings(children=1, queue=1), command=ROGUE) as darkroom:
        with source.open("rb") as opened:
            first = asyncio.create_task(darkroom.submit(pickle.dumps(ProbeJob("nap")), [opened.fileno()], ""))
            await started(opened.fileno())
        gone = asyncio.create_task(darkroom.probe(source, format="hang"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(first, gone, return_exceptions=True)
        assert (await darkroom.probe(source, format="good")).format == "jpg"


async def test_children_that_do_not_come_up_are_no_hang(source):
    command = (sys.executable, "-c", "raise SystemExit(1)")
    async with Darkroom(RenderSettings(children=1), command=command) as darkroom:
        with pytest.raises(NotAvailable):
            await darkroom.probe(source, format="jpg")


async def test_a_closed_darkroom_leaves_no_child_and_no_waiting_job(source):
    darkroom = Darkroom(ONE, command=ROGUE)
    child = (await darkroom.probe(source, format="good")).width
    with source.open("rb") as opened:
        job = asyncio.create_task(darkroom.submit(pickle.dumps(ProbeJob("hang")), [opened.fileno()], ""))
        waiting = asyncio.create_task(darkroom.probe(source, format="good"))
        await started(opened.fileno())
        await darkroom.close()
        for task in (job, waiting):
            with pytest.raises(NotAvailable):
                await task
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    with pytest.raises(NotAvailable):
        await darkroom.probe(source, format="good")


PARENT = """
import asyncio, sys
from pathlib import Path
from safelight.render.darkroom import Darkroom
from safelight.settings import RenderSettings

async def main():
    darkroom = Darkroom(RenderSettings(children=1), command=sys.argv[2:])
    print((await darkroom.probe(Path(sys.argv[1]), format="good")).width, flush=True)
    await darkroom.probe(Path(sys.argv[1]), format="hang")

asyncio.run(main())
"""


async def test_children_do_not_outlive_their_parent(source):
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", PARENT, str(source), *ROGUE),
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(20):
        while _is_running(child):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _is_running(pid: int) -> bool:
    """A process that ended and that nobody has fetched yet is not running."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- one for all processes of a machine -------------------------------------------------------------------------


@pytest.fixture(params=["short", "long"])
def address(request, tmp_path: Path) -> Path:
    folder = tmp_path if request.param == "short" else tmp_path / ("deep" * 40)
    return folder / "darkroom.sock"


async def ended(server: asyncio.Task[None]) -> None:
    server.cancel()
    await asyncio.gather(server, return_exceptions=True)


async def test_clients_share_one_darkroom(address, source):
    settings = replace(ONE, socket=address)
    server = asyncio.create_task(serve_darkroom(address, settings))
    client = DarkroomClient(address, settings)
    try:
        probes = await asyncio.gather(*(client.probe(source, format="jpg") for _ in range(20)))
        assert set(probes) == {Probed("jpg", 240, 320, 1, False)}
        made = await client.render(parse("w_50,f_jpg", vocabulary()), source, source_format="jpg", tenant="acme")
        assert (made.width, made.height) == (50, 67)
        layered = parse("l_a,w_20/f_png", vocabulary())
        part = PartFile(Part(Reference("a"), "jpg"), source)
        assert (await client.render(layered, source, source_format="jpg", parts=[part])).width == 240
        with pytest.raises(Invalid, match="Invalid image file"):
            await client.probe(source, format="gif")
        assert stat.S_IMODE(address.stat().st_mode) == 0o600
    finally:
        await ended(server)
    assert not address.exists()


async def test_a_client_outlives_its_darkroom(tmp_path, source):
    address = tmp_path / "darkroom.sock"
    client = DarkroomClient(address, ONE)
    server = asyncio.create_task(serve_darkroom(address, ONE))
    await client.probe(source, format="jpg")
    await ended(server)
    waits = asyncio.create_task(client.probe(source, format="jpg"))
    await asyncio.sleep(0.1)
    server = asyncio.create_task(serve_darkroom(address, ONE))
    assert (await waits).width == 240
    await ended(server)


async def test_a_stale_socket_file_is_no_obstacle(tmp_path, source):
    address = tmp_path / "darkroom.sock"
    address.touch()
    server = asyncio.create_task(serve_darkroom(address, ONE))
    await asyncio.sleep(0)
    assert (await DarkroomClient(address, ONE).probe(source, format="jpg")).width == 240
    await ended(server)


POOR = """
import asyncio, resource, sys
from pathlib import Path
from safelight.render.darkroom import serve_darkroom
from safelight.settings import RenderSettings

resource.setrlimit(resource.RLIMIT_NOFILE, (30, 40))
asyncio.run(serve_darkroom(Path(sys.argv[1]), RenderSettings(children=1)))
"""


async def test_a_darkroom_with_too_many_at_its_door_lets_them_in_one_after_another(tmp_path, source):
    address = tmp_path / "darkroom.sock"
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", POOR, str(address)), env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    )
    client = DarkroomClient(address, ONE)
    try:
        await client.probe(source, format="jpg")
        crowd = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(60)]
        for one in crowd:
            one.connect(str(address))
        late = asyncio.create_task(client.probe(source, format="jpg"))
        await asyncio.sleep(0.3)
        for one in crowd:
            one.close()
        assert (await late).width == 240
        assert server.returncode is None
    finally:
        server.kill()
        await server.wait()


async def test_a_darkroom_takes_the_files_that_a_full_queue_needs(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 500), hard))
        server = asyncio.create_task(serve_darkroom(tmp_path / "darkroom.sock", replace(ONE, queue=15)))
        await asyncio.sleep(0)
        await ended(server)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 16 * (PARTS_MAX + 2) + FILES_SPARE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_it_works_on_uvloop(tmp_path, source):
    async def trial() -> Probed:
        server = asyncio.create_task(serve_darkroom(tmp_path / "darkroom.sock", ONE))
        try:
            return await DarkroomClient(tmp_path / "darkroom.sock", ONE).probe(source, format="jpg")
        finally:
            await ended(server)

    assert uvloop.run(trial()).width == 240


async def test_every_error_of_a_darkroom_is_one_of_ours(rogue, source):
    for deed in ("crash", "lie", "bomb", "raise"):
        with pytest.raises(SafelightError):
            await rogue.probe(source, format=deed)


async def test_what_libraries_print_about_broken_files_goes_nowhere():
    """The one for JPEG XR prints a line for each field that it does not know: any uploader could fill a log."""
    child = await process.start(ONE)
    try:
        assert {os.readlink(f"/proc/{child.process.pid}/fd/{file}") for file in (1, 2)} == {"/dev/null"}
    finally:
        await child.end()
