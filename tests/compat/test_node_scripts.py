"""`eval` and `on_success` through the unchanged Node.js SDK."""

import os
import subprocess
from pathlib import Path

PROGRAM = """
const {api, uploader} = require('cloudinary').v2;
const later = seconds => new Promise(done => setTimeout(done, 1000 * seconds));
(async () => {
  const script = `if (resource_info.width > 450) { upload_options['quality_analysis'] = true };
    upload_options['context'] = 'width=' + resource_info['width']`;
  const told = await uploader.upload(process.argv[2], {public_id: 'node-scripts/a', eval: script});
  const failed = await uploader.upload(process.argv[2], {eval: 'null.x'}).catch(error => error);
  await uploader.upload(process.argv[2],
    {public_id: 'node-scripts/b', on_success: "current_asset.update({tags: ['autocaption']})"});
  let tags = [];
  for (let tried = 0; tried < 100 && !(tags || []).length; tried++) {
    tags = (await api.resource('node-scripts/b')).tags;
    await later(0.2);
  }
  await api.delete_resources_by_prefix('node-scripts/');
  console.log(JSON.stringify({told, failed, tags}));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""


def test_scripts_change_what_is_asked_and_what_is_stored(safelight, photo, tmp_path, json_of):
    (tmp_path / "photo.jpg").write_bytes(photo)
    (tmp_path / "application.js").write_text(PROGRAM)
    modules = Path(__file__).parent.parent / "node" / "node_modules"
    address = f"cloudinary://{safelight.key}:{safelight.secret}@{safelight.cloud}?upload_prefix={safelight.base}"
    done = subprocess.run(
        ["node", "application.js", "photo.jpg"],
        cwd=tmp_path,
        env={**os.environ, "NODE_PATH": str(modules), "CLOUDINARY_URL": address},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json_of(done.stdout)
    assert told["told"]["context"] == {"custom": {"width": "640"}}
    assert 0 <= told["told"]["quality_analysis"]["focus"] <= 1
    assert told["failed"]["http_code"] == 400
    assert told["failed"]["message"].startswith("Failed to evaluate eval: TypeError")
    assert told["tags"] == ["autocaption"]
