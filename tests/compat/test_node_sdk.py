"""The official Node.js SDK, unchanged, over plain HTTP on localhost."""

import os

from tests.compat import node

PROGRAM = """
const cloudinary = require('cloudinary').v2;
const http = require('http');
const get = url => new Promise((done, fail) => http.get(url, answer => {
  let size = 0;
  answer.on('data', part => { size += part.length; });
  answer.on('end', () => done({status: answer.statusCode, type: answer.headers['content-type'], size}));
}).on('error', fail));
(async () => {
  const sent = await cloudinary.uploader.upload(process.argv[2], {public_id: 'node/photo', tags: ['n', 'm']});
  const url = cloudinary.url('node/photo', {width: 120, height: 90, crop: 'fill', secure: false});
  const derived = await get(url);
  const listed = await cloudinary.api.resources({type: 'upload', prefix: 'node/'});
  const large = await new Promise((done, fail) => cloudinary.uploader.upload_large(
    process.argv[3], {resource_type: 'raw', public_id: 'node/large.bin', chunk_size: 6000000},
    (error, result) => error ? fail(error) : done(result)));
  const renamed = await cloudinary.uploader.rename('node/photo', 'node/renamed');
  const removed = await cloudinary.api.delete_resources(['node/renamed', 'node/nobody']);
  console.log(JSON.stringify({sent, url, derived, listed: listed.resources.length, large, renamed, removed}));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""


def test_node_uploads_derives_lists_renames_and_deletes(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    (tmp_path / "large.bin").write_bytes(os.urandom(13_000_000))
    told = node.run(PROGRAM, tmp_path, "photo.jpg", "large.bin", CLOUDINARY_URL=node.address(safelight))
    assert told["sent"]["tags"] == ["m", "n"]
    assert told["derived"] == {"status": 200, "type": "image/jpeg", "size": told["derived"]["size"]}
    assert told["listed"] == 1
    assert (told["large"]["bytes"], told["large"]["done"]) == (13_000_000, True)
    assert told["renamed"]["public_id"] == "node/renamed"
    assert told["removed"]["deleted"] == {"node/renamed": "deleted", "node/nobody": "not_found"}
