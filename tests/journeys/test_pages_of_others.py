"""A page of another site, in a real browser: what it may send, read and show, and what it may not."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cloudinary.utils import generate_auth_token
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.pictures import encoded

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
TOKEN_KEY = "99ff33221100aabbccdd"

UPLOAD = """async ([api, words, headers]) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(words)) form.append(name, value);
  const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 30});
  form.append('file', await new Promise(done => canvas.toBlob(done)), 'drawn.png');
  const answer = await fetch(api + '/image/upload', {method: 'POST', body: form, headers});
  return {status: answer.status, error: answer.headers.get('X-Cld-Error'), id: answer.headers.get('X-Request-Id'),
    said: await answer.json()};
}"""

PIECES = """async ([api, words, size]) => {
  const file = new Blob([new Uint8Array(size)]), step = 5 * 1024 * 1024, last = [];
  for (let start = 0; start < size; start += step) {
    const form = new FormData(), end = Math.min(start + step, size);
    for (const [name, value] of Object.entries(words)) form.append(name, value);
    form.append('file', file.slice(start, end), 'blob');
    const headers = {'X-Unique-Upload-Id': 'page-1', 'Content-Range': `bytes ${start}-${end - 1}/${size}`};
    last.push(await (await fetch(api + '/raw/upload', {method: 'POST', body: form, headers})).json());
  }
  return last;
}"""

TAKE_BACK = """async ([api, token]) => (await fetch(api + '/delete_by_token', {
  method: 'POST', body: new URLSearchParams({token}), headers: {'X-Requested-With': 'XMLHttpRequest'}})).json()"""

READ = """async ([url, headers]) => {
  const answer = await fetch(url, {headers});
  const told = name => answer.headers.get(name);
  return [answer.status, (await answer.blob()).size, told('Content-Range'), told('X-Cld-Error')];
}"""

ASK = "([url, headers]) => fetch(url, {headers}).then(() => 'answered', error => error.name)"

SHOW = """url => new Promise(done => {
  const image = new Image();
  image.onload = () => done(image.naturalWidth);
  image.onerror = () => done(0);
  image.src = url;
})"""


class _Empty(BaseHTTPRequestHandler):
    """Any path is an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "15")
        self.end_headers()
        self.wfile.write(b"<!doctype html>")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: nobody reads it."""


@contextmanager
def another_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    path = next(path for path in BROWSERS if Path(path).exists())
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with another_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        page = browser.new_page()
        page.goto(site)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def client(safelight) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{safelight.api}/", auth=safelight.auth, timeout=60) as client:
        preset = {"name": "page", "unsigned": True, "return_delete_token": True}
        client.post("upload_presets", json=preset).raise_for_status()
        yield client


def picture() -> bytes:
    return encoded(Image.new("RGB", (60, 40), "red"), "PNG")


def test_it_uploads_by_a_preset_reads_why_not_and_takes_back(safelight, client, page):
    watched = {"X-Requested-With": "XMLHttpRequest", "traceparent": "00-0-0-00", "x-of-some-watcher": "1"}
    sent = page.evaluate(UPLOAD, [safelight.api, {"upload_preset": "page"}, watched])
    assert (sent["status"], sent["said"]["width"], sent["said"]["original_filename"]) == (200, 40, "drawn")
    assert sent["id"]
    refused = page.evaluate(UPLOAD, [safelight.api, {"upload_preset": "nobody"}, watched])
    assert (refused["status"], refused["error"]) == (400, refused["said"]["error"]["message"])
    token = sent["said"]["delete_token"]
    assert page.evaluate(TAKE_BACK, [safelight.api, token]) == {"result": "ok"}
    assert client.get(f"resources/image/upload/{sent['said']['public_id']}").status_code == 404


def test_it_uploads_in_pieces(safelight, client, page):
    answers = page.evaluate(PIECES, [safelight.api, {"upload_preset": "page"}, 6_000_000])
    assert [answer["done"] for answer in answers] == [False, True]
    assert answers[-1]["bytes"] == 6_000_000


def test_it_uploads_with_a_bearer_token(safelight, client, page):
    issued = client.post("access_tokens", json={"scopes": ["upload"]}).json()
    headers = {"Authorization": f"Bearer {issued['token']}"}
    sent = page.evaluate(UPLOAD, [safelight.api, {"public_id": "page/bearer"}, headers])
    assert (sent["status"], sent["said"]["public_id"]) == (200, "page/bearer")
    client.delete(f"access_tokens/{issued['id']}")
    assert page.evaluate(UPLOAD, [safelight.api, {}, headers])["error"] == "Invalid token"


def test_it_reads_files_in_parts_and_why_there_is_none(safelight, client, page):
    safelight.upload(picture(), public_id="page/read")
    base = f"{safelight.base}/{safelight.cloud}/image/upload"
    size = len(picture())
    part = page.evaluate(READ, [f"{base}/page/read.png", {"Range": "bytes=0-9", "x-of-some-watcher": "1"}])
    assert part == [206, 10, f"bytes 0-9/{size}", None]
    assert page.evaluate(READ, [f"{base}/page/none.png", {}])[3] == "Resource not found - page/none"


def test_the_admin_api_is_out_of_its_reach(safelight, client, page):
    pair = b64encode(":".join(safelight.auth).encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    assert httpx.get(f"{safelight.api}/resources/image", headers=headers).status_code == 200
    assert page.evaluate(ASK, [f"{safelight.api}/resources/image", headers]) == "TypeError"


def test_it_shows_what_its_address_and_its_cookie_open(safelight, client, page):
    base = f"{safelight.base}/{safelight.cloud}/image"
    safelight.upload(picture(), public_id="page/shown")
    safelight.upload(picture(), public_id="page/locked", type="authenticated")
    key = client.post("token_keys", json={"key": TOKEN_KEY}).json()
    try:
        assert page.evaluate(SHOW, f"{base}/authenticated/page/locked.png?1") == 0
        token = generate_auth_token(key=TOKEN_KEY, duration=600, acl=f"/{safelight.cloud}/image/authenticated/page/*")
        page.evaluate("cookie => { document.cookie = cookie + '; path=/'; }", token)
        assert page.evaluate(SHOW, f"{base}/authenticated/page/locked.png?2") == 60
        for number, (hosts, width) in enumerate(((["elsewhere.example"], 0), (["127.0.0.1"], 60))):
            client.put("access_settings", json={"allowed_referrers": hosts}).raise_for_status()
            assert page.evaluate(SHOW, f"{base}/upload/page/shown.png?{number}") == width
    finally:
        client.put("access_settings", json={"allowed_referrers": None})
        client.delete(f"token_keys/{key['id']}")
    assert client.get("access_settings").json()["allowed_referrers"] is None
