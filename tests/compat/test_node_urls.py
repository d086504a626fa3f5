"""Libraries of the npm world that only build addresses: each address leads to a picture of the size that it says."""

import io
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from tests.compat import node

PROGRAM = """
const cloud = process.argv[2];
const {Cloudinary} = require('@cloudinary/url-gen');
const {fill, pad} = require('@cloudinary/url-gen/actions/resize');
const {sepia} = require('@cloudinary/url-gen/actions/effect');
const {byRadius} = require('@cloudinary/url-gen/actions/roundCorners');
const {byAngle} = require('@cloudinary/url-gen/actions/rotate');
const {source} = require('@cloudinary/url-gen/actions/overlay');
const {text} = require('@cloudinary/url-gen/qualifiers/source');
const {TextStyle} = require('@cloudinary/url-gen/qualifiers/textStyle');
const {autoGravity} = require('@cloudinary/url-gen/qualifiers/gravity');
const {constructCloudinaryUrl} = require('@cloudinary-util/url-loader');
const {transformUrl} = require('unpic');

const config = {cloud: {cloudName: cloud}, url: {secure: false, analytics: false}};
const image = () => new Cloudinary(config).image('shop/photo');
const loaded = options => constructCloudinaryUrl({options: {src: 'shop/photo', ...options}, config, analytics: false});
const title = {text: {text: 'Sale', fontFamily: 'Arial', fontSize: 40, color: 'white'}};
const corner = {gravity: 'north_west', x: 5, y: 5};

console.log(JSON.stringify({
  fill: image().resize(fill().width(100).height(80).gravity(autoGravity())).format('auto').quality('auto').toURL(),
  pad: image().resize(pad().width(90).height(90)).effect(sepia(60)).roundCorners(byRadius(20)).toURL(),
  turned: image().rotate(byAngle(90)).toURL(),
  lettered: image().overlay(source(text('Hello, world', new TextStyle('Arial', 30)))).toURL(),
  loader: loaded({width: 200, height: 150, crop: 'fill', gravity: 'auto'}),
  overlaid: loaded({width: 200, grayscale: true, blur: 200, overlays: [{...title, position: corner}]}),
  unpic: String(transformUrl({
    url: `https://res.cloudinary.com/${cloud}/image/upload/shop/photo.jpg`, width: 120, height: 90, format: 'webp',
  })),
}));
"""

SIZES = {
    "fill": (100, 80),
    "pad": (90, 90),
    "turned": (480, 640),
    "lettered": (640, 480),
    "loader": (200, 150),
    "overlaid": (200, 150),
    "unpic": (120, 90),
}


@pytest.fixture(scope="module")
def built(safelight, photo, tmp_path_factory) -> dict[str, str]:
    safelight.upload(photo, public_id="shop/photo")
    return node.run(PROGRAM, tmp_path_factory.mktemp("node"), safelight.cloud)


@pytest.mark.parametrize("name", SIZES)
def test_every_address_leads_to_a_picture(safelight, built, name):
    # These libraries write the host of the original, whatever they are told; a page would have ours in its place.
    answer = httpx.get(safelight.base + urlsplit(built[name]).path, timeout=30)
    assert answer.status_code == 200, answer.headers
    assert Image.open(io.BytesIO(answer.content)).size == SIZES[name]
