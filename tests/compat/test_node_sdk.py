"""The official Node.js SDK, unchanged, over plain HTTP on localhost."""

import os
import subprocess
from pathlib import Path

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


def test_node_uploads_derives_lists_renames_and_deletes(safelight, photo, tmp_path, json_of):
    (tmp_path / "photo.jpg").write_bytes(photo)
    (tmp_path / "large.bin").write_bytes(os.urandom(13_000_000))
    (tmp_path / "application.js").write_text(PROGRAM)
    modules = Path(__file__).parent.parent / "node" / "node_modules"
    assert modules.is_dir(), "tests/setup.sh installs the packages of tests/node"
    address = (
        f"cloudinary://{safelight.key}:{safelight.secret}@{safelight.cloud}"
        f"?upload_prefix={safelight.base}&cname=127.0.0.1:{safelight.port}"
    )
    done = subprocess.run(
        ["node", "application.js", "photo.jpg", "large.bin"],
        cwd=tmp_path,
        env={**os.environ, "NODE_PATH": str(modules), "CLOUDINARY_URL": address},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json_of(done.stdout)
    assert told["sent"]["tags"] == ["m", "n"]
    assert told["derived"] == {"status": 200, "type": "image/jpeg", "size": told["derived"]["size"]}
    assert told["listed"] == 1
    assert (told["large"]["bytes"], told["large"]["done"]) == (13_000_000, True)
    assert told["renamed"]["public_id"] == "node/renamed"
    assert told["removed"]["deleted"] == {"node/renamed": "deleted", "node/nobody": "not_found"}
