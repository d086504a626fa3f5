"""A Node program that uses the packages of tests/node, unchanged: what it printed last, as JSON."""

import json
import os
import subprocess
from pathlib import Path

from tests.installation import Installation

MODULES = Path(__file__).parent.parent / "node" / "node_modules"


def address(installation: Installation, more: str = "") -> str:
    """The one setting that moves an application over, CLOUDINARY_URL: calls and delivery go to this installation."""
    keys = f"{installation.key}:{installation.secret}@{installation.cloud}"
    return f"cloudinary://{keys}?upload_prefix={installation.base}&cname=127.0.0.1:{installation.port}{more}"


def run(program: str, folder: Path, *words: str, seconds_max: float = 120, **environment: str):
    """Run `program` in `folder` with `words` behind its name, and variables of `environment`; its last line, as JSON.

    A program that fails, fails the test with what it wrote.
    """
    assert MODULES.is_dir(), "tests/setup.sh installs the packages of tests/node"
    (folder / "application.js").write_text(program)
    done = subprocess.run(
        ["node", "application.js", *words],
        cwd=folder,
        env={**os.environ, "NODE_PATH": str(MODULES), **environment},
        capture_output=True,
        text=True,
        timeout=seconds_max,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])
