"""Reviews of assets, widths that are worth having, and what is seen, through the unmodified Node.js SDK."""

from PIL import Image, ImageDraw

from tests.compat import node

PROGRAM = """
const {uploader, api, analysis, url} = require('cloudinary').v2;
const fs = require('fs'), http = require('http');
const status = address => new Promise((done, fail) => http.get(address, answer => {
  answer.resume();
  answer.on('end', () => done(answer.statusCode));
}).on('error', fail));
const pause = ms => new Promise(done => setTimeout(done, ms));
const soon = async (find, expected) => {
  let found = await find();
  for (let at = 0; at < 300 && JSON.stringify(found) !== JSON.stringify(expected); at += 1) {
    await pause(100);
    found = await find();
  }
  return found;
};
const [, , file, drawn] = process.argv, id = name => `node-moderated/${name}`;
const reviews = asset => asset.moderation.map(one => [one.kind, one.status]);
const refused = async call => {
  try { await call(); return ''; } catch (error) { return (error.error || error).message; }
};
(async () => {
  const told = {};
  const sent = await uploader.upload(file, {public_id: id('one'), moderation: 'manual'});
  told.pending = reviews(sent);
  told.listed = (await api.resources_by_moderation('manual', 'pending', {tags: true})).resources
    .map(one => one.public_id).includes(id('one'));
  told.rejected = reviews(await api.update(id('one'), {moderation_status: 'rejected'}));
  told.hidden = await soon(() => status(sent.url), 404);
  told.approved = reviews(await api.update(id('one'), {moderation_status: 'approved'}));
  told.shown = await soon(() => status(sent.url), 200);
  told.illegal = await refused(() => api.update(id('one'), {moderation_status: 'illegal'}));
  const duplicate = {moderation: 'duplicate:0.8'};
  await uploader.upload(drawn, {public_id: id('first'), ...duplicate});
  told.first = await soon(async () => reviews(await api.resource(id('first'))), [['duplicate', 'approved']]);
  await uploader.upload(drawn, {public_id: id('again'), ...duplicate, width: 200, crop: 'scale'});
  told.again = await soon(async () => reviews(await api.resource(id('again'))), [['duplicate', 'rejected']]);
  const asked = [{create_derived: true, bytes_step: 20000, min_width: 200, transformation: {angle: 90}}];
  const measured = await uploader.upload(file, {public_id: id('b'), responsive_breakpoints: asked});
  const [found] = measured.responsive_breakpoints;
  told.transformation = found.transformation;
  told.widths = [found.breakpoints[0].width, found.breakpoints[found.breakpoints.length - 1].width];
  told.delivered = await status(found.breakpoints[0].url);
  const looked = await uploader.explicit(id('b'), {type: 'upload', quality_analysis: true});
  told.focus = typeof looked.quality_analysis.focus;
  told.detection = await refused(() => uploader.upload(file, {detection: 'illegal'}));
  const data = `data:image/jpeg;base64,${fs.readFileSync(file).toString('base64')}`;
  told.analyzed = typeof (await analysis.analyze_uri(data, 'image_quality')).data.analysis.data.score;
  told.captioning = await refused(() => analysis.analyze_uri(data, 'captioning'));
  await api.delete_resources_by_prefix('node-moderated/');
  console.log(JSON.stringify(told));
})().catch(error => { console.error(error, JSON.stringify(error)); process.exit(1); });
"""


def test_node_moderates_and_looks(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    drawn = Image.new("L", (320, 240), 255)
    ImageDraw.Draw(drawn).polygon([(20, 200), (120, 30), (300, 180)], fill=60)
    drawn.save(tmp_path / "drawn.png")
    address = node.address(safelight, "&secure=false")
    told = node.run(PROGRAM, tmp_path, "photo.jpg", "drawn.png", seconds_max=180, CLOUDINARY_URL=address)
    assert told == {
        "pending": [["manual", "pending"]],
        "listed": True,
        "rejected": [["manual", "rejected"]],
        "hidden": 404,
        "approved": [["manual", "approved"]],
        "shown": 200,
        "illegal": "Illegal value illegal for parameter moderation_status",
        "first": [["duplicate", "approved"]],
        "again": [["duplicate", "rejected"]],
        "transformation": "a_90",
        "widths": [480, 200],
        "delivered": 200,
        "focus": "number",
        "detection": "Detection invalid model 'illegal'",
        "analyzed": "number",
        "captioning": "You don't have an active subscription for AI Content Analysis (captioning)",
    }
