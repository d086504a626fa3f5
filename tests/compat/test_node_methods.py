"""Every method of the Node.js SDK: what it answers here, and of those that are not served yet, how they are refused."""

import json

import pytest

from tests.compat import node

PROGRAM = """
const fs = require('fs');
const {uploader, api} = require('cloudinary').v2;
const {file, large, calls} = JSON.parse(fs.readFileSync(process.argv[2]));
const kind = {external_id: 'node_kind', label: 'Node kind', type: 'enum',
  datasource: {values: [{external_id: 'a', value: 'Ant'}, {external_id: 'b', value: 'Bee'}]}};
const rule = {metadata_field_id: 'node_kind', name: 'rule',
  condition: {metadata_field_id: 'node_kind', equals: 'a'}, result: {enable: false}};
// The SDK empties the objects that it is given.
const profile = () => ({representations: [{transformation: {crop: 'limit', width: 100}}]});
const answered = (start) => new Promise((done, fail) => start((error, answer) => error ? fail(error) : done(answer)));
(async () => {
  const ids = {};
  for (const name of ['one', 'two', 'three', 'gone', 'renamed', 'by_tag', 'by_id', 'listed']) {
    const tags = name === 'by_tag' ? ['node-gone'] : ['node-methods'];
    ids[name] = (await uploader.upload(file, {public_id: `nodes/${name}`, tags, asset_folder: 'nodes'})).asset_id;
  }
  await api.create_upload_preset({name: 'nodes', unsigned: true});
  const told = {};
  for (const [name, code] of calls) {
    try {
      const answer = await eval(`(async () => (${code}))()`);
      told[name] = {words: Object.keys(answer)};
    } catch (error) {
      const inner = error.error || error;
      told[name] = {refused: `${inner.http_code || error.http_code || ''} ${inner.message || JSON.stringify(error)}`};
    }
  }
  for (const path of ['nodes/', 'none/']) await api.delete_resources_by_prefix(path);
  console.log(JSON.stringify(told));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""

SERVED = {
    "unsigned_upload_stream": (
        "await answered(done => fs.createReadStream(file).pipe(uploader.unsigned_upload_stream('nodes', {}, done)))",
        "secure_url",
    ),
    "upload_stream": (
        "await answered(done => fs.createReadStream(file).pipe(uploader.upload_stream({public_id: 'nodes/s'}, done)))",
        "secure_url",
    ),
    "unsigned_upload": ("await uploader.unsigned_upload(file, 'nodes')", "secure_url"),
    "upload": ("await uploader.upload(file, {public_id: 'nodes/up'})", "secure_url"),
    "upload_large": (
        "await answered(done => uploader.upload_large(large, {resource_type: 'raw', chunk_size: 5243000}, done))",
        "done",
    ),
    "upload_chunked": (
        "await answered(done => uploader.upload_chunked(large, {resource_type: 'raw', chunk_size: 5243000}, done))",
        "done",
    ),
    "upload_chunked_stream": (
        "await answered(done => fs.createReadStream(large).pipe("
        "uploader.upload_chunked_stream({resource_type: 'raw', chunk_size: 5243000}, done)))",
        "done",
    ),
    "explicit": ("await uploader.explicit('nodes/one', {type: 'upload', tags: 'node-methods'})", "secure_url"),
    "destroy": ("await uploader.destroy('nodes/gone')", "result"),
    "rename": ("await uploader.rename('nodes/renamed', 'nodes/renamed-new')", "public_id"),
    "text": ("await uploader.text('nodes')", "secure_url"),
    "add_tag": ("await uploader.add_tag('t', ['nodes/two'])", "public_ids"),
    "remove_tag": ("await uploader.remove_tag('t', ['nodes/two'])", "public_ids"),
    "replace_tag": ("await uploader.replace_tag('t', ['nodes/two'])", "public_ids"),
    "remove_all_tags": ("await uploader.remove_all_tags(['nodes/two'])", "public_ids"),
    "add_context": ("await uploader.add_context({node: 'yes'}, ['nodes/two'])", "public_ids"),
    "resources_by_context": ("await api.resources_by_context('node', 'yes')", "resources"),
    "remove_all_context": ("await uploader.remove_all_context(['nodes/two'])", "public_ids"),
    "ping": ("await api.ping()", "status"),
    "config": ("await api.config({settings: true})", "settings"),
    "usage": ("await api.usage({date: (await api.usage()).last_updated})", "media_limits"),
    "resource_types": ("await api.resource_types()", "resource_types"),
    "resources": ("await api.resources({type: 'upload', prefix: 'nodes/'})", "resources"),
    "resources_by_tag": ("await api.resources_by_tag('node-methods')", "resources"),
    "resource_by_asset_id": ("await api.resource_by_asset_id(ids.one)", "public_id"),
    "resources_by_asset_ids": ("await api.resources_by_asset_ids([ids.one, ids.two])", "resources"),
    "resources_by_ids": ("await api.resources_by_ids(['nodes/one'])", "resources"),
    "resources_by_asset_folder": ("await api.resources_by_asset_folder('nodes')", "resources"),
    "resources_by_moderation": ("await api.resources_by_moderation('manual', 'pending')", "resources"),
    "resource": ("await api.resource('nodes/one')", "derived"),
    "update": ("await api.update('nodes/one', {display_name: 'One'})", "display_name"),
    "delete_resources": ("await api.delete_resources(['nodes/listed'])", "deleted"),
    "delete_resources_by_asset_ids": ("await api.delete_resources_by_asset_ids([ids.by_id])", "deleted"),
    "delete_resources_by_prefix": ("await api.delete_resources_by_prefix('nodes/none')", "deleted"),
    "delete_resources_by_tag": ("await api.delete_resources_by_tag('node-gone')", "deleted"),
    "delete_all_resources": ("await api.delete_all_resources({type: 'private'})", "deleted"),
    "delete_derived_resources": ("await api.delete_derived_resources(['none'])", "deleted"),
    "delete_derived_by_transformation": (
        "await api.delete_derived_by_transformation(['nodes/one'], {width: 9, crop: 'scale'})",
        "deleted",
    ),
    "tags": ("await api.tags()", "tags"),
    "create_transformation": ("await api.create_transformation('nodes', {width: 30, crop: 'scale'})", "message"),
    "transformations": ("await api.transformations()", "transformations"),
    "transformation": ("await api.transformation('nodes')", "info"),
    "update_transformation": ("await api.update_transformation('nodes', {allowed_for_strict: true})", "message"),
    "delete_transformation": ("await api.delete_transformation('nodes')", "message"),
    "create_upload_preset": ("await api.create_upload_preset({name: 'nodes2'})", "name"),
    "upload_presets": ("await api.upload_presets()", "presets"),
    "upload_preset": ("await api.upload_preset('nodes2')", "settings"),
    "update_upload_preset": ("await api.update_upload_preset('nodes2', {tags: 'a'})", "message"),
    "delete_upload_preset": ("await api.delete_upload_preset('nodes2')", "message"),
    "root_folders": ("await api.root_folders()", "folders"),
    "create_folder": ("await api.create_folder('nodes/made')", "success"),
    "sub_folders": ("await api.sub_folders('nodes')", "folders"),
    "rename_folder": ("await api.rename_folder('nodes/made', 'nodes/other')", "to"),
    "delete_folder": ("await api.delete_folder('nodes/other')", "deleted"),
    "create_upload_mapping": ("await api.create_upload_mapping('nm', {template: 'https://a.example/'})", "message"),
    "upload_mappings": ("await api.upload_mappings()", "mappings"),
    "upload_mapping": ("await api.upload_mapping('nm')", "template"),
    "update_upload_mapping": ("await api.update_upload_mapping('nm', {template: 'https://b.example/'})", "message"),
    "delete_upload_mapping": ("await api.delete_upload_mapping('nm')", "message"),
    "create_streaming_profile": ("await api.create_streaming_profile('nodes', profile())", "data"),
    "list_streaming_profiles": ("await api.list_streaming_profiles()", "data"),
    "get_streaming_profile": ("await api.get_streaming_profile('nodes')", "data"),
    "update_streaming_profile": ("await api.update_streaming_profile('nodes', profile())", "data"),
    "delete_streaming_profile": ("await api.delete_streaming_profile('nodes')", "message"),
    "add_metadata_field": ("await api.add_metadata_field(kind)", "external_id"),
    "list_metadata_fields": ("await api.list_metadata_fields()", "metadata_fields"),
    "metadata_field_by_field_id": ("await api.metadata_field_by_field_id('node_kind')", "datasource"),
    "update_metadata_field": ("await api.update_metadata_field('node_kind', {mandatory: false})", "label"),
    "update_metadata_field_datasource": (
        "await api.update_metadata_field_datasource('node_kind', {values: [{external_id: 'a', value: 'Ape'}]})",
        "values",
    ),
    "delete_datasource_entries": ("await api.delete_datasource_entries('node_kind', ['b'])", "values"),
    "restore_metadata_field_datasource": ("await api.restore_metadata_field_datasource('node_kind', ['b'])", "values"),
    "order_metadata_field_datasource": (
        "await api.order_metadata_field_datasource('node_kind', 'value', 'asc')",
        "values",
    ),
    "reorder_metadata_fields": ("await api.reorder_metadata_fields('label', 'asc')", "metadata_fields"),
    "update_metadata": ("await uploader.update_metadata({node_kind: 'a'}, ['nodes/two'])", "public_ids"),
    "add_metadata_rule": ("rule.made = await api.add_metadata_rule(rule)", "external_id"),
    "list_metadata_rules": ("await api.list_metadata_rules()", "metadata_rules"),
    "update_metadata_rule": ("await api.update_metadata_rule(rule.made.external_id, {name: 'other'})", "external_id"),
    "delete_metadata_rule": ("await api.delete_metadata_rule(rule.made.external_id)", "success"),
    "delete_metadata_field": ("await api.delete_metadata_field('node_kind')", "message"),
    "publish_by_ids": ("await api.publish_by_ids(['nodes/one'])", "published"),
    "publish_by_tag": ("await api.publish_by_tag('node-methods')", "published"),
    "publish_by_prefix": ("await api.publish_by_prefix('nodes/')", "published"),
    "update_resources_access_mode_by_prefix": (
        "await api.update_resources_access_mode_by_prefix('public', 'nodes/')",
        "updated",
    ),
    "update_resources_access_mode_by_tag": (
        "await api.update_resources_access_mode_by_tag('public', 'node-none')",
        "updated",
    ),
    "update_resources_access_mode_by_ids": (
        "await api.update_resources_access_mode_by_ids('public', ['nodes/one'])",
        "updated",
    ),
    "search": ("await api.search({expression: 'nodes'})", "total_count"),
    "generate_sprite": ("await uploader.generate_sprite('node-methods')", "image_infos"),
    "multi": ("await uploader.multi('node-methods')", "secure_url"),
    "explode": ("await uploader.explode('nodes/one', {page: 'all'})", "batch_id"),
    "create_archive": ("await uploader.create_archive({public_ids: ['nodes/one']})", "file_count"),
    "create_zip": ("await uploader.create_zip({public_ids: ['nodes/one']})", "file_count"),
    "add_related_assets": ("await api.add_related_assets('nodes/one', ['image/upload/nodes/two'])", "success"),
    "add_related_assets_by_asset_id": ("await api.add_related_assets_by_asset_id(ids.one, [ids.two])", "success"),
    "delete_related_assets": ("await api.delete_related_assets('nodes/one', ['image/upload/nodes/two'])", "success"),
    "delete_related_assets_by_asset_id": ("await api.delete_related_assets_by_asset_id(ids.one, [ids.two])", "success"),
    "restore": ("await api.restore(['nodes/one'])", "nodes/one"),
    "restore_by_asset_ids": ("({it: await api.restore_by_asset_ids([ids.one])})", "it"),
    "delete_backed_up_assets": ("await api.delete_backed_up_assets(ids.one, ['none'])", "deleted_version_ids"),
    "visual_search": ("await api.visual_search({image_asset_id: ids.one})", "resources"),
}
"""Method -> a call of it, and a word that its answer has; in the order in which they are called."""


@pytest.fixture(scope="module")
def told(safelight, photo, tmp_path_factory):
    """What the program was answered, method by method."""
    folder = tmp_path_factory.mktemp("node")
    (folder / "photo.jpg").write_bytes(photo)
    (folder / "large.bin").write_bytes(bytes(range(256)) * 24_000)
    calls = [(name, call) for name, (call, _) in SERVED.items()]
    (folder / "calls.json").write_text(json.dumps({"file": "photo.jpg", "large": "large.bin", "calls": calls}))
    return node.run(PROGRAM, folder, "calls.json", CLOUDINARY_URL=node.address(safelight))


@pytest.mark.parametrize("method", SERVED)
def test_a_method_that_is_served_answers_as_its_callers_expect(told, method):
    assert SERVED[method][1] in told[method].get("words", ()), told[method]
