"""`safelight reindex`, as somebody types it."""

import json
import os
import subprocess
import sys

SECONDS_MAX = 100


def said(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "safelight.cli.main", "reindex", *words],
        env={**os.environ, "SAFELIGHT_DATABASE": url},
        capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
    )  # fmt: skip


def test_each_index_is_told_as_it_is_made(tables):
    told = said(tables, "--json", "analyses")
    assert told.returncode == 0, told.stderr
    made = [json.loads(line) for line in told.stdout.splitlines()]
    assert {"pk_analyses", "ix_analyses_cell", "ix_analyses_shape_0"} <= {line["index"] for line in made}
    assert [line["number"] for line in made] == [*range(1, made[0]["of"] + 1)]
    assert all(line["size_bytes"] > 0 for line in made)


def test_a_table_that_is_not_there_is_told_in_one_line(tables):
    told = said(tables, "pictures")
    assert (told.returncode, told.stderr) == (1, "safelight: There is no table pictures.\n")
