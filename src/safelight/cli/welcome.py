"""Words of welcome: where it runs, and code that works as it stands, over plain HTTP on this machine."""

import os
import shutil
import sys

from safelight.wire.snippets import Credentials


def cloudinary_url(address: str, cloud: str, api_key: str, secret: str) -> str:
    return Credentials(address, cloud, api_key, secret).url


def program() -> str:
    """How this program is called from where the person is: `safelight`, or the way to it as it was started."""
    if shutil.which("safelight"):
        return "safelight"
    return os.path.relpath(sys.argv[0]) if sys.argv[0].endswith("safelight") else "safelight"


def first_words(address: str, cloud: str, api_key: str, secret: str) -> str:
    """After the first start: the key, whose secret is never shown again, and what to do with it."""
    known = Credentials(address, cloud, api_key, secret)
    return f"""
Safelight runs at {address}

It made the cloud `{cloud}` and an API key. The secret is shown only now:

export CLOUDINARY_URL='{known.url}'

# Upload a photo with curl:
{known.curl}

# With Python (pip install cloudinary), CLOUDINARY_URL set as above:
{known.python}

// With Node.js (npm install cloudinary), CLOUDINARY_URL set as above:
{known.node}

Then open {known.picture}
Ctrl+C stops Safelight. More keys: {program()} key create {cloud}
"""


def setup_words(link: str) -> str:
    """As long as nobody owns it."""
    return f"""
Open this once to become its owner (it works once and not for long; `{program()} setup-link` prints a new one):

    {link}
"""


def later_words(address: str) -> str:
    """After any other start."""
    return f"""
Safelight runs at {address}
Keys: `{program()} key list`, `{program()} key create CLOUD`; a secret is shown once, when its key is made.
Ctrl+C stops Safelight.
"""
