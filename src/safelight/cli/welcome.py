"""Words of welcome: where it runs, and code that works as it stands, over plain HTTP on this machine."""

import os
import shutil
import sys
from urllib.parse import urlsplit

PICTURE = "c_fill,g_auto,w_400,h_300/f_auto/q_auto/photo"


def cloudinary_url(address: str, cloud: str, api_key: str, secret: str) -> str:
    """What SDKs read. It holds no `secure=false`: from a URL that is a text, and to Python and Node.js it is true.

    The Node.js SDK chooses between http and https by `upload_prefix` when it is loaded, so it must stand here.
    """
    return f"cloudinary://{api_key}:{secret}@{cloud}?upload_prefix={address}&cname={urlsplit(address).netloc}"


def curl_command(address: str, cloud: str, api_key: str, secret: str) -> str:
    return f"curl -u {api_key}:{secret} -F file=@photo.jpg -F public_id=photo {address}/v1_1/{cloud}/image/upload"


def python_code() -> str:
    """A program for Python with CLOUDINARY_URL in its environment."""
    return """\
import cloudinary.uploader, cloudinary.utils

print(cloudinary.uploader.upload("photo.jpg", public_id="photo")["url"])
print(cloudinary.utils.cloudinary_url("photo", width=400, height=300, crop="fill", gravity="auto", secure=False)[0])"""


def node_code() -> str:
    """A program for Node.js with CLOUDINARY_URL in its environment."""
    return """\
const cloudinary = require("cloudinary").v2;

cloudinary.uploader.upload("photo.jpg", {public_id: "photo"}).then(sent => console.log(sent.url));
console.log(cloudinary.url("photo", {width: 400, height: 300, crop: "fill", gravity: "auto", secure: false}));"""


def program() -> str:
    """How this program is called from where the person is: `safelight`, or the way to it as it was started."""
    if shutil.which("safelight"):
        return "safelight"
    return os.path.relpath(sys.argv[0]) if sys.argv[0].endswith("safelight") else "safelight"


def first_words(address: str, cloud: str, api_key: str, secret: str) -> str:
    """After the first start: the key, whose secret is never shown again, and what to do with it."""
    return f"""
Safelight runs at {address}

It made the cloud `{cloud}` and an API key. The secret is shown only now:

export CLOUDINARY_URL='{cloudinary_url(address, cloud, api_key, secret)}'

# Upload a photo with curl:
{curl_command(address, cloud, api_key, secret)}

# With Python (pip install cloudinary), CLOUDINARY_URL set as above:
{python_code()}

// With Node.js (npm install cloudinary), CLOUDINARY_URL set as above:
{node_code()}

Then open {address}/{cloud}/image/upload/{PICTURE}
Ctrl+C stops Safelight. More keys: {program()} key create {cloud}
"""


def later_words(address: str) -> str:
    """After any other start."""
    return f"""
Safelight runs at {address}
Keys: `{program()} key list`, `{program()} key create CLOUD`; a secret is shown once, when its key is made.
Ctrl+C stops Safelight.
"""
