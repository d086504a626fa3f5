"""Notifications and usage as an application on the official Node.js SDK, unchanged, meets them."""

from tests.compat import node

PROGRAM = """
const cloudinary = require('cloudinary').v2;
const http = require('http');
const heard = [];
let rung = () => {};
const hook = http.createServer((request, answer) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    const {'x-cld-timestamp': timestamp, 'x-cld-signature': signature} = request.headers;
    const ours = cloudinary.utils.verifyNotificationSignature(body, Number(timestamp), signature);
    const forged = cloudinary.utils.verifyNotificationSignature(body + ' ', Number(timestamp), signature);
    heard.push({ours, forged, body: JSON.parse(body)});
    answer.writeHead(200).end();
    rung();
  });
});
const told = async type => {
  for (;;) {
    const found = heard.find(each => each.body.notification_type === type);
    if (found) return found;
    await new Promise(done => { rung = done; });
  }
};
const {api_key, api_secret, upload_prefix, cloud_name} = cloudinary.config();
const triggers = async (method, below, body) => (await fetch(`${upload_prefix}/v1_1/${cloud_name}/triggers${below}`, {
  method,
  headers: {
    'Authorization': 'Basic ' + Buffer.from(`${api_key}:${api_secret}`).toString('base64'),
    'Content-Type': 'application/json',
  },
  body: body && JSON.stringify(body),
})).json();
hook.listen(0, '127.0.0.1', async () => {
  const notification_url = `http://127.0.0.1:${hook.address().port}/hook`;
  const sent = await cloudinary.uploader.upload(process.argv[2], {public_id: 'node/told', notification_url});
  await told('upload');
  // The SDK knows no triggers, and does not hand an address on with every call.
  const trigger = await triggers('POST', '', {uri: notification_url, event_type: 'all'});
  await cloudinary.uploader.upload(process.argv[2], {public_id: 'node/other'});
  await cloudinary.uploader.add_tag('seen', ['node/told', 'node/other']);
  await cloudinary.uploader.rename('node/told', 'node/renamed');
  await cloudinary.api.update('node/renamed', {display_name: 'Seen'});
  await cloudinary.api.delete_resources(['node/renamed', 'node/other']);
  const types = ['upload', 'resource_tags_changed', 'rename', 'resource_display_name_changed', 'delete'];
  const found = {};
  for (const type of types) found[type] = await told(type);
  await triggers('DELETE', `/${trigger.id}`);
  const usage = await cloudinary.api.usage();
  console.log(JSON.stringify({sent, found, usage}));
  hook.close();
  hook.closeAllConnections();
});
"""


def test_node_is_told_of_what_happens_and_counts_what_there_is(telling, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "photo.jpg", seconds_max=60, CLOUDINARY_URL=node.address(telling))
    found = told["found"]
    assert {(each["ours"], each["forged"]) for each in found.values()} == {(True, False)}
    assert found["upload"]["body"]["asset_id"] == told["sent"]["asset_id"]
    tagged = found["resource_tags_changed"]["body"]["resources"]
    assert [(each["public_id"], each["added"]) for each in tagged] == [
        ("node/told", ["seen"]),
        ("node/other", ["seen"]),
    ]
    assert found["rename"]["body"]["to_public_id"] == "node/renamed"
    gone = found["delete"]["body"]["resources"]
    assert sorted(each["public_id"] for each in gone) == ["node/other", "node/renamed"]
    assert told["usage"]["requests"] > 0
    assert told["usage"]["media_limits"]["image_max_size_bytes"] > 0
