"""The Node.js SDK keeps and restores versions, relates assets, publishes them and changes who may see them."""

from tests.compat import node

PROGRAM = """
const {uploader, api, utils} = require('cloudinary').v2;
const http = require('http');
const get = url => new Promise((done, fail) => http.get(url, answer => {
  let size = 0;
  answer.on('data', part => { size += part.length; });
  answer.on('end', () => done({status: answer.statusCode, size}));
}).on('error', fail));
const file = process.argv[2], id = name => `node-kept/${name}`;
const related = async name => (await api.resource(id(name), {related: true})).related_assets.map(one => one.public_id);
(async () => {
  const told = {};
  const sent = await uploader.upload(file, {public_id: id('cat'), backup: true});
  const small = await uploader.upload(file, {public_id: id('cat'), backup: true, width: 40, crop: 'scale'});
  await api.delete_resources([id('cat')]);
  const left = await api.resource(id('cat'), {versions: true});
  told.left = [left.bytes, left.placeholder, left.versions.map(one => one.version_id === sent.version_id)];
  told.kept = await get(utils.download_backedup_asset(sent.asset_id, sent.version_id));
  told.back = (await api.restore([id('cat')], {versions: [sent.version_id]}))[id('cat')].bytes;
  told.again = (await api.restore_by_asset_ids(sent.asset_id, {versions: [small.version_id]}))[sent.asset_id].width;
  const erased = await api.delete_backed_up_assets(sent.asset_id, [sent.version_id, small.version_id]);
  told.erased = erased.deleted_version_ids.length;
  const other = await uploader.upload(file, {public_id: id('dog'), type: 'authenticated', tags: ['node-kept']});
  told.related = (await api.add_related_assets(id('cat'), `image/authenticated/${id('dog')}`)).success[0].code;
  told.twice = (await api.add_related_assets_by_asset_id(sent.asset_id, [other.asset_id])).failed[0].code;
  told.seen = await related('cat');
  told.published = (await api.publish_by_tag('node-kept')).published.map(one => one.url.includes('/image/upload/'));
  told.open = await get(other.url.replace(/authenticated\\/s--[^/]*--/, 'upload'));
  told.ended = (await api.delete_related_assets(id('cat'), [`image/upload/${id('dog')}`])).success.length;
  told.unseen = await related('dog');
  for (const mode of ['authenticated', 'public']) {
    const changed = await api.update_resources_access_mode_by_prefix(mode, id('do'));
    told[mode] = [changed.updated.map(one => one.access_mode), (await get(changed.updated[0].url)).status];
  }
  const {versions} = await api.resource(id('cat'), {versions: true});
  await api.delete_resources_by_prefix('node-kept/');
  await api.delete_backed_up_assets(sent.asset_id, versions.map(one => one.version_id));
  told.rest = (await api.resources({type: 'upload', prefix: 'node-kept/'})).resources.length;
  console.log(JSON.stringify(told));
})().catch(error => { console.error(error, JSON.stringify(error)); process.exit(1); });
"""


def test_node_keeps_restores_relates_and_publishes(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "photo.jpg", CLOUDINARY_URL=node.address(safelight))
    assert told == {
        "left": [0, True, [True, False]],
        "kept": {"status": 200, "size": len(photo)},
        "back": len(photo),
        "again": 40,
        "erased": 2,
        "related": "success_ids",
        "twice": "already_exists_ids",
        "seen": ["node-kept/dog"],
        "published": [True],
        "open": {"status": 200, "size": len(photo)},
        "ended": 1,
        "unseen": [],
        "authenticated": [["authenticated"], 401],
        "public": [["public"], 200],
        "rest": 0,
    }
