"""Many machines: two that serve and one that works, over a PostgreSQL and an S3 that know nothing of Safelight."""

import concurrent.futures
import io
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import cloudinary
import cloudinary.utils
import httpx
import psycopg
import pytest
from PIL import Image

from safelight.kernel.ids import new_id
from tests.contracts import stores
from tests.installation import Installation, processes
from tests.outside import Postgres, Receiver, postgres, receiver
from tests.pictures import encoded, photo, scene

WAIT_SECONDS_MAX = 60
CHANGE_SECONDS_MAX = 1.0
"""A request that begins so long after a change was answered gets what is true now, on every machine."""
MASTER_KEY = "5afe" * 16
PREFIX = "safelight"
MIB = 1024 * 1024
CALLERS = 24


@dataclass(frozen=True)
class Machines:
    """The machines, and what they lean on."""

    a: Installation
    b: Installation
    work: Installation
    postgres: Postgres
    database: str
    s3: str
    receiver: Receiver

    @property
    def both(self) -> tuple[Installation, Installation]:
        return self.a, self.b

    def one(self, statement: str, *values: object) -> int:
        """The number that a statement gives."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(statement.encode(), values).fetchone()
        assert row is not None
        return int(row[0])

    def objects(self, version_id: str = "", folder: str = "c/") -> list[str]:
        """Names in the bucket, of one version or all: asked of the server itself, and not by our own client."""
        answer = httpx.get(self.s3, params={"list-type": "2", "prefix": f"{PREFIX}/{folder}"})
        return [name for name in re.findall(r"<Key>([^<]+)</Key>", answer.text) if version_id in name]

    def renders(self) -> int:
        """How many pictures both machines have made since they began."""
        return sum(counter(machine, 'safelight_renders_total{outcome="ok"}') for machine in self.both)

    def version_of(self, public_id: str) -> str:
        with psycopg.connect(self.database) as connection:
            row = connection.execute("SELECT version_id FROM assets WHERE name = %s", (public_id,)).fetchone()
        assert row is not None
        return str(row[0])

    def derived_rows(self, version_id: str) -> int:
        return self.one("SELECT count(*) FROM derived_files WHERE version_id = %s", version_id)


@pytest.fixture(scope="module")
def machines(tmp_path_factory) -> Iterator[Machines]:
    folder: Path = tmp_path_factory.mktemp("machines")
    with postgres(folder / "database") as server, stores.s3() as s3, receiver() as listening:
        database = server.start()
        environment = {
            "SAFELIGHT_DATABASE": database,
            "SAFELIGHT_BLOBS": s3.format(PREFIX),
            "SAFELIGHT_ACCOUNT_MASTER_KEY": MASTER_KEY,
            "SAFELIGHT_PUBLIC_URL": "https://media.example.org",
            "SAFELIGHT_FETCH_ALLOW": urlsplit(listening.url).netloc,
            "SAFELIGHT_RENDER_CHILDREN": "1",
        }
        a, b, work = [
            Installation(folder / name, part=part, environment=environment)
            for name, part in (("a", "serve"), ("b", "serve"), ("work", "work"))
        ]
        a.folder.mkdir()
        a.run("migrate")
        endpoint = re.search(r"endpoint=([^&]+)", s3)
        assert endpoint is not None
        try:
            for machine in (a, b, work):
                machine.start()
            yield Machines(a, b, work, server, database, f"{endpoint[1]}/{stores.BUCKET}", listening)
        finally:
            for machine in (a, b, work):
                if machine.process is not None:
                    machine.stop()


def counter(machine: Installation, name: str) -> int:
    lines = httpx.get(f"{machine.base}/metrics").text.splitlines()
    return next((int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(name)), 0)


def get(machine: Installation, path: str, kind: str = "image", **headers: str) -> httpx.Response:
    return httpx.get(f"{machine.base}/{machine.cloud}/{kind}/upload/{path}", headers=headers, timeout=WAIT_SECONDS_MAX)


def way(answer: httpx.Response) -> str:
    """`hit`, `stored` or `made`."""
    return re.sub(r"cld-(\w+);.*", r"\1", answer.headers.get("server-timing", ""))


def post(machine: Installation, verb: str, **words: str) -> dict[str, object]:
    answer = httpx.post(f"{machine.api}/{verb}", auth=machine.auth, data=words, timeout=WAIT_SECONDS_MAX)
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)


def soon(answer: Callable[[], httpx.Response], holds: Callable[[httpx.Response], bool]) -> httpx.Response:
    """The first answer that holds; one that was asked for after CHANGE_SECONDS_MAX must."""
    changed_at = time.monotonic()
    while True:
        asked_at = time.monotonic()
        given = answer()
        if holds(given):
            return given
        assert asked_at - changed_at < CHANGE_SECONDS_MAX, (given.status_code, given.headers)


def picture(colour: tuple[int, int, int]) -> bytes:
    return encoded(Image.new("RGB", (300, 200), colour), "PNG")


def colour_of(answer: httpx.Response) -> tuple[int, int, int]:
    shown = Image.open(io.BytesIO(answer.content)).convert("RGB")
    pixel = shown.getpixel((shown.width // 2, shown.height // 2))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def test_what_came_in_on_one_machine_goes_out_on_the_other(machines: Machines):
    sent = photo(1200, 800)
    answer = machines.a.upload(sent, public_id="shared")
    assert answer["secure_url"] == f"https://media.example.org/demo/image/upload/v{answer['version']}/shared.jpg"
    assert get(machines.b, "shared.jpg").content == sent
    made = get(machines.b, "c_fill,w_300,h_200/shared.jpg")
    assert (made.status_code, way(made)) == (200, "made")
    again = get(machines.a, "c_fill,w_300,h_200/shared.jpg")
    assert (again.content, way(again), again.headers["etag"]) == (made.content, "stored", made.headers["etag"])


def test_a_key_that_was_made_on_one_machine_opens_the_other(machines: Machines):
    made = json.loads(machines.a.run("key", "create", "demo", "--json").stdout)
    auth = (made["api_key"], made["api_secret"])
    assert httpx.get(f"{machines.b.api}/ping", auth=auth).status_code == 200
    machines.a.run("key", "disable", "demo", made["api_key"])
    assert httpx.get(f"{machines.b.api}/ping", auth=auth).status_code == 401


def test_all_who_ask_both_machines_for_one_new_size_get_one_file_of_one_maker(machines: Machines):
    machines.a.upload(photo(2400, 1600), public_id="crowd")
    version_id, before = machines.version_of("crowd"), machines.renders()
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        answers = list(
            callers.map(lambda number: get(machines.both[number % 2], "c_fit,w_777/crowd.webp"), range(CALLERS))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert machines.renders() - before == 1
    assert machines.derived_rows(version_id) == 1
    assert len(machines.objects(version_id)) == 2, "the original and one derived file"


def test_an_overwrite_on_one_machine_is_seen_on_the_other(machines: Machines):
    small = "c_scale,w_30/changing.png"
    machines.a.upload(picture((250, 0, 0)), public_id="changing")
    old_version = machines.version_of("changing")
    for machine in machines.both:
        until(lambda machine=machine: way(get(machine, small)) == "hit")
    machines.a.upload(picture((0, 0, 250)), public_id="changing", overwrite="true")
    assert colour_of(get(machines.a, small)) == (0, 0, 250), "at once where it happened"
    soon(lambda: get(machines.b, small), lambda answer: colour_of(answer) == (0, 0, 250))
    # What the old version had goes from the store, by a job.
    until(lambda: not machines.objects(old_version))


def test_pieces_of_a_large_file_may_come_by_different_machines(machines: Machines):
    data = os.urandom(5 * MIB) + os.urandom(5 * MIB) + b"the end"
    pieces = [(start, min(start + 5 * MIB, len(data))) for start in range(0, len(data), 5 * MIB)]
    upload_id = new_id()
    for number, (start, end) in enumerate(pieces):
        assert bool(machines.objects(folder="u/")) == (number > 0), "they wait in the store"
        answer = httpx.post(
            f"{machines.both[number % 2].api}/raw/upload",
            auth=machines.a.auth,
            data={"public_id": "large.bin"},
            files={"file": ("large.bin", data[start:end])},
            headers={
                "X-Unique-Upload-Id": upload_id,
                "Content-Range": f"bytes {start}-{end - 1}/{len(data)}",
            },
            timeout=WAIT_SECONDS_MAX,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["done"] is (end == len(data))
    for machine in machines.both:
        assert get(machine, "large.bin", "raw").content == data
        assert get(machine, "large.bin", "raw", Range="bytes=5242879-5242881").content == data[5242879:5242882]
    assert not machines.objects(folder="u/"), "the pieces are gone"


def test_eager_files_are_made_by_the_worker_who_tells_of_it(machines: Machines):
    before = machines.renders()
    asked = machines.a.upload(
        photo(1600, 1200),
        public_id="eager",
        eager="c_fill,w_120,h_90/webp|w_60",
        eager_async="true",
        notification_url=machines.receiver.url,
        eager_notification_url=machines.receiver.url,
    )
    assert [item["status"] for item in asked["eager"]] == ["processing", "processing"]
    got = [machines.receiver.got.get(timeout=WAIT_SECONDS_MAX) for _ in range(2)]
    cloudinary.config(api_secret=machines.a.secret)
    for one in got:
        assert cloudinary.utils.verify_notification_signature(one.body, one.timestamp, one.signature)
        assert not cloudinary.utils.verify_notification_signature(one.body + " ", one.timestamp, one.signature)
    told = {notification["notification_type"]: notification for notification in (json.loads(one.body) for one in got)}
    assert set(told) == {"upload", "eager"}
    assert told["upload"]["public_id"] == "eager"
    assert told["eager"]["batch_id"] == asked["batch_id"]
    assert [(item["width"], item["height"]) for item in told["eager"]["eager"]] == [(120, 90), (60, 45)]
    for item in told["eager"]["eager"]:
        path = urlsplit(item["secure_url"]).path.partition("/upload/")[2]
        assert way(get(machines.b, path)) == "stored", "made before anybody asked"
    assert machines.renders() == before, "neither machine that serves had to make one"


def test_what_was_deleted_is_gone_everywhere_and_from_the_store(machines: Machines):
    machines.b.upload(picture((0, 200, 0)), public_id="doomed")
    version_id = machines.version_of("doomed")
    for machine in machines.both:
        until(lambda machine=machine: way(get(machine, "w_40/doomed.png")) == "hit")
    assert len(machines.objects(version_id)) == 2
    assert post(machines.a, "image/destroy", public_id="doomed") == {"result": "ok"}
    assert get(machines.a, "w_40/doomed.png").status_code == 404
    soon(lambda: get(machines.b, "w_40/doomed.png"), lambda answer: answer.status_code == 404)
    until(lambda: not machines.objects(version_id))
    assert machines.derived_rows(version_id) == 0


def test_without_the_database_hits_go_on_and_afterwards_all_is_as_before(machines: Machines):
    small = "c_scale,w_30/lasting.png"
    machines.a.upload(picture((250, 0, 0)), public_id="lasting")
    for machine in machines.both:
        until(lambda machine=machine: way(get(machine, small)) == "hit")
    machines.postgres.stop()
    for machine in machines.both:
        assert way(get(machine, small)) == "hit"
        refused = get(machine, "c_scale,w_31/lasting.png")
        assert (refused.status_code, refused.headers["cache-control"]) == (503, "no-store")
        assert httpx.get(f"{machine.base}/healthz").status_code == 200
        assert httpx.get(f"{machine.base}/readyz", timeout=WAIT_SECONDS_MAX).status_code == 503
    machines.postgres.start()
    for machine in machines.both:
        machine.wait_ready()
        assert get(machine, "c_scale,w_31/lasting.png").status_code == 200
    # They hear of changes again, and so does the worker.
    old_version = machines.version_of("lasting")
    for machine in machines.both:
        until(lambda machine=machine: way(get(machine, small)) == "hit")
    machines.a.upload(picture((0, 0, 250)), public_id="lasting", overwrite="true")
    soon(lambda: get(machines.b, small), lambda answer: colour_of(answer) == (0, 0, 250))
    until(lambda: not machines.objects(old_version))


def test_a_machine_that_dies_in_the_middle_of_making_a_file_leaves_it_to_the_other(machines: Machines):
    sent = machines.a.upload(encoded(scene(640, 480), "PNG"), public_id="survivor")
    version_id = machines.version_of("survivor")
    assert machines.a.process is not None
    supervisor = machines.a.process.pid
    darkroom = next(pid for pid, called in processes(supervisor).items() if " _darkroom" in called)
    # Its darkroom stands still: so it is in the middle for as long as we like, and holds the lock.
    os.kill(darkroom, signal.SIGSTOP)
    held = machines.one("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    asking = threading.Thread(target=lambda: swallowed(machines.a, "w_321/survivor.png"), daemon=True)
    asking.start()
    until(lambda: machines.one("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") > held)
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        waiting = caller.submit(get, machines.b, "w_321/survivor.png")
        for _ in range(3):  # the other goes on with all else meanwhile
            assert get(machines.b, "survivor.png").status_code == 200
        assert not waiting.done()
        os.kill(supervisor, signal.SIGKILL)
        machines.a.process.wait(WAIT_SECONDS_MAX)
        made = waiting.result(WAIT_SECONDS_MAX)
    asking.join(WAIT_SECONDS_MAX)
    assert (made.status_code, way(made)) == (200, "made")
    assert machines.derived_rows(version_id) == 1
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{machines.a.base}/healthz")
    later = machines.b.upload(picture((9, 9, 9)), public_id="later")
    machines.a.start()
    assert get(machines.a, "w_321/survivor.png").content == made.content
    assert get(machines.a, f"v{sent['version']}/survivor.png").status_code == 200
    assert get(machines.a, f"v{later['version']}/later.png").status_code == 200


def swallowed(machine: Installation, path: str) -> None:
    """Ask; whatever becomes of it."""
    try:
        get(machine, path)
    except httpx.HTTPError:
        return
