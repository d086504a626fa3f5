"""The floors: everything imports downwards only, and each room keeps to itself."""

import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT


def test_everything_imports_downwards_only(tmp_path: Path):
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--cache-dir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
