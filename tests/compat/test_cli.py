"""The official command line tool uploads a folder."""

import os
import subprocess
import sys

import httpx


def test_upload_dir_brings_a_whole_folder_here(safelight, photo, tmp_path):
    folder = tmp_path / "holiday"
    (folder / "beach").mkdir(parents=True)
    (folder / "one.jpg").write_bytes(photo)
    (folder / "beach" / "two.jpg").write_bytes(photo)
    (folder / "notes.txt").write_text("sun and sea\n")
    address = f"cloudinary://{safelight.key}:{safelight.secret}@{safelight.cloud}?upload_prefix={safelight.base}"
    done = subprocess.run(
        [sys.executable, "-m", "cloudinary_cli.cli", "-c", address, "upload_dir", str(folder), "-f", "trips"],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HOME": str(tmp_path), "CLOUDINARY_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = httpx.get(
        f"{safelight.api}/resources/by_asset_folder?asset_folder=trips/holiday/beach", auth=safelight.auth
    ).json()
    assert [(one["asset_folder"], one["display_name"]) for one in found["resources"]] == [
        ("trips/holiday/beach", "two")
    ]
    found = httpx.get(
        f"{safelight.api}/resources/by_asset_folder?asset_folder=trips/holiday", auth=safelight.auth
    ).json()
    by_name = {one["display_name"]: one for one in found["resources"]}
    assert set(by_name) == {"one", "notes.txt"}
    assert httpx.get(by_name["notes.txt"]["url"]).text == "sun and sea\n"
