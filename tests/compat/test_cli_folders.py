"""The official command line tool keeps a folder here and one on a disk alike, finds assets, and moves old files in."""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading

import httpx
import pytest

from tests.installation import Installation


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    installation = Installation(folder, environment={"SAFELIGHT_FETCH_ALLOW": "127.0.0.0/8"}).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture
def tool(here, tmp_path):
    address = (
        f"cloudinary://{here.key}:{here.secret}@{here.cloud}?upload_prefix={here.base}&cname=127.0.0.1:{here.port}"
    )

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cloudinary_cli.cli", "-c", address, *words],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "HOME": str(tmp_path), "CLOUDINARY_HOME": str(tmp_path)},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def folder(tmp_path, photo):
    made = tmp_path / "site"
    (made / "deep").mkdir(parents=True)
    (made / "one.jpg").write_bytes(photo)
    (made / "deep" / "two words é.jpg").write_bytes(photo)
    (made / "notes.txt").write_text("sun and sea\n")
    return made


def files(folder) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".cld-sync")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_folder_is_pushed_kept_alike_and_pulled_elsewhere(tool, folder, tmp_path):
    tool("sync", "--push", str(folder), "site")
    assert "Skipping 3 items" in tool("sync", "--push", str(folder), "site")
    (folder / "one.jpg").unlink()
    assert "Skipping 2 items" in tool("sync", "--push", "--force", str(folder), "site")
    pulled = tmp_path / "pulled"
    pulled.mkdir()
    tool("sync", "--pull", str(pulled), "site")
    assert files(pulled) == files(folder)
    assert "Skipping 2 items" in tool("sync", "--pull", str(pulled), "site")


def test_assets_and_folders_are_found(tool, folder):
    tool("upload_dir", str(folder), "-f", "found", "-o", "tags", "cli")
    told = tool("search", "tags=cli AND resource_type:image", "-s", "public_id", "asc", "-f", "tags", "-n", "5")
    answer = json.loads(told[told.index("{") : told.rindex("}") + 1])
    assert (answer["total_count"], len(answer["resources"])) == (2, 2)
    assert {tuple(one["tags"]) for one in answer["resources"]} == {("cli",)}
    told = tool("search_folders", "path:found*")
    answer = json.loads(told[told.index("{") : told.rindex("}") + 1])
    assert {"found/site", "found/site/deep"} <= {one["path"] for one in answer["folders"]}


def test_old_files_are_moved_in_by_their_addresses(here, tool, photo, tmp_path):
    old = tmp_path / "old"
    (old / "sub").mkdir(parents=True)
    (old / "sub" / "photo.jpg").write_bytes(photo)
    quiet = functools.partial(QuietFiles, directory=str(old))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
        tool("admin", "create_upload_mapping", "moved", f"template={base}")
        (tmp_path / "list.txt").write_text(f"{base}sub/photo.jpg\n")
        assert "Uploaded" in tool("migrate", "-v", "moved", str(tmp_path / "list.txt"))
        server.shutdown()
    moved = httpx.get(f"{here.base}/{here.cloud}/image/upload/moved/sub/photo.jpg")
    assert (moved.status_code, moved.content) == (200, photo)


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass
