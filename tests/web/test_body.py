"""Bodies of every shape, friendly and hostile."""

import json
import tracemalloc
from collections.abc import Iterable

import pytest
from starlette.requests import ClientDisconnect, Request

from safelight.kernel.errors import Invalid, TooLarge, TooMuch
from safelight.settings import UploadSettings
from safelight.uploads.staging import Staging
from safelight.web.body import read_params, read_upload

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "a-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def request(
    body: bytes | Iterable[bytes | None] = b"", content_type: str = "", *, method="POST", query="", **headers: str
):
    """`None` in the body: the client leaves."""
    parts = iter([body] if isinstance(body, bytes) else body)

    async def receive():
        part = next(parts, b"")
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": part != b""}

    named = {"content-type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items() if value],
    }
    return Request(scope, receive)


def multipart(*parts: tuple[str, bytes], end: str = f"--{BOUNDARY}--\r\n") -> bytes:
    """Parts by what stands behind `form-data; `."""
    whole = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode("latin-1") + data + b"\r\n"
        for head, data in parts
    )
    return whole + end.encode()


def in_bits(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.fixture
def staging(tmp_path):
    return Staging(tmp_path / "staging")


def left_behind(staging: Staging) -> list[str]:
    return [path.name for path in staging.folder.glob("*")] if staging.folder.exists() else []


async def upload(staging: Staging, sent: Request, **words):
    size_bytes_max = words.pop("size_bytes_max", 10**9)
    return await read_upload(sent, staging, UploadSettings(**words), size_bytes_max=size_bytes_max)


@pytest.mark.parametrize(
    ("sent", "params"),
    [
        (request(b"a=1&b=%C3%A9+x", FORM), {"a": "1", "b": "é x"}),
        (request(b"a=1&b=2", ""), {"a": "1", "b": "2"}),
        (request(b"k[]=a&k[]=b&k[]=", FORM), {"k": ["a", "b"]}),
        (request(b"k[0]=a&k[1]=b", FORM), {"k": ["a", "b"]}),
        (request(b"k=a&k=b", FORM), {"k": ["a", "b"]}),
        (request(b"k[]=a", FORM), {"k": ["a"]}),
        (request(b"a[b][c]=1", FORM), {"a[b][c]": "1"}),
        (request(b"a=&b=1&=2", FORM), {"b": "1"}),
        (request(b"", "", method="GET", query="a=1&next_cursor="), {"a": "1"}),
        (
            request(b'{"a":"x","b":true,"n":1.5,"z":null,"e":""}', "application/json"),
            {"a": "x", "b": "true", "n": "1.5"},
        ),
        (request(b'{"k":["a",2,null]}', "application/json", method="GET"), {"k": ["a", "2"]}),
        (request(b'{"k":[{"a":1}],"o":{"b":"\xc3\xa9"}}', "application/json"), {"k": '[{"a":1}]', "o": '{"b":"é"}'}),
        (request(b'{"a":1}', "application/json; charset=utf-8", method="DELETE", query="b=2"), {"a": "1", "b": "2"}),
        (request(b"  ", "application/json", method="GET"), {}),
        (
            request(multipart(('name="a"', b"1"), ('name="k[]"', b"x"), ('name="k[]"', b"y")), MULTIPART),
            {"a": "1", "k": ["x", "y"]},
        ),
        (request(multipart(('name="a"', b"1"), ('name="f"; filename="x"', b"ignored")), MULTIPART), {"a": "1"}),
    ],
)
async def test_parameters_come_in_many_shapes(sent, params):
    assert await read_params(sent) == params


@pytest.mark.parametrize(
    "sent",
    [
        request(b"[1]", "application/json"),
        request(b"{", "application/json"),
        request(b"[" * 100_000, "application/json"),
        request(b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "application/json"),
        request(b'{"a":' + b"9" * 5000 + b"}", "application/json"),
        request(b'{"a":"\\ud800"}', "application/json"),
        request(b'{"a":"x\\u0000y"}', "application/json"),
        request(b"a=%00", FORM),
        request(b"a=%ff", FORM),
        request(b"a=\xff", FORM),
        request(b"", query="a=%fe"),
        request(b"x" * 300 + b"=1", FORM),
        request(b"context%3Dk=v", FORM),
        request(b'{"context=k":"v"}', "application/json"),
        request("&".join(f"a{n}=1" for n in range(1001)).encode(), FORM),
        request(b"&".join(b"k[]=1" for _ in range(10_001)), FORM),
        request(b"<a/>", "application/xml"),
        request(multipart(('name="a"', b"\xff")), MULTIPART),
        request(b"", "multipart/form-data"),
        request(b"", MULTIPART),
    ],
)
async def test_broken_parameters_get_a_clear_word(sent):
    with pytest.raises(Invalid):
        await read_params(sent)


async def test_a_thousand_fields_and_many_items_are_welcome():
    body = "&".join([*(f"a{n}=1" for n in range(1000)), *("k[]=1" for _ in range(1500))])
    found = await read_params(request(body.encode(), FORM))
    assert (len(found), len(found["k"])) == (1001, 1500)


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
async def test_a_file_flows_into_the_staging_folder(staging, size):
    data = bytes(range(256)) * 10 + b"\r\n--a-bound"  # the end looks like the beginning of a boundary
    body = multipart(
        ('name="public_id"', b"tom"), ('name="file"; filename="my cat.jpg"', data), ('name="tags[]"', b"a")
    )
    found = await upload(staging, request(in_bits(body, size), MULTIPART))
    assert (found.params, found.filename, found.source) == ({"public_id": "tom", "tags": ["a"]}, "my cat.jpg", None)
    assert found.staged is not None
    assert found.staged.path.read_bytes() == data
    assert (found.staged.size_bytes, found.staged.head) == (len(data), data[:4096])


@pytest.mark.parametrize(
    ("head", "filename"),
    [
        ('name="file"; filename="cat.jpg"', "cat.jpg"),
        ("name=file; filename=cat.jpg", "cat.jpg"),
        ('name="file"; filename="x"; filename*=UTF-8\'\'zo%C3%AB.jpg', "zoë.jpg"),
        ("name=\"file\"; filename*=utf-8''zo%C3%AB.jpg", "zoë.jpg"),
        ('name="file"; filename="zo\xc3\xab.jpg"', "zoë.jpg"),
        ('name="file"; filename=""', None),
        ('name="file"; filename="C:\\photos\\cat.jpg"', "cat.jpg"),
    ],
)
async def test_the_name_of_the_file_is_read(staging, head, filename):
    found = await upload(staging, request(multipart((head, b"data")), MULTIPART))
    assert found.staged is not None
    assert found.filename == filename


@pytest.mark.parametrize(
    "sent",
    [
        request(multipart(('name="file"', b"https://a.example/x.jpg")), MULTIPART),
        request(b"file=https://a.example/x.jpg", FORM),
        request(b'{"file":"https://a.example/x.jpg"}', "application/json"),
        request(b"", query="file=https://a.example/x.jpg"),
    ],
)
async def test_a_text_in_place_of_the_file_is_a_source(staging, sent):
    found = await upload(staging, sent)
    assert (found.params, found.staged, found.source) == ({}, None, "https://a.example/x.jpg")


async def test_a_raw_body_is_the_file_and_the_query_tells_the_rest(staging):
    sent = request(
        [b"da", b"ta"],
        "application/octet-stream",
        method="PUT",
        query="public_id=tom",
        content_disposition='inline; filename="a.txt"',
    )
    found = await upload(staging, sent)
    assert found.staged is not None
    assert (found.params, found.staged.path.read_bytes(), found.filename) == ({"public_id": "tom"}, b"data", "a.txt")


@pytest.mark.parametrize(
    ("disposition", "filename"),
    [
        ('attachment; filename="my%20c%C3%A4t.jpg"', "my cät.jpg"),
        ('attachment; filename="cat.jpg"', "cat.jpg"),
        ("attachment", "blob"),
        ("", "blob"),
    ],
)
async def test_a_page_tells_the_name_of_a_file_in_pieces_outside_of_the_form(staging, disposition, filename):
    form = multipart(('name="file"; filename="blob"', b"data"))
    found = await upload(staging, request(form, MULTIPART, content_disposition=disposition))
    assert found.filename == filename


FILE = 'name="file"; filename="x"'


@pytest.mark.parametrize(
    "sent",
    [
        request(multipart((FILE, b"data")), "multipart/form-data"),
        request(multipart((FILE, b"data")), "multipart/form-data; boundary="),
        request(multipart((FILE, b"data")), MULTIPART, content_disposition='attachment; filename="%ff"'),
        request(multipart((FILE, b"data")), "multipart/form-data; boundary=" + "x" * 300),
        request(multipart((FILE, b"data")), "multipart/form-data; boundary=another"),
        request(multipart((FILE, b"data"), end=""), MULTIPART),
        request(multipart((FILE, b"data"))[:-20], MULTIPART),
        request(b"no multipart at all", MULTIPART),
        request(multipart((FILE, b"one"), (FILE, b"two")), MULTIPART),
        request(multipart((FILE, b"one"), ('name="file"', b"https://a.example/")), MULTIPART),
        request(multipart((FILE, b"one"), ('name="a"', b"\xff")), MULTIPART),
        request(multipart((FILE, b"one"), ('name="a"', b"\x00")), MULTIPART),
        request(multipart((FILE, b"one"), ("x" * 5000, b"")), MULTIPART),
        request(multipart((FILE, b"one"), *((f'name="a{n}"', b"1") for n in range(1001))), MULTIPART),
        request(multipart((FILE, b"one"), ('name="a"\r\nContent-Length: 99', b"1")), MULTIPART),
        request(multipart((FILE, b"one"), ('name="a"', b"x" * 2000)), MULTIPART),
        request(multipart(("name=\"file\"; filename*=utf-8''%FF", b"one")), MULTIPART),
        request(b"--a-boundary\nContent-Disposition: form-data; name=a\n\n1\n--a-boundary--", MULTIPART),
        request(b"--a-boundary\r\nContent-Disposition: attachment\r\n\r\n1\r\n--a-boundary--\r\n", MULTIPART),
        request(b"x" * 2000, FORM),
        request(b"a=1", "text/plain"),
    ],
)
async def test_a_broken_upload_leaves_nothing(staging, sent):
    with pytest.raises((Invalid, TooLarge)):
        await upload(staging, sent, field_bytes_max=1000)
    assert left_behind(staging) == []


async def test_a_client_that_leaves_takes_everything_along(staging):
    body = multipart((FILE, b"x" * 10_000), end="")
    with pytest.raises(ClientDisconnect):
        await upload(staging, request([body[:5000], None], MULTIPART))
    assert left_behind(staging) == []


async def test_a_file_too_large_is_measured_to_its_end_and_not_kept(staging):
    body = multipart((FILE, b"x" * 10_000))
    with pytest.raises(TooMuch, match=r"^File size too large. Got 10000. Maximum is 4000.$"):
        await upload(staging, request(in_bits(body, 1000), MULTIPART), size_bytes_max=4000)
    assert left_behind(staging) == []


@pytest.mark.parametrize("tells_length", [True, False])
async def test_a_request_too_large_is_refused_at_once(staging, tells_length):
    body = multipart((FILE, b"x" * 10_000))
    headers = {"content_length": str(len(body))} if tells_length else {}
    sent = request(in_bits(body, 1000), MULTIPART, **headers)
    with pytest.raises(TooLarge) as caught:
        await upload(staging, sent, request_bytes_max=4000)
    assert caught.value.status == 413
    assert left_behind(staging) == []


async def test_three_hundred_megabytes_pass_in_constant_memory(staging):
    chunk, count = bytes(64 * 1024), 4800

    def body() -> Iterable[bytes]:
        yield multipart((FILE, b""), end="")[:-2]
        yield from (chunk for _ in range(count))
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    tracemalloc.start()
    try:
        found = await upload(staging, request(body(), MULTIPART))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.staged is not None
    assert found.staged.size_bytes == len(chunk) * count > 300_000_000
    assert peak < 8_000_000
    await staging.drop(found.staged)


async def test_data_uris_pass_in_memory_of_their_own_size(staging):
    text = json.dumps({"file": "data:;base64," + "A" * 1_000_000}).encode()
    found = await upload(staging, request(in_bits(text, 65_536), "application/json"))
    assert found.source is not None
    assert len(found.source) == 1_000_013
