"""A word in every field that people can fill, by every way in: afterwards no byte of the data folder holds it.

Before that it is looked whether it came in at all: what was never there proves nothing.
"""

import json
import smtplib
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from safelight.privacy.probes import search_folder
from tests.installation import Installation, free_port
from tests.pictures import photo

WORD = "zaunkoenig"
OWNER, WRITER, CALLER, ASKER = (f"{WORD}.{name}@birds.example" for name in ("owner", "writer", "caller", "asker"))
PASSWORD = "violet anvil tundra"
OTHERS = {"others beside me": [[16, 16], [48, 48]]}
POLICY = "controller: {name: Firm, postal: 1 Road, contact: privacy@firm.example, authority: The Authority}\n"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "policy.yaml").write_text(POLICY)
    environment = {
        "SAFELIGHT_MAIL_LISTEN": str(port),
        "SAFELIGHT_REGISTRATION": "open",
        "SAFELIGHT_IDENTITY_PASSWORD_MEMORY_KIB": "64",
        "SAFELIGHT_PRIVACY_POLICY": str(folder / "policy.yaml"),
    }
    made = Installation(folder / "installation", environment=environment).start()
    yield made
    made.kill()


def filled_by_http(installation: Installation) -> None:
    """The fields of files, and of all that a cloud keeps beside them."""
    agent = {"User-Agent": f"{WORD}-agent/1.0"}
    with httpx.Client(base_url=installation.api, auth=installation.auth, headers=agent, timeout=60) as client:
        made = [
            client.post(
                "/metadata_fields", json={"type": "string", "external_id": f"{WORD}_id", "label": f"{WORD} label"}
            ),
            client.post("/upload_presets", data={"name": f"{WORD}-preset", "tags": f"{WORD}-preset-tag"}),
            client.post(f"/transformations/{WORD}-transformation", data={"transformation": "w_20"}),
            client.post(f"/folders/{WORD}-folder"),
            client.post("/triggers", json={"uri": f"https://{WORD}.example/hook", "event_type": "upload"}),
        ]
        assert [(each.status_code, each.text) for each in made if each.status_code >= 300] == []
    installation.upload(
        photo(96, 64, serial=f"{WORD}-serial", position=(47, 11)),
        public_id=f"{WORD}/picture",
        tags=f"{WORD}-tag",
        context=f"caption={WORD} caption",
        metadata=f"{WORD}_id={WORD} value",
        regions=json.dumps({**OTHERS, f"{WORD}-region": [[0, 0], [9, 9]]}),
        filename_override=f"{WORD}-file.jpg",
        display_name=f"{WORD} shown",
    )
    installation.upload(f"{WORD} raw words".encode(), public_id=f"{WORD}/raw.txt", resource_type="raw")
    shown = httpx.get(f"{installation.base}/demo/image/upload/w_20/{WORD}/picture.jpg", headers=agent)
    assert shown.status_code == 200
    words = {"name": f"{WORD} caller", "company": f"{WORD} company", "email": CALLER, "password": PASSWORD}
    assert httpx.post(f"{installation.base}/auth/register", json=words, timeout=60).status_code < 300
    form = {
        "kind": "access",
        "email": ASKER,
        "region": "gdpr",
        "about": f"{WORD} about",
        "text": f"{WORD} asks",
        "website": "",
    }
    with httpx.Client(base_url=installation.base, timeout=60, follow_redirects=True) as client:
        assert client.post("/privacy/request", data=form).status_code == 200


def filled_by_letters(installation: Installation, port: int) -> None:
    head = f"From: {WORD} writer <{WRITER}>\r\nMessage-ID: <{{id}}.{WORD}@birds.example>\r\nSubject: {WORD} subject\r\n"
    letter = head + f"\r\nWhat is known of {WORD}?\r\n"
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
        line.sendmail(WRITER, ["privacy@firm.example"], letter.format(id="one"))
    subprocess.run(
        installation.command("privacy", "ingest-mail"), input=letter.format(id="two").encode(),
        env=installation.settings(), cwd=installation.folder, capture_output=True, check=True, timeout=120,
    )  # fmt: skip


def test_no_word_of_anybody_is_left_by_whatever_way_it_came(installation: Installation, port: int, tmp_path: Path):
    filled_by_http(installation)
    filled_by_letters(installation, port)
    installation.run("user", "add", OWNER, "--name", f"{WORD} owner", "--role", "master_admin")
    before = {hit.place.split("/")[1] for hit in search_folder(installation.folder, [WORD]).hits}
    assert "postgres" in " ".join(before), before

    archive = tmp_path / "out.zip"
    archived = json.loads(installation.run("privacy", "export", "cloud:demo", str(archive), "--json").stdout)
    assert archived["complete"]
    with zipfile.ZipFile(archive) as opened:
        data = opened.read("data/assets/assets.jsonl")
        manifest = json.loads(opened.read("manifest.json"))
        [path] = {each["path"] for each in manifest["redactions"] if each["kind"] == "region"}
        with opened.open(path) as file:
            picture = np.asarray(Image.open(file).convert("RGB")).astype(int)
        assert f"{WORD}-serial".encode() not in opened.read(path)
    for said in ("tag", " caption", " value", "-region", " shown", "-file"):
        assert f"{WORD}{said}".encode() in data or said == "tag", said
    assert np.ptp(picture[20:44, 20:44], axis=(0, 1)).max() <= 12

    for subject in (f"account:{installation.account}", CALLER, ASKER, WRITER):
        told = installation.run("privacy", "erase", subject, "--yes", "--json", check=False)
        assert told.stdout, f"{subject}: {told.stderr}"
        done = json.loads(told.stdout)
        assert (done["state"], done["lingering"]) == ("done", {}), f"{subject}: {told.stdout}"
    installation.stop()
    found = search_folder(installation.folder, [WORD])
    assert (found.hits, found.unread) == ([], [])
