"""Servers that speak as S3 and as Azure's store do, started for the tests on free ports of loopback."""

import base64
import hashlib
import hmac
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import IO
from urllib.parse import quote

START_SECONDS_MAX = 60
NODE_MODULES = Path(__file__).parents[1] / "node" / "node_modules"
# The account that every Azure emulator has; its key is public.
AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BUCKET = "blobs"


@contextmanager
def s3() -> Iterator[str]:
    """An address for from_url without a prefix's end: a test appends its own folder with `{}`."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/moto-api/"):
        _request("PUT", f"http://127.0.0.1:{port}/{BUCKET}", {})
        endpoint = f"endpoint=http://127.0.0.1:{port}&region=us-east-1"
        yield f"s3://{BUCKET}/{{}}?{endpoint}&access_key=test&secret_key=a/b+c"


@contextmanager
def azure() -> Iterator[str]:
    """The same for Azure."""
    program = NODE_MODULES / "azurite" / "dist" / "src" / "blob" / "main.js"
    node = shutil.which("node")
    if node is None or not program.exists():
        raise RuntimeError("The Azure emulator is missing: install Node.js 20 and run `npm ci --prefix tests/node`.")
    port = _free_port()
    limits = ["--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    command = [node, str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), *limits]
    with _running(command, f"http://127.0.0.1:{port}/"):
        endpoint = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"
        _make_container(endpoint)
        yield f"az://{AZURE_ACCOUNT}/{BUCKET}/{{}}?endpoint={endpoint}&access_key={quote(AZURE_KEY)}"


@contextmanager
def _running(command: list[str], url: str) -> Iterator[None]:
    # What it says goes to a file: nobody reads while the tests run, and a full pipe would stop it.
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, stdout=words, stderr=words)
        try:
            _wait_for(process, url, words)
            yield
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS_MAX)


def _wait_for(process: subprocess.Popen[bytes], url: str, words: IO[bytes]) -> None:
    for _ in range(START_SECONDS_MAX * 10):
        if process.poll() is not None:
            words.seek(0)
            raise RuntimeError(f"{process.args} ended: {words.read()[-500:].decode(errors='replace')}")
        try:
            _request("GET", url, {})
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args} did not answer at {url}")


def _make_container(endpoint: str) -> None:
    """The one request that obstore has no verb for, signed with the shared key."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
    kind = "application/octet-stream"
    signed_headers = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    resource = f"/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{BUCKET}\nrestype:container"
    text = "PUT" + "\n" * 5 + kind + "\n" * 7 + signed_headers + resource
    digest = hmac.new(base64.b64decode(AZURE_KEY), text.encode(), hashlib.sha256).digest()
    headers["Content-Type"] = kind
    headers["Authorization"] = f"SharedKey {AZURE_ACCOUNT}:{base64.b64encode(digest).decode()}"
    _request("PUT", f"{endpoint}/{BUCKET}?restype=container", headers)


def _request(method: str, url: str, headers: dict[str, str]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, method=method, headers=headers, data=b"" if method == "PUT" else None)
    with direct.open(request, timeout=10):
        return


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
