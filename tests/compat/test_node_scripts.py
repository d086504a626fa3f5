"""`eval` and `on_success` through the unchanged Node.js SDK."""

from tests.compat import node

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


def test_scripts_change_what_is_asked_and_what_is_stored(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "photo.jpg", CLOUDINARY_URL=node.address(safelight))
    assert told["told"]["context"] == {"custom": {"width": "640"}}
    assert 0 <= told["told"]["quality_analysis"]["focus"] <= 1
    assert told["failed"]["http_code"] == 400
    assert told["failed"]["message"].startswith("Failed to evaluate eval: TypeError")
    assert told["tags"] == ["autocaption"]
