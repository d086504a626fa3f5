"""Archives, signed addresses of files, animations, sprites and pages with the official Node.js SDK, unchanged."""

import io
import zipfile

import httpx
import pytest
from PIL import Image

from tests.compat import node

PROGRAM = """
const {v2: cloudinary} = require('cloudinary');
const {uploader, utils, api} = cloudinary;
const file = process.argv[2];
(async () => {
  for (const name of ['one', 'two']) {
    // An encoder would make one frame of two that are alike.
    const transformation = name === 'two' ? {effect: 'negate'} : {};
    await uploader.upload(file, {public_id: `kit/${name}`, tags: ['kit'], asset_folder: 'kit/node', transformation});
  }
  await uploader.upload(file, {public_id: 'kit/own', type: 'private'});
  const halves = [{width: 0.5, crop: 'scale'}, {width: 0.25, crop: 'scale'}];
  const told = {
    kept: await uploader.create_zip({tags: ['kit'], transformations: halves, target_public_id: 'kit/node',
      target_tags: ['z'], flatten_folders: true, skip_transformation_name: true}),
    later: await uploader.create_archive({tags: ['kit'], target_format: 'tgz', async: true}),
    streamed: utils.download_zip_url({public_ids: ['kit/one', 'kit/two'], use_original_filename: true}),
    folder: utils.download_folder('kit/node'),
    own: utils.private_download_url('kit/own', 'png', {type: 'private', attachment: true}),
    moving: await uploader.multi('kit', {transformation: {width: 32, crop: 'scale'}, format: 'webp'}),
    address: uploader.download_multi ? uploader.download_multi('kit', {}) : '',
    sprite: await uploader.generate_sprite('kit', {transformation: {width: 24, crop: 'scale'}}),
    pages: await uploader.explode('kit/one', {page: 'all'}),
  };
  console.log(JSON.stringify(told));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""


@pytest.fixture(scope="module")
def told(safelight, photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("node-archives")
    (folder / "photo.jpg").write_bytes(photo)
    return node.run(PROGRAM, folder, "photo.jpg", CLOUDINARY_URL=node.address(safelight))


def fetch(url: str) -> httpx.Response:
    answer = httpx.get(url, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_an_archive_is_kept(told):
    kept = told["kept"]
    assert (kept["public_id"], kept["resource_type"], kept["tags"]) == ("kit/node.zip", "raw", ["z"])
    assert (kept["resource_count"], kept["file_count"]) == (2, 4)
    assert names(fetch(kept["url"]).content) == ["one.jpg", "one_1.jpg", "two.jpg", "two_1.jpg"]
    assert told["later"]["status"] == "pending"


def test_signed_addresses_stream_archives_and_files(told, photo):
    assert names(fetch(told["streamed"]).content) == ["kit/node/photo.jpg", "kit/node/photo_1.jpg"]
    assert {"kit/node/one.jpg", "kit/node/two.jpg"} <= {*names(fetch(told["folder"]).content)}
    own = fetch(told["own"])
    assert own.headers["content-disposition"] == 'attachment; filename="own.png"'
    assert Image.open(io.BytesIO(own.content)).size == (640, 480)


def test_pictures_are_put_together(told):
    moving = Image.open(io.BytesIO(fetch(told["moving"]["url"]).content))
    assert (moving.format, moving.size, moving.n_frames) == ("WEBP", (32, 24), 2)
    infos = told["sprite"]["image_infos"]
    assert {(info["width"], info["height"]) for info in infos.values()} == {(24, 18)}
    assert ".kit-one {" in fetch(told["sprite"]["css_url"]).text
    if told["address"]:
        assert fetch(told["address"]).headers["content-type"] == "image/gif"


def test_pages_are_made_later(told):
    assert told["pages"]["status"] == "processing"
