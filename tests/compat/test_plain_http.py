"""What clients do that are no SDK of ours to choose: credentials, bodies, paths, pages in browsers, limits."""

import base64
import email.utils
import http.client
import json
import re
import time
from urllib.parse import quote

import httpx
import pytest

from tests.house.source import ROOT

ORIGIN = {"Origin": "https://shop.example"}


@pytest.fixture(scope="module")
def client(safelight):
    with httpx.Client(base_url=f"{safelight.api}/", auth=safelight.auth, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def photographs(client, photo):
    """Names with slashes, in the cloud."""
    names = ["plain/one", "plain/a b/ü", "plain/ça.va_(1)"]
    for name in names:
        client.post("image/upload", data={"public_id": name, "tags": "plain"}, files={"file": photo}).raise_for_status()
    return names


@pytest.fixture(scope="module")
def odd_key(safelight):
    """A key whose credentials look different in the two alphabets, with two letters of padding."""
    words = ("--api-key", "k~~", "--api-secret", "??>>~~")
    return json.loads(safelight.run("key", "create", safelight.cloud, "--json", *words).stdout)


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("is_padded", [True, False])
def test_basic_credentials_in_either_alphabet(safelight, odd_key, alphabet, is_padded):
    pair = alphabet(f"{odd_key['api_key']}:{odd_key['api_secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {pair if is_padded else pair.rstrip('=')}"}
    assert httpx.get(f"{safelight.api}/ping", headers=headers).json() == {"status": "ok"}
    answer = httpx.post(
        f"{safelight.api}/image/tags", headers=headers, data={"command": "remove_all", "public_ids": "-"}
    )
    assert answer.json() == {"public_ids": []}


@pytest.mark.parametrize("path", ["ping", "config", "resources", "folders", "tags/image", "resources/image/none"])
def test_every_answer_of_the_admin_api_tells_what_may_still_be_asked(client, path):
    first, second = client.get(path), client.get(path)
    limit = int(first.headers["X-FeatureRateLimit-Limit"])
    left = [int(answer.headers["X-FeatureRateLimit-Remaining"]) for answer in (first, second)]
    assert 0 < left[1] == left[0] - 1 < limit
    resets_at = email.utils.parsedate_to_datetime(first.headers["X-FeatureRateLimit-Reset"]).timestamp()
    assert 0 <= resets_at - time.time() <= 3600
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


WORDS = {"kind": "image", "access": "upload"}
UNASKED = {"/delete_by_token"}
"""Calls that ask for no credentials: the token that they bring is enough."""


@pytest.fixture(scope="module")
def calls(safelight):
    """Method and path of every call below a cloud, as the document of this release tells them."""
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text())
    found = [
        (method.upper(), re.sub(r"{(\w+)}", lambda word: WORDS.get(word[1], "nobody"), below))
        for path, methods in document["paths"].items()
        if "{cloud}" in path and (below := path.replace("{cloud}", safelight.cloud))
        for method in methods
        if method in ("get", "post", "put", "delete")
    ]
    assert len(found) > 80
    return [(method, path) for method, path in found if not path.endswith(tuple(UNASKED))]


@pytest.mark.parametrize(
    ("header", "told"),
    [("Bearer nonsense", "Invalid token"), ("Basic bm9ib2R5OnNlY3JldA==", "Invalid api_key nobody")],
)
def test_every_call_refuses_who_brings_credentials_that_are_none(safelight, calls, header, told):
    with httpx.Client(base_url=safelight.base, headers={"Authorization": header}, timeout=60) as client:
        for method, path in calls:
            answer = client.request(method, path)
            assert (answer.status_code, answer.json()["error"]["message"]) == (401, told), (method, path)


def test_every_call_knows_a_bearer_token(safelight, calls):
    issued = json.loads(safelight.run("token", "issue", safelight.cloud, safelight.key, "--json").stdout)
    with httpx.Client(base_url=safelight.base, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {issued['token']}"
        for method, path in calls:
            # Messages are waited for, unless one says otherwise.
            answer = client.request(method, path, params={"wait_seconds": 0})
            assert answer.status_code != 401, (method, path, answer.text)
            assert answer.status_code < 500, (method, path, answer.text)
    safelight.run("token", "revoke", safelight.cloud, issued["id"])


def test_json_stands_in_bodies_of_get_and_delete(client, photographs, photo):
    listed = client.request("GET", "resources/image/upload", json={"prefix": "plain/", "max_results": 2, "tags": True})
    assert len(listed.json()["resources"]) == 2
    assert listed.json()["resources"][0]["tags"] == ["plain"]
    by_name = client.request("GET", "resources/image/upload", json={"public_ids": photographs})
    assert {one["public_id"] for one in by_name.json()["resources"]} == set(photographs)
    client.post("image/upload", data={"public_id": "plain-gone"}, files={"file": photo}).raise_for_status()
    gone = client.request("DELETE", "resources/image/upload", json={"public_ids": ["plain-gone"]})
    assert gone.json()["deleted"] == {"plain-gone": "deleted"}


@pytest.mark.parametrize("safe", ["/", ""])
def test_slashes_of_a_path_may_be_escaped(client, photographs, safe):
    for name in photographs:
        path = f"resources/image/upload/{quote(name, safe=safe)}"
        assert client.get(path).json()["public_id"] == name
        assert client.get(quote(path, safe="%") if safe else path.replace("/", "%2F")).status_code == 200
    client.post(f"folders/{quote('plain/in side', safe=safe)}").raise_for_status()
    shown = client.get(f"folders/{quote('plain', safe=safe)}").json()
    assert "plain/in side" in [folder["path"] for folder in shown["folders"]]
    deleted = client.delete(f"folders{'/' if safe else '%2F'}{quote('plain/in side', safe=safe)}")
    assert deleted.json()["deleted"] == ["plain/in side"]


@pytest.mark.parametrize("size", [1, 65_536, 3_000_000])
def test_an_upload_may_come_without_saying_how_long_it_is(safelight, client, photo, size):
    """As Node.js sends it: `Transfer-Encoding: chunked`, in whatever pieces."""
    boundary = "b0undary"
    data = photo + bytes(size)
    body = b"".join(
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="public_id"\r\n\r\nplain/chunked.bin\r\n'.encode(),
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n\r\n'.encode(),
            data,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    step = 40 if size < 1000 else 70_001
    pieces = (body[start : start + step] for start in range(0, len(body), step))
    answer = client.post(
        "raw/upload", content=pieces, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    assert "content-length" not in answer.request.headers
    assert answer.json()["bytes"] == len(data)
    assert httpx.get(f"{safelight.base}/{safelight.cloud}/raw/upload/plain/chunked.bin").content == data


def test_a_chunked_upload_that_breaks_off_is_nothing(safelight, client):
    line = http.client.HTTPConnection("127.0.0.1", safelight.port, timeout=20)
    line.putrequest("POST", f"/v1_1/{safelight.cloud}/raw/upload?public_id=plain/broken.bin")
    line.putheader("Authorization", "Basic " + base64.b64encode(":".join(safelight.auth).encode()).decode())
    line.putheader("Transfer-Encoding", "chunked")
    line.putheader("Content-Type", "multipart/form-data; boundary=b")
    line.endheaders(b'30\r\n--b\r\nContent-Disposition: form-data; name="file"')
    line.close()
    assert client.get("resources/raw/upload/plain/broken.bin").status_code == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        *(("image/upload", "POST"), ("upload", "POST"), ("auto/upload_chunked", "POST"), ("raw/upload", "PUT")),
        *(("delete_by_token", "POST"), ("image/explicit", "POST")),
    ],
)
def test_pages_of_other_sites_may_upload(safelight, path, method):
    wanted = "authorization, content-range, content-type, x-requested-with, x-unique-upload-id"
    asked = {**ORIGIN, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": wanted}
    leave = httpx.options(f"{safelight.api}/{path}", headers=asked)
    assert leave.status_code in (200, 204)
    assert leave.headers["access-control-allow-origin"] == "*"
    assert method in leave.headers["access-control-allow-methods"]
    allowed = {word.strip().lower() for word in leave.headers["access-control-allow-headers"].split(",")}
    assert set(wanted.split(", ")) <= allowed


def test_a_page_reads_the_answer_and_the_refusal_of_its_upload(safelight, client, photo):
    client.post(
        "upload_presets", json={"name": "plain", "unsigned": True, "return_delete_token": True}
    ).raise_for_status()
    url = f"{safelight.api}/image/upload"
    sent = httpx.post(url, headers=ORIGIN, data={"upload_preset": "plain"}, files={"file": photo})
    refused = httpx.post(url, headers=ORIGIN, data={"upload_preset": "nobody"}, files={"file": photo})
    token = sent.json()["delete_token"]
    gone = httpx.post(f"{safelight.api}/delete_by_token", headers=ORIGIN, data={"token": token})
    assert [answer.status_code for answer in (sent, refused, gone)] == [200, 400, 200]
    assert refused.headers["x-cld-error"] == refused.json()["error"]["message"]
    for answer in (sent, refused, gone):
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].lower()
        assert "x-cld-error" in exposed
        assert "x-request-id" in exposed


def test_a_page_may_read_what_is_delivered_and_why_it_is_not(safelight, photographs):
    base = f"{safelight.base}/{safelight.cloud}/image/upload"
    leave = httpx.options(
        f"{base}/plain/one.jpg",
        headers={**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"},
    )
    assert (leave.status_code, leave.headers["access-control-allow-origin"]) == (204, "*")
    assert "range" in leave.headers["access-control-allow-headers"].lower()
    for path, status in (
        ("plain/one.jpg", 200),
        ("plain/one.jpg", 200),
        ("w_zero/plain/one.jpg", 400),
        ("no.jpg", 404),
    ):
        answer = httpx.get(f"{base}/{path}", headers=ORIGIN)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")
        assert "X-Cld-Error" in answer.headers["access-control-expose-headers"]


def test_the_admin_api_is_for_no_page_of_a_browser(safelight):
    asked = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    answer = httpx.options(f"{safelight.api}/resources/image/upload", headers=asked)
    assert answer.status_code == 405
    assert "access-control-allow-headers" not in answer.headers
