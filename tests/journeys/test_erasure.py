"""An account is handed its archive, and then forgotten: afterwards no byte of the data folder knows it any more."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from safelight.privacy.probes import search_folder
from tests.installation import Installation
from tests.pictures import encoded, scene

WORD = "kanarienvogel"
EMAIL = f"{WORD}.mail@birds.example"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("erasure")).start()
    yield installation
    installation.kill()


def test_an_account_is_handed_over_and_forgotten(installation: Installation, tmp_path: Path):
    data = encoded(scene(64, 48), "JPEG")
    for number in range(3):
        installation.upload(
            data,
            public_id=f"{WORD}/picture-{number}",
            tags=f"{WORD}tag",
            context=f"caption={WORD} caption",
        )
    shown = httpx.get(f"{installation.base}/demo/image/upload/w_20/l_{WORD}:picture-1,w_9/{WORD}/picture-0.jpg")
    assert shown.status_code == 200
    installation.run("user", "add", EMAIL, "--name", f"{WORD} person", "--role", "admin")

    archive = tmp_path / "out.zip"
    told = json.loads(installation.run("privacy", "export", "cloud:demo", str(archive), "--json").stdout)
    assert told["complete"]
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        media = [name for name in opened.namelist() if name.startswith("media/") and name.endswith(".jpg")]
        assert [opened.read(name) for name in media] == [data] * 3
        manifest = json.loads(opened.read("manifest.json"))
    assert {each["name"]: each["count"] for each in manifest["entities"]}["assets"] == 3

    plan = json.loads(
        installation.run("privacy", "erase", f"account:{installation.account}", "--plan", "--json").stdout
    )
    assert {step["sheet"]: step["count"] for step in plan}["assets"] == 3
    receipt = tmp_path / "receipt.json"
    words = ("privacy", "erase", f"account:{installation.account}", "--yes", "--json", "--receipt", str(receipt))
    done = json.loads(installation.run(*words).stdout)
    assert (done["state"], done["lingering"]) == ("done", {})
    assert done["erased"]["assets"] == 3
    assert [kept["sheet"] for kept in done["kept"]] == ["clouds"]

    gone = httpx.get(f"{installation.base}/demo/image/upload/{WORD}/picture-0.jpg")
    assert gone.status_code in (404, 410)
    installation.run("receipt", "verify", str(receipt))

    installation.stop()
    found = search_folder(installation.folder, [WORD, EMAIL, installation.account])
    assert (found.hits, found.unread) == ([], [])
