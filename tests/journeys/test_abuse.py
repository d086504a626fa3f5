"""A flood at a running installation with two HTTP workers: it gets its share, and what is there stays for all."""

from collections.abc import Iterator

import httpx
import pytest

from safelight.transform.sign import sign_url
from tests.installation import Installation
from tests.pictures import photo

NEW_MAX = 4
TOKEN = "the-word-of-this-test"


@pytest.fixture(scope="module")
def safelight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(
        tmp_path_factory.mktemp("abuse"),
        arguments=("--workers", "2"),
        environment={
            "SAFELIGHT_DERIVED_NEW_PER_HOUR": str(NEW_MAX),
            "SAFELIGHT_SERVER_METRICS_NETWORKS": "203.0.113.0/24",
            "SAFELIGHT_SERVER_METRICS_TOKEN": TOKEN,
            "SAFELIGHT_TEST_CLOCK": "1",
        },
    )
    # Else the hour might be over in the middle.
    installation.run("clock", "set", "2026-01-02T03:04:05Z")
    installation.start()
    yield installation
    assert installation.stop() == 0


def test_random_sizes_end_somewhere_whichever_process_is_asked(safelight: Installation):
    safelight.upload(photo(64, 48), public_id="tom")
    address = f"{safelight.base}/{safelight.cloud}/image/upload"
    # A connection of its own for each, so that both workers are asked.
    answers = {width: httpx.get(f"{address}/w_{width}/tom.jpg", timeout=30) for width in range(10, 10 + 2 * NEW_MAX)}
    assert sorted(answer.status_code for answer in answers.values()) == [200] * NEW_MAX + [429] * NEW_MAX
    refused = answers[10 + NEW_MAX]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Rate Limit Exceeded" in refused.headers["X-Cld-Error"]
    for _ in range(3):
        assert httpx.get(f"{address}/w_10/tom.jpg", timeout=30).status_code == 200
        assert httpx.get(f"{address}/tom.jpg", timeout=30).status_code == 200
    signature = sign_url("w_99/tom.jpg", safelight.secret)
    assert httpx.get(f"{address}/s--{signature}--/w_99/tom.jpg", timeout=30).status_code == 200


@pytest.mark.parametrize(("word", "status"), [(None, 403), ("wrong", 401), (TOKEN, 200)])
def test_the_numbers_are_for_who_may_read_them(safelight: Installation, word: str | None, status: int):
    headers = {} if word is None else {"Authorization": f"Bearer {word}"}
    assert httpx.get(f"{safelight.base}/metrics", headers=headers, timeout=30).status_code == status
