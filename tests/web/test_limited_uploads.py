"""What comes in with a key of one folder: it reads, and deletes, nothing by a back door."""

import pytest

from safelight.assets import permitting
from safelight.settings import UploadSettings
from safelight.uploads import presets
from tests.intake import JPEG, intake_on
from tests.web.test_upload import Client

LIMITED = ("777777", "efgh")
FOLDER = "shop"


@pytest.fixture
async def client(database, clock, tmp_path):
    client = Client(await intake_on(database, clock, tmp_path, settings=UploadSettings(chunk_bytes_min=4)))
    intake = client.intake
    async with database.transaction() as session:
        await intake.keys.issue(
            session, intake.cloud.id, name="shop", now=clock.now(), api_key=LIMITED[0], secret=LIMITED[1]
        )
    return client


async def permit(client, role):
    intake = client.intake
    async with intake.database.transaction() as session:
        await permitting.permit(session, intake.cloud, LIMITED[0], [role], [FOLDER], intake.clock.now())


@pytest.mark.parametrize(
    ("role", "is_new", "status"),
    [
        ("contributor", True, 200),  # Who uploads may take it back.
        ("editor", True, 200),
        ("editor", False, 401),
        ("manager", False, 200),
    ],
)
async def test_a_token_deletes_no_more_than_the_key_that_asks_for_it(client, role, is_new, status):
    await permit(client, role)
    if not is_new:
        await client.send(params={"public_id": "tom", "asset_folder": FOLDER})
    words = {"public_id": "tom", "asset_folder": FOLDER, "return_delete_token": "true"}
    answer = await client.send(params=words, auth=LIMITED)
    assert answer.status_code == status
    if status == 200:
        token = {"token": answer.json()["delete_token"]}
        assert (await client.http.post("delete_by_token", data=token)).json() == {"result": "ok"}


@pytest.mark.parametrize(
    ("folder", "status", "said"),
    [
        ("", 404, "Resource not found - pin.js"),
        (FOLDER, 400, "Failed to evaluate eval: ReferenceError: hunter2 is not defined"),
    ],
)
@pytest.mark.parametrize("path", ["image/upload", "image/explicit"])
async def test_a_script_is_read_from_where_the_key_may_read(client, path, folder, status, said):
    await permit(client, "editor")
    pin = {"public_id": "pin.js", "asset_folder": folder, "type": "authenticated"}
    await client.send("raw/upload", b"hunter2", "pin.js", params=pin)
    await client.send(params={"public_id": "tom", "asset_folder": FOLDER})
    words = {"public_id": "tom", "asset_folder": FOLDER, "type": "upload", "eval": "#RESOURCE_REF:pin.js"}
    data = JPEG if path.endswith("upload") else None
    answer = await client.send(path, data, params=words, auth=LIMITED)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, said)


async def test_the_script_of_a_preset_is_the_choice_of_its_owner(client):
    await permit(client, "editor")
    pin = {"public_id": "pin.js", "type": "authenticated"}
    await client.send("raw/upload", b"upload_options.tags = 'seen'", "pin.js", params=pin)
    intake = client.intake
    async with intake.database.transaction() as session:
        words = {"is_unsigned": False, "disallows_public_id": False, "now": intake.clock.now()}
        await presets.create(session, intake.cloud.id, "checked", {"eval": "#RESOURCE_REF:pin.js"}, **words)
    answer = await client.send(params={"upload_preset": "checked", "asset_folder": FOLDER}, auth=LIMITED)
    assert answer.json()["tags"] == ["seen"]
