"""The official command line tool uploads a folder, and makes derived files again."""

import os
import subprocess
import sys

import httpx


def tool(safelight, folder, *words: str) -> str:
    address = f"cloudinary://{safelight.key}:{safelight.secret}@{safelight.cloud}?upload_prefix={safelight.base}"
    done = subprocess.run(
        [sys.executable, "-m", "cloudinary_cli.cli", "-c", address, *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HOME": str(folder), "CLOUDINARY_HOME": str(folder)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_derived_files_are_made_again_by_their_transformation(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    words = ("public_id=again/cli", "eager=c_scale,w_77")
    tool(safelight, tmp_path, "uploader", "upload", str(tmp_path / "photo.jpg"), *words)
    told = tool(safelight, tmp_path, "regen_derived", "--force", "c_scale,w_77")
    assert "Regenerating 1 derived asset(s)" in told
    assert "/c_scale,w_77/" in told


def test_upload_dir_brings_a_whole_folder_here(safelight, photo, tmp_path):
    folder = tmp_path / "holiday"
    (folder / "beach").mkdir(parents=True)
    (folder / "one.jpg").write_bytes(photo)
    (folder / "beach" / "two.jpg").write_bytes(photo)
    (folder / "notes.txt").write_text("sun and sea\n")
    tool(safelight, tmp_path, "upload_dir", str(folder), "-f", "trips")
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
