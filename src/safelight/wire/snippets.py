"""Snippets: code and addresses that work as they stand, for this installation and one of its keys."""

from dataclasses import dataclass
from urllib.parse import urlsplit

PICTURE = "c_fill,g_auto,w_400,h_300/f_auto/q_auto/photo"


@dataclass(frozen=True)
class Credentials:
    """Where to speak to, and as whom."""

    address: str
    """Scheme and host of the installation, without a slash at the end."""
    cloud: str
    api_key: str
    secret: str

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https:")

    @property
    def url(self) -> str:
        """What SDKs read as CLOUDINARY_URL.

        It holds no `secure=false`: from a URL that is a text, and to Python and Node.js it is true. The Node.js SDK
        chooses between http and https by `upload_prefix` when it is loaded, so it must stand here.
        """
        host = "secure_distribution" if self.is_secure else "cname"
        where = f"upload_prefix={self.address}&{host}={urlsplit(self.address).netloc}"
        return f"cloudinary://{self.api_key}:{self.secret}@{self.cloud}?{where}"

    @property
    def curl(self) -> str:
        to = f"{self.address}/v1_1/{self.cloud}/image/upload"
        return f"curl -u {self.api_key}:{self.secret} -F file=@photo.jpg -F public_id=photo {to}"

    @property
    def python(self) -> str:
        """A program for Python with CLOUDINARY_URL in its environment."""
        how = f", secure={self.is_secure}"
        return f"""\
import cloudinary.uploader, cloudinary.utils

print(cloudinary.uploader.upload("photo.jpg", public_id="photo")["url"])
print(cloudinary.utils.cloudinary_url("photo", width=400, height=300, crop="fill", gravity="auto"{how})[0])"""

    @property
    def node(self) -> str:
        """A program for Node.js with CLOUDINARY_URL in its environment."""
        how = f", secure: {'true' if self.is_secure else 'false'}"
        return f"""\
const cloudinary = require("cloudinary").v2;

cloudinary.uploader.upload("photo.jpg", {{public_id: "photo"}}).then(sent => console.log(sent.url));
console.log(cloudinary.url("photo", {{width: 400, height: 300, crop: "fill", gravity: "auto"{how}}}));"""

    @property
    def picture(self) -> str:
        """Where the uploaded photo is then seen."""
        return f"{self.address}/{self.cloud}/image/upload/{PICTURE}"
