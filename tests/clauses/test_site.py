"""Over every page and call of a running installation: cookies (PP-59, PP-61), the form (PP-01), DNT (PP-40), PP-62."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import httpx
import pytest
from starlette.routing import Route

from safelight.boot import doors
from safelight.wire import cookies
from tests.clauses.site import WRITTEN_SECONDS, Site, site
from tests.house.source import SRC
from tests.pictures import photo

DELIVERED = ("/{delivery", "/v1_1/")
"""What pictures are delivered by, and what programs call: no cookie is ever set there."""


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as made:
        made.installation.upload(photo(64, 48), public_id="cat")
        yield made


@pytest.fixture(scope="module")
def paths(ann: Site) -> list[tuple[str, str]]:
    """Every route that a GET reaches, and an address of it."""
    words = {"cloud": ann.installation.cloud, "kind": "image", "access": "upload", "type": "upload", "format": "json"}
    found = [
        (route.path, re.sub(r"\{(\w+)(:\w+)?\}", lambda name: words.get(name[1], "cat"), route.path))
        for route in asyncio.run(doors.routes_of_a_model())
        if isinstance(route, Route) and "GET" in (route.methods or ())
    ]
    media = f"/{ann.installation.cloud}/image/upload"
    found += [("/{delivery}", f"{media}/{rest}") for rest in ("cat.png", "c_scale,w_9/cat.png", "none.png")]
    assert len(found) > 100
    return found


def allowed(*, secure: bool) -> set[tuple[str, str]]:
    """Name and flags of each cookie of the registry, as it is set and as it is taken away."""
    told = (
        cookies.line(cookie, "", is_secure=secure, lifetime_seconds=seconds)
        for cookie in cookies.REGISTRY
        for seconds in (None, 0)
    )
    return {(line.partition("=")[0], line.partition("; ")[2]) for line in told}


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("who", ["nobody", "somebody", "somebody with false cookies"])
def test_pp_59_every_cookie_is_in_the_registry_with_its_lifetime_and_flags(ann, paths, secure, who):
    seen: Counter[str] = Counter()
    with ann.browser(signed_in=who == "somebody", secure=secure) as client:
        if who.endswith("false cookies"):
            names = [each.name_for(is_secure=secure) for each in cookies.REGISTRY]
            client.headers["Cookie"] = "; ".join(f"{name}=x.y" for name in names)
        for route, path in paths:
            for accept in ("text/html", "application/json"):
                answer = client.get(path, headers={"Accept": accept})
                client.cookies.clear()
                assert answer.status_code != 500, path
                for line in answer.headers.get_list("set-cookie"):
                    name, _, flags = line.partition("=")
                    assert (name, flags.partition("; ")[2]) in allowed(secure=secure), path
                    assert not route.startswith(DELIVERED), path
                    seen[name] += 1
    if who == "nobody":
        assert set(seen) == {cookies.CSRF.name_for(is_secure=secure)}


def test_pp_59_what_signs_in_sets_those_cookies_and_no_other(ann):
    login = {"email": "ann@firm.example", "password": "violet anvil tundra"}
    with ann.browser() as client:
        plain = client.post("/auth/login", json=login).headers.get_list("set-cookie")
        kept = client.post("/auth/login", json=login | {"remember": "true"}).headers.get_list("set-cookie")
        left = client.post("/auth/logout").headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in plain] == ["session"]
    assert [each.partition("=")[0] for each in kept] == ["session", "remember"]
    assert "Max-Age=2592000" in kept[1]
    assert "Max-Age" not in kept[0]
    assert {each.partition(";")[0] for each in left} == {"session=", "remember="}


class _Form(HTMLParser):
    """The names of what a page sends to an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self._action, self._is_open = action, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self._is_open = dict(attrs).get("action") == self._action
        if self._is_open and tag in {"input", "select", "textarea"}:
            self.names.append(dict(attrs).get("name") or "")


def test_pp_01_the_form_asks_for_exactly_four_things(ann):
    with ann.browser() as client:
        form = _Form("/auth/register/send")
        form.feed(client.get("/auth/register").text)
    assert sorted(set(form.names) - {"csrf"}) == ["company", "email", "name", "password"]


@pytest.mark.parametrize("path", ["/", "/auth/sign-in", "/auth/register", "/auth/reset", "/privacy/cookies", "/docs"])
def test_pp_61_public_pages_are_read_without_cookies(ann, path):
    with ann.browser(Accept="text/html") as client:
        for _ in range(2):
            assert client.get(path).status_code == 200
            client.cookies.clear()


def test_pp_61_the_page_of_cookies_names_all_that_there_are(ann):
    with ann.browser(Accept="text/html") as client:
        page = client.get("/privacy/cookies").text
    assert all(cookie.name in page for cookie in cookies.REGISTRY)


def visit(client: httpx.Client, ann: Site) -> list[tuple[object, ...]]:
    """What is answered: status, headers but those of the moment, and body but its secrets."""
    media = f"/{ann.installation.cloud}/image/upload"
    paths = ("/", "/auth/sign-in", "/privacy/cookies", f"{media}/cat.png", f"{media}/c_scale,w_20/cat.png", "/none")
    answers = [client.get(path, headers={"Accept": "text/html"}) for path in paths for _ in range(2)]
    answers.append(client.post("/auth/login", json={"email": "ann@firm.example", "password": "wrong-one"}))
    answers.append(client.get(f"/v1_1/{ann.installation.cloud}/ping", auth=ann.installation.auth))
    return [(each.status_code, _still(each.headers), _without_secrets(each)) for each in answers]


def _still(headers: httpx.Headers) -> dict[str, str]:
    moving = {"x-request-id", "date", "set-cookie", "x-featureratelimit-remaining", "server-timing", "age"}
    return {name: value for name, value in headers.items() if name not in moving}


def _without_secrets(answer: httpx.Response) -> bytes:
    return re.sub(rb'name="csrf" value="[^"]*"|[0-9a-f]{32}', b"", answer.content)


def test_pp_40_answers_cookies_and_rows_are_the_same_with_dnt(ann):
    told, networks = [], ("192.0.2", "198.51.100")
    # Both after a first round: what is made once is made by nobody's wish.
    with ann.browser() as client:
        visit(client, ann)
    for network, headers in zip(networks, ({}, {"DNT": "1"}), strict=True):
        with ann.browser(**{"X-Forwarded-For": f"{network}.7", **headers}) as client:
            told.append((visit(client, ann), sorted(client.cookies)))
    time.sleep(WRITTEN_SECONDS)
    columns = "cloud_id, user_id, key_id, method, route, status, country, agent"
    rows = [
        ann.rows(
            f"SELECT {columns}, sum(requests), sum(bytes_sent) FROM traffic WHERE network = %s"
            f" GROUP BY {columns} ORDER BY {columns}",
            f"{network}.0/24",
        )
        for network in networks
    ]
    assert told[0] == told[1]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 5


def test_pp_40_no_code_reads_the_signal():
    reading = re.compile(r"""["']dnt["']|doNotTrack|http_dnt""", re.IGNORECASE)
    files = [path for path in SRC.rglob("*") if path.suffix in {".py", ".js", ".html"}]
    assert len(files) > 300
    assert not [path for path in files if "vendor" not in path.parts and reading.search(path.read_text())]


def test_pp_62_whom_to_tell_of_a_weakness(ann):
    answer = httpx.get(f"{ann.base}/.well-known/security.txt", timeout=20)
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"] == "mailto:security@example.org"
    now = datetime.now(UTC)
    assert now < datetime.fromisoformat(lines["Expires"]) < now + timedelta(days=365)
