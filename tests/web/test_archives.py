"""The door of archives: who may, in which mode, how many at once, and what is told inside of a download."""

import io
import zipfile

import httpx
import pytest

from safelight.assets.originals import Admit, admitted
from safelight.kernel.errors import TooMuch
from safelight.settings import UploadSettings
from safelight.transform import sign
from safelight.uploads.archive import ERRORS_NAME, Archive
from safelight.uploads.archive_keeping import KeepArchive
from safelight.uploads.composing import Composing
from safelight.uploads.keep import Keep
from safelight.uploads.model import NameWishes
from safelight.uploads.stored import Stored
from safelight.web.app import build
from safelight.web.archives import ArchiveDoor
from safelight.web.auth import Auth
from safelight.web.budget import Budget
from safelight.web.metrics import Metrics
from safelight.wire.archive import archive_ask
from tests.intake import JPEG, Intake, intake_on

PATH = "/v1_1/demo/image/generate_archive"


@pytest.fixture
async def intake(database, clock, tmp_path):
    found = await intake_on(database, clock, tmp_path)
    for name in ("one", "two"):
        await found.upload(JPEG, names=NameWishes(public_id=name), tags=("t",))
    return found


def client(intake: Intake, at_once: int = 1, admit: Admit = admitted, **settings: int) -> httpx.AsyncClient:
    chosen = UploadSettings(**settings)
    stored = Stored(intake.originals, intake.blobs, intake.eager, intake.ensure)
    archive = Archive(intake.database, stored, intake.clock, chosen)
    keep = Keep(intake.database, intake.originals, intake.staging, intake.clock)
    kept = KeepArchive(archive, keep, intake.staging, archive_ask)
    composing = Composing(intake.database, intake.keys, intake.clock, {"generate_archive": kept})
    auth = Auth(intake.database, intake.keys, intake.clock, chosen)
    budget = Budget(at_once, free_bytes=0, words="Too many archives at once")
    door = ArchiveDoor(auth, archive, kept, composing, chosen, "http://media.test", budget, admit)
    transport = httpx.ASGITransport(build(door.routes(), metrics=Metrics()), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://api.test")


def signed(intake: Intake, **words: str) -> dict[str, str]:
    said = {"tags": "t", "timestamp": str(int(intake.clock.now().timestamp())), **words}
    return {**said, "signature": sign.sign_params(said, "abcd"), "api_key": intake.key.api_key}


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_it_is_kept_or_handed_out(intake):
    async with client(intake) as http:
        kept = (await http.post(PATH, data=signed(intake, target_public_id="kit"))).json()
        assert (kept["public_id"], kept["file_count"]) == ("kit.zip", 2)
        assert kept["url"] == f"http://media.test/demo/raw/upload/v{kept['version']}/kit.zip"
        for ask in (http.get(PATH, params=signed(intake)), http.post(PATH, data=signed(intake, mode="download"))):
            assert members((await ask).content) == {"one.jpg": JPEG, "two.jpg": JPEG}
        both = await http.post(PATH, data=signed(intake, mode="create_and_download", target_public_id="both"))
        assert members(both.content) == {"one.jpg": JPEG, "two.jpg": JPEG}
        head = await http.head(PATH, params=signed(intake))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-disposition"] == 'attachment; filename="t.zip"'


async def test_past_a_quota_that_refuses_all_none_is_handed_out(intake):
    async def refuse(cloud_id: str) -> None:
        raise TooMuch("The quota of this cloud is used up", cloud_id=cloud_id)

    async with client(intake, admit=refuse) as http:
        for ask in (
            http.get(PATH, params=signed(intake)),
            http.post(PATH, data=signed(intake, mode="create_and_download", target_public_id="both")),
        ):
            answer = await ask
            assert (answer.status_code, "quota" in answer.headers["x-cld-error"]) == (400, True)


@pytest.mark.parametrize(
    ("method", "words", "status", "told"),
    [
        ("GET", {"mode": "create"}, 400, "kept by POST"),
        ("POST", {"mode": "burn"}, 400, "Invalid mode burn"),
        ("POST", {"tags": "nobody"}, 404, "No resources were found"),
        ("POST", {"signature": "0" * 40}, 401, "Invalid Signature"),
        ("GET", {"tags": ""}, 400, "Must supply"),
    ],
)
async def test_what_cannot_be_is_told(intake, method, words, status, told):
    async with client(intake) as http:
        said = {**signed(intake, **{name: value for name, value in words.items() if name != "signature"}), **words}
        answer = await http.request(method, PATH, params=said)
        assert answer.status_code == status
        assert told in answer.json()["error"]["message"]


async def test_too_much_is_an_error_where_it_is_kept_and_told_inside_where_it_is_handed_out(intake):
    async with client(intake, archive_assets_max=1) as http:
        assert (await http.post(PATH, data=signed(intake))).status_code == 400
        found = members((await http.get(PATH, params=signed(intake))).content)
        assert list(found) == [ERRORS_NAME]
        assert b"Too many assets for one archive. Maximum is 1." in found[ERRORS_NAME]


async def test_a_large_one_is_made_later(intake):
    async with client(intake, archive_now_bytes_max=1) as http:
        told = (await http.post(PATH, data=signed(intake, target_public_id="large", batch_id="mine"))).json()
        assert told == {
            "status": "pending",
            "resource_type": "raw",
            "type": "upload",
            "public_id": "large.zip",
            "batch_id": "mine",
        }


async def test_only_so_many_are_packed_at_once_and_each_gives_its_place_back(intake):
    async with client(intake, at_once=0) as http:
        busy = await http.get(PATH, params=signed(intake))
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
    async with client(intake, at_once=1) as http:
        for _ in range(3):
            assert (await http.get(PATH, params=signed(intake))).status_code == 200
            assert (await http.post(PATH, data=signed(intake))).status_code == 200
