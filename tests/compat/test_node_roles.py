"""The unmodified Node.js SDK with a key that may work in one folder, and with one that only reads."""

import json

import pytest

from tests.compat import node

FOLDER = "node-roles/shop"
PROGRAM = """
const cloudinary = require('cloudinary').v2;
const {uploader, api, search} = cloudinary;
const [file, ownKey, ownSecret, shopKey, shopSecret, viewerKey, viewerSecret] = process.argv.slice(2);
const by = (api_key, api_secret) => cloudinary.config({api_key, api_secret});
const own = () => by(ownKey, ownSecret), shop = () => by(shopKey, shopSecret);
const viewer = () => by(viewerKey, viewerSecret);
const refused = async call => {
  try { return {done: await call()}; } catch (error) {
    const said = error.error || error;
    return {status: said.http_code, message: said.message};
  }
};
const names = answer => answer.resources.map(one => one.public_id).sort();
const sleep = ms => new Promise(done => setTimeout(done, ms));
const decided = async name => {
  for (let tries = 0; tries < 150; tries++) {
    const {moderation} = await api.resource(name);
    if (moderation[0].status !== 'pending') return moderation[0];
    await sleep(200);
  }
};
(async () => {
  const told = {};
  const folder = 'node-roles/shop/red', tags = 'node-roles';
  own();
  await uploader.upload(file, {public_id: 'nr-out', asset_folder: 'node-roles', tags, moderation: 'duplicate:0.8'});
  await decided('nr-out');
  shop();
  told.uploaded = (await uploader.upload(file, {public_id: 'nr-in', asset_folder: folder, tags})).asset_folder;
  told.outside = await refused(() => uploader.upload(file, {public_id: 'nr-x', asset_folder: 'node-roles'}));
  told.over = await refused(() => uploader.upload(file, {public_id: 'nr-out', asset_folder: folder}));
  told.listed = names(await api.resources({type: 'upload', prefix: 'nr-'}));
  told.found = names(await search.expression('tags=node-roles').execute());
  told.hidden = await refused(() => api.resource('nr-out'));
  told.changed = (await api.update('nr-in', {tags: 'node-roles,changed'})).tags;
  told.renamed = (await uploader.rename('nr-in', 'nr-in2')).public_id;
  told.usage = await refused(() => api.usage());
  told.preset = await refused(() => api.create_upload_preset({name: 'nr'}));
  const words = {public_id: 'nr-copy', asset_folder: folder, tags, moderation: 'duplicate:0.8'};
  await uploader.upload(file, words);
  told.copy = await decided('nr-copy');
  viewer();
  told.read = names(await api.resources({type: 'upload', prefix: 'nr-'}));
  told.unchanged = await refused(() => api.update('nr-in2', {tags: 'x'}));
  told.unsent = await refused(() => uploader.upload(file, {public_id: 'nr-y'}));
  told.kept = await refused(() => api.delete_resources(['nr-in2']));
  own();
  told.copyToOwner = await decided('nr-copy');
  shop();
  told.gone = await api.delete_resources(['nr-in2', 'nr-copy']);
  told.spared = await refused(() => api.delete_resources(['nr-out']));
  own();
  await api.delete_resources_by_prefix('nr-');
  await api.delete_folder('node-roles');
  console.log(JSON.stringify(told));
})().catch(error => { console.error(JSON.stringify(error), error); process.exit(1); });
"""


@pytest.fixture(scope="module")
def told(safelight, photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("node")
    (folder / "photo.jpg").write_bytes(photo)
    safelight.upload(photo, public_id="nr-first", asset_folder=f"{FOLDER}/red")

    def created(*words: str) -> tuple[str, str]:
        key = json.loads(safelight.run("key", "create", safelight.cloud, *words, "--json").stdout)
        return key["api_key"], key["api_secret"]

    keys = (*created("--role", "manager", "--folder", FOLDER), *created("--role", "viewer"))
    own = (safelight.key, safelight.secret)
    return node.run(PROGRAM, folder, "photo.jpg", *own, *keys, CLOUDINARY_URL=node.address(safelight))


def test_in_its_folder_a_key_does_what_its_role_says(told):
    assert told["uploaded"] == f"{FOLDER}/red"
    assert told["listed"] == ["nr-first", "nr-in"]
    assert told["found"] == ["nr-in"]
    assert told["changed"] == ["changed", "node-roles"]
    assert told["renamed"] == "nr-in2"
    assert told["gone"]["deleted"] == {"nr-in2": "deleted", "nr-copy": "deleted"}


@pytest.mark.parametrize("what", ["outside", "over", "usage", "preset", "unchanged", "unsent", "kept"])
def test_what_a_key_may_not_is_refused_by_the_name_of_the_permission(told, what):
    assert "done" not in told[what], told[what]
    assert "lacks the permission" in told[what]["message"]
    assert told[what]["status"] in {401, 403}


def test_what_lies_elsewhere_is_not_there(told):
    assert told["hidden"]["status"] == 404
    assert told["spared"]["done"]["deleted"] == {"nr-out": "not_found"}
    assert told["read"] == ["nr-copy", "nr-first", "nr-in2", "nr-out"], "who reads all sees all"


def test_of_a_duplicate_elsewhere_a_key_hears_that_it_is_one_and_its_owner_the_name(told):
    assert told["copy"]["status"] == told["copyToOwner"]["status"] == "rejected"
    assert told["copy"]["response"] == [{"confidence": 1}]
    assert told["copyToOwner"]["response"] == [{"public_id": "nr-out", "confidence": 1}]
