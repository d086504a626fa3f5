"""What a running installation writes down: an address and an agent nowhere but sealed, each answer once, none lost."""

import time

import httpx
import psycopg
import pytest

from safelight.activity import sealing
from safelight.adapters.keys.local import local_keys
from tests.installation import Installation
from tests.outside import postgres
from tests.pictures import encoded, scene

ADDRESS = "198.51.100.77"
ADDRESS_V6 = "2001:db8:77aa:bb:cc:dd:ee:ff"
AGENT = "Canary/7.3 (quite-unlike-any-other) Firefox/999.25"
NETWORKS = {"198.51.100.0/24", "2001:db8:77aa::/48"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of the database: what was written is also in its journal, and in pages that are free again."""
    return tmp_path_factory.mktemp("record")


@pytest.fixture(scope="module")
def database(kept):
    with postgres(kept) as server:
        yield server.start()


@pytest.fixture(scope="module")
def told(tmp_path_factory, database):
    """An installation after a busy quarter of a minute, stopped cleanly; and what its clients counted."""
    installation = Installation(
        tmp_path_factory.mktemp("installation"),
        environment={
            "SAFELIGHT_DATABASE": database,
            "SAFELIGHT_SERVER_PROXIES": "127.0.0.0/8",
            "SAFELIGHT_SERVER_LOG_FORMAT": "json",
        },
    ).start()
    answers: list[httpx.Response] = []
    for one in (ADDRESS, ADDRESS_V6):
        answers += _visit(installation, one)
    time.sleep(1.5)
    answers += _visit(installation, ADDRESS)
    assert installation.stop() == 0
    return installation, answers


def _visit(safelight: Installation, address: str) -> list[httpx.Response]:
    """Everything that people and programs do, with one address."""
    headers = {"User-Agent": AGENT, "X-Forwarded-For": address}
    media = f"/{safelight.cloud}/image/upload"
    with httpx.Client(base_url=safelight.base, headers=headers, timeout=60) as client:
        upload = client.post(
            f"/v1_1/{safelight.cloud}/image/upload",
            auth=safelight.auth,
            data={"public_id": "canary"},
            files={"file": ("a.png", encoded(scene(200, 150), "PNG"))},
        )
        assert upload.status_code == 200, upload.text
        return [
            upload,
            client.get(f"{media}/w_50/canary.jpg"),
            *(client.get(f"{media}/w_50/canary.jpg") for _ in range(5)),
            client.get(f"{media}/w_50/canary.jpg", headers={"Range": "bytes=0-9"}),
            client.head(f"{media}/w_50/canary.jpg"),
            client.get(f"{media}/canary.png"),
            client.get(f"{media}/w_50/nothing-there.jpg?token={AGENT}"),
            client.get(f"{media}/w_nonsense/canary.jpg"),
            client.get(f"/v1_1/{safelight.cloud}/resources/image", auth=safelight.auth),
            client.get(f"/v1_1/{safelight.cloud}/resources/image", auth=("1", "2")),
            client.post(f"/v1_1/{safelight.cloud}/image/upload", data={"file": "data:,x"}),
            client.get("/auth/sign-in", headers={"Accept": "text/html"}),
            client.post("/auth/login", data={"email": "nobody@example.org", "password": "wrong-one"}),
            client.post("/auth/register", data={"name": "n"}),
            client.get("/no/such/page"),
            client.get("/console", headers={"Accept": "text/html"}),
        ]


def _everything(url: str) -> str:
    """All rows of all tables, those of the queue too, as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'jobs')"
        ).fetchall()
        return "\n".join(
            str(row[0]) for (table,) in tables for row in connection.execute(f"SELECT each::text FROM {table} each")
        )


def test_no_table_holds_an_address_or_an_agent(told, database):
    rows = _everything(database)
    assert all(network in rows for network in NETWORKS)
    for canary in (ADDRESS, ADDRESS_V6, AGENT, "quite-unlike", "999.25"):
        assert canary not in rows
        assert canary.encode().hex() not in rows


def test_no_file_and_no_log_holds_them(told, kept):
    installation, _ = told
    assert installation.log.stat().st_size > 1000
    for path in (*installation.folder.rglob("*"), *kept.rglob("*")):
        if path.is_file():
            written = path.read_bytes()
            assert not [each for each in (ADDRESS, ADDRESS_V6, AGENT, "quite-unlike") if each.encode() in written], path


def test_every_answer_is_written_once(told, database):
    _, answers = told
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT status, sum(requests) FROM traffic WHERE network <> '127.0.0.0/24' GROUP BY status"
        ).fetchall()
        lost = connection.execute("SELECT sum(lost) FROM activity_batches").fetchone()
    expected = {}
    for answer in answers:
        expected[answer.status_code] = expected.get(answer.status_code, 0) + 1
    assert {status: int(count) for status, count in found} == expected
    assert lost == (0,)


def test_what_was_delivered_is_what_clients_got(told, database):
    _, answers = told
    delivered = [each for each in answers if "/image/upload/" in each.url.path and each.request.method == "GET"]
    got = sum(len(each.content) for each in delivered if each.status_code in (200, 206))
    with psycopg.connect(database) as connection:
        visits = connection.execute("SELECT sum(bytes), sum(requests) FROM asset_visits").fetchone()
        events = connection.execute("SELECT act, sum(requests) FROM asset_events GROUP BY act").fetchall()
        pages = connection.execute("SELECT DISTINCT route FROM page_views").fetchall()
    assert visits == (got, sum(each.status_code in (200, 206) for each in delivered))
    assert events == [("upload", 3)]
    assert ("/auth/sign-in",) in pages
    assert ("/{delivery}",) not in pages


def test_with_the_key_of_the_day_the_operator_reads_them(told, database):
    installation, _ = told
    with psycopg.connect(database) as connection:
        day, key = connection.execute("SELECT day, sealed FROM activity_keys WHERE purpose = 'address'").fetchone()
        sealed = [row[0] for row in connection.execute("SELECT sealed FROM traffic_clients").fetchall()]
    keys = local_keys(None, installation.folder / "data" / "master.key")
    opened = keys.open(key, f"activity/address/{day.isoformat()}")
    pieces = [sealing.unseal(each, opened, day.isoformat()) for each in sealed]
    seen = {(each.address, each.agent) for piece in pieces for askers in piece.values() for each in askers}
    assert {(ADDRESS, AGENT), (ADDRESS_V6, AGENT)} <= seen
