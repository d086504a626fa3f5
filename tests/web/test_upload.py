"""POST of media, as SDKs and browsers send it."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from safelight.accounts.model import FolderMode
from safelight.adapters.fetcher.memory import Page
from safelight.assets.analyses import Analyse
from safelight.settings import UploadSettings
from safelight.transform import sign
from safelight.uploads import presets
from safelight.web.app import build
from safelight.web.auth import Auth
from safelight.web.budget import Budget
from safelight.web.metrics import Metrics
from safelight.web.telling import Telling
from safelight.web.upload import UploadDoor
from tests.intake import BROKEN, JPEG, PNG, Intake, intake_on

BASE_URL = "http://media.test"
AUTH = ("123456", "abcd")
LATER = {"async": "1"}
PIECE_BYTES = 10_000
"""So much of a body comes at once where it comes in pieces."""


class Client:
    """Speaks to the upload routes of `demo`."""

    def __init__(self, intake: Intake, unproved_bytes_max: int = 10**9) -> None:
        self.intake = intake
        self.unproved = Budget(unproved_bytes_max, free_bytes=2 * PIECE_BYTES, words="Too many")
        door = UploadDoor(
            database=intake.database,
            auth=Auth(intake.database, intake.keys, intake.clock, intake.settings),
            keys=intake.keys,
            staging=intake.staging,
            receive=intake.receive,
            chunks=intake.chunks,
            fetch=intake.fetch,
            explicit=intake.explicit,
            later=intake.later,
            take_back=intake.take_back,
            settings=intake.settings,
            base_url=BASE_URL,
            unproved=self.unproved,
            tell=Telling(Analyse(intake.database, intake.originals, intake.render), faces_of),
        )
        transport = httpx.ASGITransport(build(door.routes(), metrics=Metrics()), raise_app_exceptions=True)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://api.test/v1_1/demo/")

    async def send(self, path: str = "image/upload", data: bytes | None = JPEG, filename="cat.jpg", **options):
        files = None if data is None else {"file": (filename, data)}
        return await self.http.post(path, files=files, **{"auth": AUTH, **options})

    def signed(self, **words: str) -> dict[str, str]:
        words = {"timestamp": str(int(self.intake.clock.now().timestamp())), **words}
        return {**words, "api_key": AUTH[0], "signature": sign.sign_params(words, AUTH[1])}


async def faces_of(asset) -> tuple[tuple[int, int, int, int], ...]:
    return ((1, 2, 3, 4),)


@pytest.fixture
async def client(database, clock, tmp_path):
    return Client(await intake_on(database, clock, tmp_path, settings=UploadSettings(chunk_bytes_min=4)))


async def test_an_upload_that_is_done_later_is_answered_before(client):
    answer = (await client.send(params={**LATER, "public_id": "tom", "type": "private"})).json()
    assert len(answer.pop("batch_id")) == 32
    assert answer == {"status": "pending", "resource_type": "image", "type": "private", "public_id": "tom"}
    assert await client.intake.assets() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"file": ""}, "Missing required parameter - file"),
        ({"file": "gopher://x"}, "Unsupported source URL: gopher"),
        ({"file": "https://x.example/a.jpg", "public_id": "a?"}, r"public_id (a?) is invalid"),
    ],
)
async def test_what_can_never_be_done_is_not_put_aside(client, words, said):
    answer = await client.http.post("image/upload", data={**LATER, **words}, auth=AUTH)
    assert message(answer) == said


def message(answer: httpx.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["error"]
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json()["error"]["message"]


async def test_the_answer_is_what_clients_know(client):
    answer = await client.http.post(
        "image/upload",
        data=client.signed(public_id="a/tom", tags="b,a", context="k=v"),
        files={"file": ("My cat.jpg", JPEG)},
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    version = int(client.intake.clock.now().timestamp())
    assert found == {
        "asset_id": found["asset_id"],
        "public_id": "a/tom",
        "version": version,
        "version_id": found["version_id"],
        "signature": sign.sign_answer("a/tom", version, AUTH[1]),
        "width": 64,
        "height": 48,
        "format": "jpg",
        "pages": 1,
        "resource_type": "image",
        "created_at": "2026-01-02T03:04:05Z",
        "tags": ["a", "b"],
        "bytes": len(JPEG),
        "type": "upload",
        "etag": found["etag"],
        "placeholder": False,
        "url": f"http://media.test/demo/image/upload/v{version}/a/tom.jpg",
        "secure_url": f"https://media.test/demo/image/upload/v{version}/a/tom.jpg",
        "asset_folder": "",
        "display_name": "tom",
        "access_mode": "public",
        "context": {"custom": {"k": "v"}},
        "original_filename": "My cat",
        "api_key": AUTH[0],
    }


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"file": "https://a.example/cat.jpg"}},
        {"json": {"file": "https://a.example/cat.jpg"}},
        {"files": {"file": (None, "https://a.example/cat.jpg")}},
        {"data": {"file": "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()}},
        {"json": {"file": "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()}},
        {"files": {"file": ("cat.jpg", JPEG)}},
        {"files": {"file": ("cat.jpg", JPEG)}, "headers": {"transfer-encoding": "chunked"}},
    ],
)
@pytest.mark.parametrize("path", ["image/upload", "auto/upload", "upload", "image/upload_chunked", "upload_chunked"])
async def test_a_file_comes_in_many_ways(client, path, sent):
    client.intake.fetcher.pages = {"https://a.example/cat.jpg": Page(JPEG)}
    answer = await client.http.post(path, auth=AUTH, **sent)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["resource_type"], answer.json()["bytes"]) == ("image", len(JPEG))


async def test_a_raw_body_with_signed_words_in_the_query(client):
    params = client.signed(public_id="key")
    answer = await client.http.put(
        "raw/upload", params=params, content=b"bytes", headers={"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["public_id"], answer.json()["bytes"]) == (200, "key", 5)


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("image/upload", {"files": {"file": ("a.jpg", b"PK\3\4")}}, "Invalid image file"),
        ("image/upload", {"files": {"file": ("a.jpg", BROKEN)}}, "Invalid image file"),
        ("video/upload", {"files": {"file": ("a.mp4", JPEG)}}, "Unsupported video format or file"),
        ("image/upload", {"files": {"file": ("a.jpg", b"")}}, "Empty file"),
        ("image/upload", {"data": {"public_id": "x"}}, "Missing required parameter - file"),
        ("image/upload", {"data": {"file": "ftp://a.example/"}}, "ftp:// sources are not set up"),
        ("image/upload", {"data": {"file": "http://127.0.0.1/"}}, "forbidden address"),
        ("pictures/upload", {"files": {"file": ("a.jpg", JPEG)}}, "Invalid resource_type pictures"),
        ("image/upload", {"files": {"file": ("a.jpg", JPEG)}, "data": {"type": "nowhere"}}, "Invalid type nowhere"),
        ("image/upload", {"files": {"file": ("a.jpg", JPEG)}, "data": {"overwrite": "x"}}, "overwrite"),
        ("image/upload", {"files": {"file": ("a.jpg", JPEG)}, "data": {"eager": "zz_1"}}, None),
        ("image/upload", {"files": {"file": ("a.jpg", JPEG)}, "headers": {"content-range": "x"}}, "Content-Range"),
        ("image/upload", {"content": b"zzz", "headers": {"content-type": "image/jpeg"}}, "Unsupported content type"),
    ],
)
async def test_what_is_wrong_is_told_and_leaves_nothing(client, path, sent, words):
    said = message(await client.http.post(path, auth=AUTH, **sent))
    assert words is None or words in said
    assert await client.intake.stored() == {}
    assert client.intake.staged_files() == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ({}, 400, "Upload preset must be specified when using unsigned upload"),
        ({"upload_preset": "nobody"}, 400, "Upload preset not found"),
        ({"upload_preset": "closed"}, 400, "Upload preset must be whitelisted for unsigned uploads"),
        ({"upload_preset": "open", "eager": "w_1"}, 400, "Eager parameter is not allowed when using unsigned upload."),
        ({"api_key": "123456", "timestamp": "1767323045", "signature": "0" * 40}, 401, "Invalid Signature"),
        ({"api_key": "999", "timestamp": "1767323045", "signature": "0" * 40}, 401, "Invalid api_key 999"),
    ],
)
async def test_who_proves_nothing_may_nothing(client, words, status, said):
    await make_presets(client)
    answer = await client.http.post("image/upload", data=words, files={"file": ("a.jpg", JPEG)})
    assert said in message(answer, status)
    assert await client.intake.stored() == {}
    assert client.intake.staged_files() == []


@pytest.mark.parametrize("scheme", ["s3", "gs", "AZURE"])
async def test_nobody_knows_buckets_by_a_preset(client, scheme):
    await make_presets(client)
    words = {"upload_preset": "open", "file": f"{scheme}://bucket/private.pdf"}
    for sent in ({"data": words}, {"json": words}):
        said = message(await client.http.post("auto/upload", **sent))
        assert said == f"An unsigned upload cannot take a file from {scheme.lower()}://; it must be signed"


async def make_presets(client: Client) -> None:
    intake = client.intake
    async with intake.database.transaction() as session:
        for name, is_unsigned in (("open", True), ("closed", False)):
            await presets.create(
                session,
                intake.cloud.id,
                name,
                {"tags": "preset", "folder": "in", "overwrite": "1"},
                is_unsigned=is_unsigned,
                disallows_public_id=False,
                now=intake.clock.now(),
            )


async def test_an_unsigned_upload_takes_what_the_preset_says_and_overwrites_nothing(client):
    await make_presets(client)
    words = {"upload_preset": "open", "tags": "mine", "public_id": "tom", "folder": "elsewhere"}
    first = await client.http.post("image/upload", data=words, files={"file": ("a.jpg", JPEG)})
    assert first.status_code == 200, first.text
    found = first.json()
    assert (found["public_id"], found["asset_folder"], found["tags"]) == ("in/tom", "in", ["mine", "preset"])
    assert "api_key" not in found
    assert found["signature"] == sign.sign_answer("in/tom", found["version"], AUTH[1])
    again = (await client.http.post("image/upload", data=words, files={"file": ("a.png", PNG)})).json()
    assert (again["existing"], again["format"], again["version_id"]) == (True, "jpg", found["version_id"])


async def test_a_signed_upload_may_use_a_preset_and_wins_over_it(client):
    await make_presets(client)
    data = client.signed(upload_preset="closed", tags="mine", public_id="tom")
    found = (await client.http.post("image/upload", data=data, files={"file": ("a.jpg", JPEG)})).json()
    assert (found["tags"], found["public_id"]) == (["mine"], "in/tom")


async def test_overwriting_says_so(client):
    data = {"public_id": "tom"}
    assert "overwritten" not in (await client.send(data=JPEG, params=data)).json()
    client.intake.clock.advance(timedelta(seconds=1))
    assert (await client.send(data=PNG, params=data)).json()["overwritten"] is True
    assert (await client.send(data=JPEG, params={**data, "overwrite": "0"})).json()["existing"] is True


async def test_fixed_folders_look_the_old_way(database, clock, tmp_path):
    client = Client(await intake_on(database, clock, tmp_path, mode=FolderMode.FIXED))
    found = (await client.send(params={"public_id": "tom", "folder": "pets"})).json()
    assert (found["public_id"], found["folder"]) == ("pets/tom", "pets")
    assert "asset_folder" not in found


async def test_eager_files_are_in_the_answer(client):
    found = (await client.send(params={"public_id": "tom", "eager": "w_10,c_scale|h_5/png"})).json()
    base = f"http://media.test/demo/image/upload/{{}}/v{found['version']}/tom.{{}}"
    assert found["eager"][0] == {
        "transformation": "c_scale,w_10",
        "width": 10,
        "height": 8,
        "bytes": len(JPEG),
        "format": "jpg",
        "url": base.format("c_scale,w_10", "jpg"),
        "secure_url": base.format("c_scale,w_10", "jpg").replace("http", "https"),
    }
    assert (found["eager"][1]["format"], found["eager"][1]["url"]) == ("png", base.format("h_5", "png"))


async def test_later_eager_files_are_processing(client):
    found = (await client.send(params={"eager": "w_10", "eager_async": "1"})).json()
    assert found["eager"][0]["status"] == "processing"
    assert found["eager"][0]["batch_id"] == found["batch_id"]


async def test_large_files_come_in_pieces(client):
    data = bytes(range(256)) * 4
    answers = []
    for start, end in ((0, 400), (400, 800), (800, 1024), (400, 800)):
        total = "-1" if end < 1024 else "1024"
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{total}", "X-Unique-Upload-Id": "one"}
        words = client.signed(use_filename="1", unique_filename="0")
        files = {"file": ("large.bin", data[start:end])}
        answers.append(await client.http.post("raw/upload", data=words, files=files, headers=headers))
    first, second, last, repeat = (answer.json() for answer in answers)
    assert first == {"done": False, "bytes": 400, "kind": "upload", "resource_type": "raw"}
    assert second["bytes"] == 800
    assert (last["done"], last["public_id"], last["bytes"]) == (True, "large.bin", 1024)
    assert "format" not in last
    assert (repeat["done"], repeat["version_id"]) == (True, last["version_id"])


async def test_a_piece_too_small_is_told_in_the_known_words(client):
    headers = {"Content-Range": "bytes 0-2/1024", "X-Unique-Upload-Id": "one"}
    answer = await client.send("raw/upload", b"abc", headers=headers)
    assert message(answer) == "All parts except EOF-chunk must be larger than 5mb"


async def test_a_delete_token_needs_no_key_and_works_once(client):
    found = (await client.send(params={"return_delete_token": "true"})).json()
    answer = await client.http.post("delete_by_token", data={"token": found["delete_token"]})
    assert (answer.status_code, answer.json()) == (200, {"result": "ok"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "token" in message(await client.http.post("delete_by_token", data={"token": found["delete_token"]}))
    assert "token" in message(await client.http.post("delete_by_token", json={}))


async def test_explicit_changes_words_and_makes_files(client):
    await client.send(params={"public_id": "tom", "tags": "old"})
    words = client.signed(public_id="tom", type="upload", tags="new", eager="w_10")
    found = (await client.http.post("image/explicit", data=words)).json()
    assert (found["tags"], found["eager"][0]["transformation"]) == (["new"], "w_10")
    later = (await client.http.post("image/explicit", data=client.signed(public_id="tom", eager="w_9", **LATER))).json()
    assert (later.pop("status"), len(later.pop("batch_id"))) == ("pending", 32)
    assert later == {"resource_type": "image", "type": "upload", "public_id": "tom"}
    gone = await client.http.post("image/explicit", data=client.signed(public_id="nobody", type="upload"))
    assert message(gone, 404) == "Resource not found - nobody"
    assert message(await client.http.post("image/explicit", data={"public_id": "tom"})).startswith("Missing required")


@pytest.mark.parametrize("path", ["image/upload", "upload", "delete_by_token"])
async def test_a_browser_may_ask_first(client, path):
    answer = await client.http.options(path, headers={"Origin": "https://shop.example"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"]
    assert all(name in allowed for name in ("X-Requested-With", "Content-Range", "X-Unique-Upload-Id"))


async def test_every_answer_can_be_read_by_a_page_of_another_site(client):
    good, bad = await client.send(), await client.send(data=b"PK")
    for answer in (good, bad):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "X-Cld-Error" in answer.headers["access-control-expose-headers"]
    assert bad.headers["x-cld-error"] == "Invalid image file"


async def test_a_request_too_large_is_413(database, clock, tmp_path):
    client = Client(await intake_on(database, clock, tmp_path, settings=UploadSettings(request_bytes_max=1000)))
    assert "too large" in message(await client.send(data=JPEG * 100), 413)


async def test_words_in_any_shape_are_signed_as_they_are_sent(client):
    words = {"timestamp": str(int(client.intake.clock.now().timestamp())), "tags": ["a", "b"], "public_id": "tom"}
    sent = {**words, "api_key": AUTH[0], "signature": sign.sign_params(words, AUTH[1])}
    sent["file"] = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    answer = await client.http.post(
        "image/upload", content=json.dumps(sent), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["tags"]) == (200, ["a", "b"])


# --- before the file is taken in ---------------------------------------------------------------------------------


LARGE = JPEG + bytes(200_000)


class Form:
    """A multipart body in pieces that remembers how much of it was asked for."""

    def __init__(self, *parts: tuple[str, str | bytes]) -> None:
        self.taken_bytes = 0
        self._body = b"".join(_part(name, value) for name, value in parts) + b"--b--\r\n"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), PIECE_BYTES):
            self.taken_bytes = min(start + PIECE_BYTES, len(self._body))
            yield self._body[start : start + PIECE_BYTES]

    @property
    def is_read(self) -> bool:
        return self.taken_bytes == len(self._body)


def _part(name: str, value: str | bytes) -> bytes:
    filename = "" if isinstance(value, str) else '; filename="a.jpg"'
    raw = value.encode() if isinstance(value, str) else value
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'.encode() + raw + b"\r\n"


async def send_form(client: Client, form: Form, path: str = "image/upload", **options) -> httpx.Response:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return await client.http.post(path, content=form, headers=headers, **options)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ({"api_key": "nobody", "signature": "0" * 40}, 401, "Invalid api_key nobody"),
        ({"upload_preset": "nothing"}, 400, "Upload preset not found"),
    ],
)
async def test_who_cannot_be_right_any_more_is_refused_before_the_file_is_read(client, words, status, told):
    form = Form(*words.items(), ("file", LARGE))
    assert told in message(await send_form(client, form), status)
    assert not form.is_read
    assert client.intake.staged_files() == []


async def test_wrong_credentials_and_unknown_clouds_are_refused_before_anything_is_read(client):
    for options in ({"auth": (AUTH[0], "wrong")}, {"path": "http://api.test/v1_1/nowhere/image/upload", "auth": AUTH}):
        form = Form(("file", LARGE))
        assert (await send_form(client, form, **options)).status_code == 401
        assert form.taken_bytes <= PIECE_BYTES


async def test_a_stale_signature_is_refused_before_the_file_is_read(client):
    words = client.signed(public_id="a")
    client.intake.clock.advance(timedelta(hours=2))
    form = Form(*words.items(), ("file", LARGE))
    assert "Stale request" in message(await send_form(client, form))
    assert not form.is_read


@pytest.fixture
async def strict(database, clock, tmp_path):
    """Takes 20,000 bytes of each unknown sender, and 1,000 more of all of them together."""
    return Client(await intake_on(database, clock, tmp_path, settings=UploadSettings(chunk_bytes_min=4)), 1000)


async def test_of_those_who_tell_only_behind_the_file_who_they_are_just_so_much_is_taken_in(strict):
    answer = await send_form(strict, Form(("file", LARGE), *strict.signed().items()))
    assert message(answer, 503) == "Too many"
    assert answer.headers["retry-after"]
    assert strict.intake.staged_files() == []
    assert strict.unproved.taken_bytes == 0
    assert (await send_form(strict, Form(("file", JPEG), *strict.signed().items()))).status_code == 200


async def test_who_tells_before_the_file_who_they_are_is_not_kept_out(strict):
    for form, options in (
        (Form(*strict.signed().items(), ("file", LARGE)), {}),
        (Form(("file", LARGE)), {"auth": AUTH}),
    ):
        answer = await send_form(strict, form, **options)
        assert answer.status_code == 200, answer.text
    answer = await strict.http.put("image/upload", params=strict.signed(), content=LARGE)
    assert answer.status_code == 200, answer.text
    assert strict.unproved.taken_bytes == 0


async def test_the_name_of_a_preset_proves_nobody(strict):
    async with strict.intake.database.transaction() as session:
        words = {"is_unsigned": True, "disallows_public_id": False, "now": strict.intake.clock.now()}
        await presets.create(session, strict.intake.cloud.id, "open", {}, **words)
    for data, status in ((JPEG, 200), (LARGE, 503)):
        answer = await send_form(strict, Form(("upload_preset", "open"), ("file", data)))
        assert answer.status_code == status, answer.text
    assert strict.unproved.taken_bytes == 0


async def test_a_signature_over_words_behind_the_file_still_counts(client):
    words = client.signed(public_id="late", tags="a")
    tags = words.pop("tags")
    answer = await send_form(client, Form(*words.items(), ("file", LARGE), ("tags", tags)))
    assert answer.json()["public_id"] == "late", answer.text


async def sent(client, **words: str):
    answer = await client.http.post("image/upload", data=client.signed(**words), files={"file": ("cat.jpg", JPEG)})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def changed(client, **words: str):
    answer = await client.http.post("image/explicit", data=client.signed(type="upload", **words))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_picture_tells_about_itself_when_it_is_asked_and_only_once(client):
    said = {"custom_coordinates": "5,6,7,8|0,0,99,99", "regions": '{"eye": [[1, 2], [3, 4]]}'}
    answer = await sent(client, public_id="tom", phash="1", faces="1", **said)
    assert (answer["phash"], answer["faces"]) == ("0" * 16, [[1, 2, 3, 4]])
    assert answer["coordinates"] == {"custom": [[5, 6, 7, 8], [0, 0, 64, 48]]}
    assert answer["regions"] == {"eye": [[1, 2], [3, 4]]}
    assert (await changed(client, public_id="tom", phash="true"))["phash"] == "0" * 16
    assert client.intake.render.analysed == [("phash",)]
    assert not {"phash", "faces", "coordinates", "regions"} & (await sent(client)).keys()


async def test_explicit_writes_coordinates_and_leaves_what_it_does_not_name(client):
    await sent(client, public_id="tom", custom_coordinates="5,6,7,8")
    both = await changed(client, public_id="tom", face_coordinates="1,2,3,4")
    assert both["coordinates"] == {"custom": [[5, 6, 7, 8]], "faces": [[1, 2, 3, 4]]}


async def test_a_picture_that_cannot_be_analysed_is_stored_all_the_same(client):
    client.intake.render.cannot_be_analysed = True
    assert "phash" not in await sent(client, public_id="tom", phash="1")
