"""What people and programs send to the doors of sign-in, of accounts, of the console, of letters, of snapshots and bulk
actions, nearly right and byte by byte: an answer each time, and none of 5xx."""

import json
import re
import time
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

import httpx

from tests.fuzz import searches
from tests.fuzz.letters import scrambled
from tests.installation import Installation

ENVIRONMENT = {
    "SAFELIGHT_REGISTRATION": "open",
    # Nobody is guessed here; each try shall get as far as it can.
    "SAFELIGHT_IDENTITY_PASSWORD_MEMORY_KIB": "64",
    "SAFELIGHT_IDENTITY_FAILURES_MAX": "1000000",
    "SAFELIGHT_IDENTITY_TRIES_PER_MINUTE_ADDRESS": "1000000",
    "SAFELIGHT_SERVER_REFUSED_PER_MINUTE_ADDRESS": "1000000",
}
PASSWORD = "violet anvil tundra"
WORDS = {"name": "Ann", "company": "Firm", "email": "ann@firm.example", "password": PASSWORD}
LINK_SECONDS_MAX = 60
SIGNED_IN_EACH = 20
"""So many tries, and the browser is signed in anew."""

SIGN_IN = (
    *("register", "verify", "login", "passkey", "logout", "reset", "reset/confirm", "invitation", "setup", "prove"),
    *("prove/passkey", "sign-in", "sign-in/second", "sign-in/passkey/options", "sign-in/passkey", "sign-out"),
    *("register/send", "verify/send", "reset/send", "reset/confirm/send", "invitation/send", "enable", "enable/send"),
)
# Not those that would end the session, or the account, of the one who tries.
ACCOUNT = (
    *(
        "/account",
        "/account/email",
        "/account/sessions",
        "/account/sessions/end",
        "/account/letters",
    ),
    *("/account/activity", "/account/security", "/account/security/app", "/account/security/app/confirm"),
    *("/account/security/passkeys", "/account/security/passkeys/options", "/account/security/passkeys/remove"),
    *("/account/v1/me", "/account/v1/email", "/account/v1/totp", "/account/v1/totp/confirm"),
    *("/account/v1/passkeys", "/account/v1/passkeys/options", "/account/v1/passkeys/x", "/account/v1/activity"),
    *("/account/v1/preferences", "/account/v1/enable", "/account/v1/sessions/x"),
    *("/account/v1/recovery-codes", "/setup", "/console", "/console/demo", "/console/demo/keys", "/console/nobody"),
    *("/console/demo/keys/x/rotate", "/console/demo/keys/x/disable", "/console/demo/users", "/console/demo/groups"),
)
FIELDS = (
    *("email", "password", "name", "company", "token", "ticket", "code", "remember", "csrf", "credential", "next"),
    *("kind", "key", "role", "folder", "session", "id", "lists", "label", "language", "list", "List-Unsubscribe"),
)
READ = {
    "/auth/login": ("email", "password", "remember", "ticket", "code", "credential"),
    "/auth/register": ("name", "company", "email", "password"),
    "/auth/reset": ("email",),
    "/auth/verify": ("token",),
    "/auth/prove": ("password", "code", "credential"),
    "/auth/setup": ("token", "name", "company", "email", "password"),
    "/auth/invitation": ("token", "password"),
    "/auth/reset/confirm": ("token", "password"),
    "/account/v1/me": ("name", "company"),
    "/account/v1/email": ("email",),
    "/account/v1/totp/confirm": ("code",),
    "/account/v1/enable": ("token", "email", "password", "code"),
    "/account/v1/passkeys": ("name", "credential"),
}
"""What some of the doors read: an unknown word ends at the first step."""
TEXTS = (
    *("", "ann@firm.example", "a@b", "@", "a" * 400 + "@x.example", "violet anvil", "123456", "000000", "\x00"),
    *("é", "\u202e", "\ud800", "x" * 5000, "-1", "1e9", "true", "//evil.example", "/console", "javascript:1"),
    *("One-Click", "a.b", "a" * 43, "a" * 12 + "." + "b" * 43, "%", "'; --", "<script>", "ann@xn--.example", "a@[::1]"),
)
VALUES = (None, True, 0, -1, 10**30, 1.5, [], {}, [None], {"id": "x"}, ["x"] * 300)
ACTIONS = ("tags", "context", "metadata", "move", "delete", "access", "moderation", "add_tags", "undo", "", "x")


@dataclass(frozen=True)
class Known:
    """What a browser that is signed in sends along, and an API key."""

    cookies: dict[str, str]
    auth: tuple[str, str]


def prepare(installation: Installation) -> Known:
    """The first owner, by the link that the start printed."""
    until, link = time.monotonic() + LINK_SECONDS_MAX, None
    while link is None and time.monotonic() < until:
        link = re.search(r"/setup\?token=([\w-]+)", installation.log.read_text())
        time.sleep(0.1)
    assert link is not None, installation.log.read_text()
    answer = httpx.post(f"{installation.base}/auth/setup", json={"token": link[1], **WORDS}, timeout=60)
    assert answer.status_code == 200, answer.text
    return signed_in(installation)


def signed_in(installation: Installation) -> Known:
    """Again from time to time: some of what is sent ends the session."""
    with httpx.Client(base_url=installation.base, timeout=60) as browser:
        answer = browser.post("/auth/login", json={"email": WORDS["email"], "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.get("/account")
        return Known(dict(browser.cookies), installation.auth)


def request(random: Random, known: Known) -> bytes:
    method, path, kind, data = random.choice([_form, _form, _form, _json, _snapshot, _bulk, _letters])(random)
    headers = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    cookies = dict(known.cookies)
    for name in [*cookies] if random.random() < 0.15 else []:
        cookies[name] = random.choice([scrambled(random, cookies[name]), random.choice(TEXTS), ""])
    cookies |= {"remember": random.choice(TEXTS)} if random.random() < 0.2 else {}
    if random.random() < 0.95:
        headers.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if random.random() < 0.9:
        headers.append(f"X-CSRF-Token: {known.cookies.get('csrf', '')}")
    site = random.choice(["same-origin"] * 6 + ["none", "cross-site", "é", ""])
    headers += [f"Sec-Fetch-Site: {site}"] if random.random() < 0.6 else []
    if "/v1_1/" in path or random.random() < 0.1:
        key = ":".join(known.auth) if random.random() < 0.9 else random.choice(TEXTS)
        headers.append(f"Authorization: Basic {b64encode(key.encode(errors='replace')).decode()}")
    headers += [f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines = [line.replace("\r", "").replace("\n", "").replace("\x00", "") for line in headers]
    return "\r\n".join(lines).encode(errors="replace") + b"\r\n\r\n" + data


Sent = tuple[str, str, str, bytes]


def _path(random: Random) -> str:
    path = f"/auth/{random.choice(SIGN_IN)}" if random.random() < 0.5 else random.choice(ACCOUNT)
    query = random.choice(["", "", "", f"?token={quote(_text(random))}", f"?next={quote(_text(random))}", "?kind=x"])
    return path + query


def _text(random: Random) -> str:
    text = random.choice(TEXTS)
    return (scrambled(random, text) if random.random() < 0.3 else text).encode(errors="replace").decode()


def _form(random: Random) -> Sent:
    pairs = [
        (random.choice(FIELDS), random.choice(TEXTS).encode(errors="replace")) for _ in range(random.choice([1, 4, 9]))
    ]
    data = urlencode(pairs).encode()
    kind = "application/x-www-form-urlencoded"
    if random.random() < 0.1:
        kind, data = random.choice([("multipart/form-data; boundary=b", b"--b"), (kind, random.randbytes(40))])
    return random.choice(["POST"] * 6 + ["GET", "GET", "DELETE", "PATCH"]), _path(random), kind, data


def _json(random: Random) -> Sent:
    path = _path(random)
    names = READ.get(path.partition("?")[0], FIELDS) if random.random() < 0.9 else FIELDS
    words: dict[str, object] = {name: random.choice(TEXTS) for name in random.sample(names, min(4, len(names)))}
    words |= {random.choice(names): random.choice(VALUES)} if random.random() < 0.3 else {}
    if "credential" in words:
        words["credential"] = _credential(random)
    whole: object = words if random.random() < 0.9 else random.choice(VALUES)
    data = json.dumps(whole).encode()
    return random.choice(["POST", "POST", "POST", "PATCH", "DELETE"]), path, "application/json", data


def _credential(random: Random) -> object:
    """What browsers send of a passkey, in their words."""
    blob = urlsafe_b64encode(random.randbytes(random.choice([0, 16, 200]))).decode().rstrip("=")
    inner = {
        name: random.choice([blob, random.choice(VALUES), ""])
        for name in ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
    }
    whole = {"id": blob, "rawId": random.choice([blob, "%"]), "type": "public-key", "response": inner}
    return random.choice([whole, json.dumps(whole), blob])


def _snapshot(random: Random) -> Sent:
    if random.random() < 0.5:
        words = {"expression": searches.expression(random), "sort_by": random.choice([[], [{"a": "b"}], "x", None])}
        return "POST", "/v1_1/demo/snapshots", "application/json", _dumped(random, words)
    at = random.choice(["x", "0" * 32, "f" * 32, "", "%00", quote(_text(random))])
    numbers = [random.choice(["", "-1", "0", "x", "99999999999999999999", "1e3", "%"]) for _ in range(2)]
    path = f"/v1_1/demo/snapshots/{at}?position={numbers[0]}&limit={numbers[1]}&fields={quote(_text(random))}"
    return random.choice(["GET", "DELETE"]), path, "", b""


def _bulk(random: Random) -> Sent:
    words: dict[str, object] = {"action": random.choice(ACTIONS)}
    names = ("all", "asset_ids", "except_asset_ids", "positions", "snapshot_id", "tags", "context", "to_folder", "x")
    for name in random.sample(names, random.randint(1, 4)):
        words[name] = random.choice([random.choice(TEXTS), random.choice(VALUES), [[0, 10**20]], [[5, 1]], [["a"]]])
    if random.random() < 0.3:
        words["expression"] = searches.expression(random)
    if random.random() < 0.7:
        return "POST", "/v1_1/demo/bulk", "application/json", _dumped(random, words)
    at = random.choice(["x", "0" * 32, "%00", quote(_text(random))])
    path = f"/v1_1/demo/bulk/{at}{random.choice(['', '/failures.csv', '/cancel', '/undo', '/x'])}"
    return random.choice(["GET", "POST"]), path, "application/json", b"{}"


def _letters(random: Random) -> Sent:
    token = random.choice(["a" * 43, "a.b.c", "%00", "%ff", quote(_text(random)) or "x"])
    data = random.choice([b"List-Unsubscribe=One-Click", b"", b"list=x", b"List-Unsubscribe=%00"])
    kind = random.choice(["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", ""])
    return random.choice(["GET", "POST", "PUT"]), f"/unsubscribe/{token}", kind, data


def _dumped(random: Random, words: object) -> bytes:
    text = json.dumps(words)
    return (scrambled(random, text) if random.random() < 0.2 else text).encode(errors="replace")
