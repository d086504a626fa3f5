"""Parameters of uploads through the unchanged Node.js SDK."""

from tests.compat import node

PROGRAM = """
const {api, uploader, url} = require('cloudinary').v2;
const get = async address => {
  const answer = await fetch(address);
  const {size} = await answer.blob();
  return {size, robots: answer.headers.get('x-robots-tag')};
};
(async () => {
  const [, , file] = process.argv;
  const send = words => uploader.upload(file, {tags: ['node-parameters'], ...words});
  const refused = words => send(words).then(() => null, error => [error.http_code, error.message]);
  const told = {
    named: await send({use_filename: true, unique_filename: false, use_filename_as_display_name: true,
      public_id_prefix: 'node-p', asset_folder: 'node-p/f', return_delete_token: true}),
    bare: await send({discard_original_filename: true, filename_override: 'x.jpg'}),
    served: await send({public_id: 'node-p/served', headers: {'X-Robots-Tag': 'noindex'},
      access_control: [{access_type: 'anonymous', start: '2020-01-01T00:00:00Z', end: '2099-01-01T00:00:00Z'}]}),
    refused: [
      await refused({raw_convert: 'aspose'}), await refused({quality_override: 'best'}),
      await refused({allowed_formats: ['png']}), await refused({proxy: 'nonsense', display_name: 'a/b'}),
    ],
  };
  told.deleted = await uploader.destroy(told.named.public_id);
  const address = url('node-p/served', {quality: 'auto', width: 300, crop: 'scale', format: 'jpg', secure: false});
  told.before = await get(address);
  await uploader.explicit('node-p/served', {type: 'upload', quality_override: '20:420'});
  told.after = await get(address);
  await api.delete_resources_by_tag('node-parameters');
  console.log(JSON.stringify(told));
})().catch(error => { console.error(JSON.stringify(error), error.stack); process.exit(1); });
"""


def test_parameters_do_what_they_say(safelight, photo, tmp_path):
    (tmp_path / "my photo.jpg").write_bytes(photo)
    told = node.run(PROGRAM, tmp_path, "my photo.jpg", CLOUDINARY_URL=node.address(safelight))
    named = told["named"]
    assert (named["public_id"], named["display_name"], named["asset_folder"]) == (
        "node-p/my_photo",
        "my photo",
        "node-p/f",
    )
    assert named["delete_token"]
    assert "original_filename" not in told["bare"]
    assert told["served"]["access_control"][0]["access_type"] == "anonymous"
    assert [code for code, _ in told["refused"]] == [400] * 4
    assert [message for _, message in told["refused"]] == [
        "You don't have an active subscription for Aspose Document Conversion",
        "Invalid quality_override best",
        "Image file format jpg not allowed",
        "display_name (a/b) is invalid",
    ]
    assert told["deleted"] == {"result": "ok"}
    assert (told["before"]["robots"], told["after"]["robots"]) == ("noindex", "noindex")
    assert told["after"]["size"] < told["before"]["size"]
