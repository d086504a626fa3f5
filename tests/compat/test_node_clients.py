"""Clients of the npm world, as they come: the SDK's old line, an upload middleware and a content system's storage."""

import httpx
import pytest

from tests.compat import node

OLD = """
const cloudinary = require('cloudinary-1').v2;
(async () => {
  const sent = await cloudinary.uploader.upload('photo.jpg', {
    public_id: 'old/photo', tags: 'a,b', context: {alt: 'A=b|c'}, eager: [{width: 50, crop: 'scale'}],
  });
  const streamed = await new Promise((done, fail) => {
    const answer = (error, told) => error ? fail(error) : done(told);
    const stream = cloudinary.uploader.upload_stream({folder: 'old'}, answer);
    require('fs').createReadStream('photo.jpg').pipe(stream);
  });
  const tagged = await cloudinary.uploader.add_tag('old-line', ['old/photo']);
  const details = await cloudinary.api.resource('old/photo', {colors: true});
  const listed = await cloudinary.api.resources_by_tag('old-line');
  const found = await cloudinary.search.expression('tags=old-line').with_field('context').execute();
  const refused = await cloudinary.uploader.upload('photo.jpg', {public_id: 'a?b'}).catch(error => error);
  const gone = await cloudinary.uploader.destroy('old/photo');
  console.log(JSON.stringify({sent, streamed, tagged, details, listed, found, refused, gone}));
})().catch(error => { console.error(error); process.exit(1); });
"""

MIDDLEWARE = """
const cloudinary = require('cloudinary').v2;
const express = require('express');
const multer = require('multer');
const {CloudinaryStorage} = require('multer-storage-cloudinary');
const params = async (request, file) => ({
  folder: 'forms', format: 'png', public_id: `${file.fieldname}-${request.query.name}`,
});
const intake = multer({storage: new CloudinaryStorage({cloudinary, params})});
const app = express();
app.post('/', intake.single('picture'), (request, answer) => answer.json(request.file));
app.use((error, request, answer, next) => answer.status(400).json({message: error.message}));
const server = app.listen(0, '127.0.0.1', async () => {
  const send = async (bytes, name) => {
    const form = new FormData();
    form.append('picture', new Blob([bytes]), 'photo.jpg');
    const path = `http://127.0.0.1:${server.address().port}/?name=${name}`;
    const answer = await fetch(path, {method: 'POST', body: form});
    return {status: answer.status, told: await answer.json()};
  };
  const good = await send(require('fs').readFileSync('photo.jpg'), 'one');
  const bad = await send('no picture', 'two');
  console.log(JSON.stringify({good, bad}));
  server.close();
});
"""

CONTENT_SYSTEM = """
const fs = require('fs');
const provider = require('@strapi/provider-upload-cloudinary').init({secure: false});
(async () => {
  const file = {hash: 'beach_1', ext: '.jpg', size: 90, buffer: fs.readFileSync('photo.jpg')};
  await provider.upload(file);
  const streamed = {hash: 'beach_2', ext: '.jpg', path: 'content', size: 90, stream: fs.createReadStream('photo.jpg')};
  await provider.uploadStream(streamed);
  const large = {hash: 'film', ext: '.bin', size: 100000, buffer: fs.readFileSync('large.bin')};
  await provider.upload(large);
  const newer = {hash: 'beach_3', ext: '.jpg', size: 90, buffer: fs.readFileSync('photo.jpg')};
  await provider.replace(newer, file);
  await provider.delete(streamed);
  await provider.delete(streamed);
  console.log(JSON.stringify({file, streamed, large, newer}));
})().catch(error => { console.error(error); process.exit(1); });
"""


@pytest.fixture
def program(safelight, photo, tmp_path):
    """Runs a program beside a photo and a large file; what its last line tells."""
    (tmp_path / "photo.jpg").write_bytes(photo)
    (tmp_path / "large.bin").write_bytes(bytes(range(256)) * 90_000)
    return lambda text: node.run(text, tmp_path, CLOUDINARY_URL=node.address(safelight))


def test_the_old_line_of_the_sdk(program):
    told = program(OLD)
    assert (told["sent"]["tags"], told["sent"]["context"]["custom"]) == (["a", "b"], {"alt": "A=b|c"})
    assert told["sent"]["eager"][0]["width"] == 50
    assert told["streamed"]["public_id"].startswith("old/")
    assert told["tagged"]["public_ids"] == ["old/photo"]
    assert len(told["details"]["colors"]) > 1
    assert [one["public_id"] for one in told["listed"]["resources"]] == ["old/photo"]
    assert told["found"]["resources"][0]["context"] == {"alt": "A=b|c"}
    assert told["refused"]["http_code"] == 400
    assert told["gone"] == {"result": "ok"}


def test_an_upload_middleware(program):
    told = program(MIDDLEWARE)
    assert told["good"]["status"] == 200
    assert told["good"]["told"]["filename"] == "forms/picture-one"
    assert httpx.get(told["good"]["told"]["path"].replace("https://", "http://")).headers["content-type"] == "image/png"
    assert told["bad"] == {"status": 400, "told": {"message": "Invalid image file"}}


def test_the_storage_of_a_content_system(safelight, program):
    told = program(CONTENT_SYSTEM)
    assert told["streamed"]["provider_metadata"] == {"public_id": "content/beach_2", "resource_type": "image"}
    assert told["large"]["provider_metadata"]["resource_type"] == "raw"
    named = [
        httpx.get(f"{safelight.api}/resources/raw/upload/{name}", auth=safelight.auth) for name in ("film", "film.bin")
    ]
    assert sorted(one.status_code for one in named) == [200, 404]
    there = [
        httpx.get(f"{safelight.api}/resources/image/upload/{name}", auth=safelight.auth).status_code
        for name in ("beach_1", "content/beach_2", "beach_3")
    ]
    assert there == [404, 404, 200]
