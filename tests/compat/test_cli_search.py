"""The official command line tool searches: assets and folders, in pages, counted, as files, and by signed addresses."""

import json
import os
import re
import subprocess
import sys

import cloudinary
import httpx
import pytest
from cloudinary import uploader


@pytest.fixture(scope="module")
def tool(safelight, photo, tmp_path_factory):
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=safelight.cloud, api_key=safelight.key, api_secret=safelight.secret, upload_prefix=safelight.base
    )
    for name in ("a", "b", "c"):
        uploader.upload(photo, public_id=f"shelf/{name}", tags=["shelf", name], asset_folder="shelf")
    cloudinary.reset_config()
    folder = tmp_path_factory.mktemp("cli")
    address = (
        f"cloudinary://{safelight.key}:{safelight.secret}@{safelight.cloud}"
        f"?upload_prefix={safelight.base}&cname=127.0.0.1:{safelight.port}"
    )

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "cloudinary_cli.cli", "-c", address, *words],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "CLOUDINARY_HOME": str(folder)},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run.folder = folder
    return run


def test_it_finds_sorts_counts_and_saves(tool):
    options = ("-s", "public_id", "desc", "-f", "tags", "-a", "bytes:small_0-10,large_10-", "--json", "found")
    told = json.loads(re.sub(r"(?m)^Saved .*$", "", tool("search", *options, "tags=shelf AND -tags=b")))
    assert [(line["public_id"], line["tags"]) for line in told["resources"]] == [
        ("shelf/c", ["c", "shelf"]),
        ("shelf/a", ["a", "shelf"]),
    ]
    assert told["aggregations"] == {"bytes": {"small": 0, "large": 2}}
    (saved,) = tool.folder.glob("found*")
    assert len(json.loads(saved.read_text())) == 2


def test_it_walks_through_all_pages(tool):
    told = json.loads(tool("search", "-A", "-F", "-n", "1", "-fi", "tags", "tags:shelf"))
    assert {line["public_id"] for line in told["resources"]} == {"shelf/a", "shelf/b", "shelf/c"}


def test_it_finds_folders(tool):
    assert [one["path"] for one in json.loads(tool("search_folders", "name=shelf"))["folders"]] == ["shelf"]


def test_its_signed_address_is_answered(tool):
    address = tool("search", "-u", "-t", "60", "-n", "2", "tags=shelf").strip().splitlines()[-1]
    answer = httpx.get(address.replace("https://", "http://"))
    assert (answer.headers["cache-control"], len(answer.json()["resources"])) == ("public, max-age=60", 2)
