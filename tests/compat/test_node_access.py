"""Who may see what, through the unmodified Node.js SDK: signatures, tokens, rules of assets, bearer tokens."""

import json

from tests.compat import node

PROGRAM = """
const http = require('http');
const cloudinary = require('cloudinary').v2;
const {uploader, api, utils} = cloudinary;
const [file, key, bearer] = process.argv.slice(2);
const seen = (url, headers = {}) => new Promise((done, fail) => http.get(url, {headers}, answer => {
  answer.resume();
  answer.on('end', () => done(answer.statusCode));
}).on('error', fail));
const url = (name, words = {}) => cloudinary.url(name, {secure: false, format: 'jpg', ...words});
const locked = (words = {}) => url('node-access/locked', {type: 'authenticated', ...words});
const token = words => ({key, duration: 3600, ...words});
(async () => {
  const told = {};
  await uploader.upload(file, {public_id: 'node-access/locked', type: 'authenticated'});
  told.plain = await seen(locked());
  told.short = await seen(locked({sign_url: true}));
  told.long = await seen(locked({sign_url: true, long_url_signature: true}));
  told.sized = await seen(locked({sign_url: true, width: 50, crop: 'scale'}));
  told.token = await seen(locked({sign_url: true, auth_token: token()}));
  told.tokenSized = await seen(locked({sign_url: true, width: 51, crop: 'scale', auth_token: token()}));
  told.tokenAcl = await seen(locked({sign_url: true, auth_token: token({acl: ['/x/*', '/demo/image/*']})}));
  told.tokenOld = await seen(locked({sign_url: true, auth_token: token({expiration: 1111111111})}));
  told.cookie = await seen(locked(), {cookie: utils.generate_auth_token(token({acl: '/demo/*'}))});
  told.otherCookie = await seen(locked(), {cookie: utils.generate_auth_token(token({acl: '/other/*'}))});
  const rules = [{access_type: 'token'}, {access_type: 'anonymous', start: new Date(Date.UTC(2099, 0, 1))}];
  const sent = await uploader.upload(file, {public_id: 'node-access/rules', access_control: rules});
  told.rules = sent.access_control;
  told.ruled = await seen(url('node-access/rules'));
  told.ruledToken = await seen(url('node-access/rules', {sign_url: true, auth_token: token()}));
  await api.update('node-access/rules', {access_control: JSON.stringify([{access_type: 'anonymous'}])});
  told.opened = await seen(url('node-access/rules'));
  const words = {oauth_token: bearer, api_key: undefined, api_secret: undefined};
  told.bearer = (await api.ping(words)).status;
  told.bearerUpload = (await uploader.upload(file, {public_id: 'node-access/bearer', ...words})).public_id;
  told.bearerRemoved = (await api.delete_resources_by_prefix('node-access/', words)).deleted['node-access/bearer'];
  told.refused = await api.ping({oauth_token: 'nonsense'}).catch(error => error.error);
  console.log(JSON.stringify(told));
})().catch(error => { console.error(JSON.stringify(error), error); process.exit(1); });
"""


def test_node_signs_shows_tokens_and_sets_rules(safelight, photo, tmp_path):
    key = json.loads(safelight.run("token-key", "create", safelight.cloud, "--json").stdout)
    issued = json.loads(safelight.run("token", "issue", safelight.cloud, safelight.key, "--json").stdout)
    (tmp_path / "photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "photo.jpg", key["key"], issued["token"], CLOUDINARY_URL=node.address(safelight))
    safelight.run("token-key", "delete", safelight.cloud, key["id"])
    statuses = {status: {name for name in told if told[name] == status} for status in (200, 401)}
    assert statuses == {
        200: {"short", "long", "sized", "token", "tokenSized", "tokenAcl", "cookie", "ruledToken", "opened"},
        401: {"plain", "tokenOld", "otherCookie", "ruled"},
    }
    assert told["rules"] == [
        {"access_type": "token"},
        {"access_type": "anonymous", "start": "2099-01-01T00:00:00Z"},
    ]
    assert (told["bearer"], told["bearerUpload"], told["bearerRemoved"]) == ("ok", "node-access/bearer", "deleted")
    assert (told["refused"]["http_code"], told["refused"]["message"]) == (401, "Invalid token")
