"""Search with the Node.js SDK: its builder, its plain calls, folders, and signed addresses."""

import json

from tests.compat import node

PROGRAM = """
const cloudinary = require('cloudinary').v2;
const http = require('http');
const get = url => new Promise((done, fail) => http.get(url, answer => {
  let text = '';
  answer.on('data', part => { text += part; });
  answer.on('end', () => done({status: answer.statusCode, cache: answer.headers['cache-control'], text}));
}).on('error', fail));
const names = answer => answer.resources.map(line => line.public_id);
const refusal = promise => promise.then(() => null, error => (error.error || error).message);
(async () => {
  const {search, search_folders: folders, api, uploader} = cloudinary;
  for (const [number, name] of ['one', 'two', 'three'].entries()) {
    await uploader.upload(process.argv[2], {public_id: `hay/${name}`, tags: ['hay', `t${number}`],
      context: {stage: `s${number}`}, asset_folder: 'hay/stack'});
  }
  const sorted = search.expression('tags:hay').sort_by('public_id', 'asc').max_results(2);
  const page = await sorted.with_field('context').with_field('tags').with_field('image_metadata').execute();
  const rest = await search.expression('tags:hay').sort_by('public_id', 'asc').max_results(2)
    .next_cursor(page.next_cursor).execute();
  const counted = await search.expression('tags:hay').aggregate('format').fields('tags').execute();
  const plain = await api.search({expression: 'tags=t1', sort_by: [{created_at: 'desc'}]});
  const found = await folders.expression('path=hay/stack').execute();
  const foundPlainly = await api.search_folders({expression: 'name:stack'});
  const signed = search.expression('tags=t2 AND NOT "a?b?c"').sort_by('public_id', 'asc');
  const shown = await get(signed.to_url(50, '', {secure: false}));
  const refused = await refusal(search.expression('tags:').execute());
  const unseen = await refusal(api.visual_search({text: 'hay'}));
  const listed = names(await api.resources_by_context('stage', 's1'));
  await api.delete_resources_by_tag('hay');
  const gone = await search.expression('tags:hay').execute();
  console.log(JSON.stringify({page, rest, counted, plain: names(plain), found, foundPlainly, shown, refused, unseen,
    listed, gone: gone.total_count}));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""


def test_node_searches(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "photo.jpg", CLOUDINARY_URL=node.address(safelight))
    first, second = told["page"]["resources"]
    assert (first["public_id"], first["context"], first["tags"]) == ("hay/one", {"stage": "s0"}, ["hay", "t0"])
    assert first["image_metadata"]
    assert (second["public_id"], told["page"]["total_count"]) == ("hay/three", 3)
    assert [line["public_id"] for line in told["rest"]["resources"]] == ["hay/two"]
    assert "next_cursor" not in told["rest"]
    assert told["counted"]["aggregations"] == {"format": {"jpg": 3}}
    assert {"tags", "public_id"} <= {*told["counted"]["resources"][0]}
    assert (told["plain"], told["listed"], told["gone"]) == (["hay/two"], ["hay/two"], 0)
    assert [folder["path"] for folder in told["found"]["folders"]] == ["hay/stack"]
    assert told["foundPlainly"]["total_count"] == 1
    assert (told["shown"]["status"], told["shown"]["cache"]) == (200, "public, max-age=50")
    assert [line["public_id"] for line in json.loads(told["shown"]["text"])["resources"]] == ["hay/three"]
    assert told["refused"] == "Invalid expression: `tags` needs a value (at letter 6)"
    assert told["unseen"].startswith("Visual search by text is not available")
