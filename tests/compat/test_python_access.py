"""Who may see what, through the unmodified Python SDK: signatures, tokens, rules of assets, settings, bearer tokens."""

import io
import json
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import cloudinary
import cloudinary.api as api
import cloudinary.exceptions
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary.utils import cloudinary_url, generate_auth_token
from PIL import Image

CLOUD = "guarded"
CHANGE_SECONDS_MAX = 1.0
HOUR = 3600
FOREIGN_KEY = "00112233ff99001122334455"


@pytest.fixture(scope="module")
def guarded(safelight):
    """A cloud of its own, whose settings no other test feels."""
    safelight.run("cloud", "create", CLOUD)
    key = json.loads(safelight.run("key", "create", CLOUD, "--json").stdout)
    token_key = json.loads(safelight.run("token-key", "create", CLOUD, "--json").stdout)["key"]
    words = {"cloud_name": CLOUD, "api_key": key["api_key"], "api_secret": key["api_secret"]}
    cloudinary.reset_config()
    cloudinary.config(
        **words, upload_prefix=safelight.base, cname=f"127.0.0.1:{safelight.port}", secure=False, analytics=False
    )
    auth = (key["api_key"], key["api_secret"])
    with httpx.Client(base_url=f"{safelight.base}/v1_1/{CLOUD}/", auth=auth) as http:
        yield SimpleNamespace(http=http, token_key=token_key, safelight=safelight, **words)
    cloudinary.reset_config()


@pytest.fixture
def settings(guarded):
    """Change settings of the cloud; they are as before when the test is over."""

    def change(**words):
        answer = guarded.http.put("access_settings", json=words)
        assert answer.status_code == 200, answer.text

    yield change
    names = ("strict_referrers", "restricted_types", "allowed_referrers", "allowed_fetch_domains")
    change(strict_transformations=False, token_name="__cld_token__", **dict.fromkeys(names))


def seen(url, **headers):
    return httpx.get(url, headers=headers).status_code


def soon(url, status, **headers):
    """Whether an answer that is asked for a second from now at the latest has the status."""
    changed_at = time.monotonic()
    while (found := seen(url, **headers)) != status and time.monotonic() - changed_at < CHANGE_SECONDS_MAX:
        time.sleep(0.02)
    return found == status


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"signature_algorithm": "sha256"},
        {"long_url_signature": True},
        {"transformation": [{"width": 40, "crop": "scale"}]},
        {"transformation": [{"width": 40, "crop": "scale"}, {"angle": 5}], "long_url_signature": True},
        {"version": 1},
    ],
)
def test_signed_addresses_short_and_long_open_what_is_authenticated(guarded, photo, words):
    uploader.upload(photo, public_id="in/signed ü", type="authenticated")
    plain, _ = cloudinary_url("in/signed ü", type="authenticated", format="jpg", **words)
    signed, _ = cloudinary_url("in/signed ü", type="authenticated", format="jpg", sign_url=True, **words)
    assert seen(plain) == 401
    answer = httpx.get(signed)
    assert (answer.status_code, answer.headers["cache-control"].partition(",")[0]) == (200, "private")
    mark = signed.index("/s--") + 4
    changed = signed[:mark] + ("A" if signed[mark] != "A" else "B") + signed[mark + 1 :]
    refused = httpx.get(changed)
    assert refused.status_code == 401
    assert refused.headers["x-cld-error"].startswith("Invalid signature ")


def test_an_original_that_is_private_is_signed_and_what_is_made_of_it_is_open(guarded, photo):
    uploader.upload(photo, public_id="private", type="private")
    assert seen(cloudinary_url("private.jpg", type="private")[0]) == 401
    assert seen(cloudinary_url("private.jpg", type="private", sign_url=True)[0]) == 200
    assert seen(cloudinary_url("private.jpg", type="private", width=30, crop="scale")[0]) == 200


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({"duration": HOUR}, 200),
        ({"duration": HOUR, "start_time": 1_111_111_111}, 401),
        ({"expiration": 1_111_111_111}, 401),
        ({"duration": HOUR, "start_time": 4_000_000_000}, 401),
        ({"duration": HOUR, "ip": "127.0.0.1"}, 200),
        ({"duration": HOUR, "ip": "203.0.113.9"}, 401),
        ({"duration": HOUR, "acl": f"/{CLOUD}/image/authenticated/*"}, 200),
        ({"duration": HOUR, "acl": [f"/{CLOUD}/video/*", f"/{CLOUD}/*/in/*"]}, 200),
        ({"duration": HOUR, "acl": f"/{CLOUD}/image/upload/*"}, 401),
        ({"duration": HOUR, "key": "ffffffffffffffffffffffff"}, 401),
        ({"duration": HOUR, "set_url_signature": True}, 200),
    ],
)
def test_tokens_of_the_sdk_open_what_they_are_for(guarded, photo, made, status):
    uploader.upload(photo, public_id="in/tokens", type="authenticated")
    words = {"key": guarded.token_key, **made}
    for transformation in ({}, {"width": 60, "crop": "scale"}):
        url, _ = cloudinary_url(
            "in/tokens.jpg", type="authenticated", sign_url=True, auth_token=words, **transformation
        )
        assert "__cld_token__=" in url
        answer = httpx.get(url)
        assert answer.status_code == status, answer.text
        assert status == 200 or answer.headers["x-cld-error"].startswith("deny or ACL failure: the token ")


def test_a_token_is_for_the_path_of_a_host_of_its_own(guarded, photo):
    uploader.upload(photo, public_id="in/own", type="authenticated")
    token = {"key": guarded.token_key, "duration": HOUR}
    # Without a host that is told, the SDK takes one that begins with the name of the cloud.
    url, _ = cloudinary_url(
        "in/own.jpg", type="authenticated", private_cdn=True, cname=None, sign_url=True, auth_token=token
    )
    where = urlsplit(url)
    assert where.hostname.startswith(f"{CLOUD}-res.")
    assert where.path == "/image/authenticated/v1/in/own.jpg"
    here = f"{guarded.safelight.base}{where.path}"
    assert seen(f"{here}?{where.query}", host=where.hostname) == 200
    assert seen(here, host=where.hostname) == 401
    assert seen(f"{guarded.safelight.base}/{CLOUD}{where.path}?{where.query}") == 401, "that is another path"


def test_a_token_comes_as_a_cookie_too(guarded, photo, settings):
    uploader.upload(photo, public_id="in/cookie", type="authenticated")
    url, _ = cloudinary_url("in/cookie.jpg", type="authenticated", width=44, crop="scale")
    cookie = generate_auth_token(key=guarded.token_key, duration=HOUR, acl=f"/{CLOUD}/image/*")
    assert (seen(url), seen(url, cookie=f"a=b; {cookie}; c=d")) == (401, 200)
    assert seen(url) == 401, "what one was shown is not everybody's"
    settings(token_name="ticket")
    ticket = generate_auth_token(key=guarded.token_key, duration=HOUR, acl=f"/{CLOUD}/*", token_name="ticket")
    assert (seen(url, cookie=cookie), seen(url, cookie=ticket)) == (401, 200)


def test_a_key_for_tokens_comes_and_goes(guarded, photo):
    uploader.upload(photo, public_id="in/rotated", type="authenticated")
    made = {"key": FOREIGN_KEY, "duration": HOUR}
    url, _ = cloudinary_url("in/rotated.jpg", type="authenticated", sign_url=True, auth_token=made)
    assert seen(url) == 401
    brought = guarded.http.post("token_keys", json={"key": FOREIGN_KEY}).json()
    assert soon(url, 200)
    guarded.http.delete(f"token_keys/{brought['id']}")
    assert soon(url, 401)


def test_rules_open_an_asset_for_a_while_and_for_holders_of_tokens(guarded, photo):
    rules = [{"access_type": "token"}, {"access_type": "anonymous", "start": "2099-01-01T00:00:00Z"}]
    sent = uploader.upload(photo, public_id="rules", access_control=rules)
    assert sent["access_control"] == rules
    plain, _ = cloudinary_url("rules.jpg", width=33, crop="scale")
    signed, _ = cloudinary_url("rules.jpg", width=33, crop="scale", sign_url=True)
    token = {"key": guarded.token_key, "duration": HOUR}
    shown, _ = cloudinary_url("rules.jpg", width=33, crop="scale", sign_url=True, auth_token=token)
    assert (seen(plain), seen(signed), seen(shown)) == (401, 401, 200)
    assert api.resource("rules")["access_control"] == rules
    now = time.time()
    window = {"start": stamp(now - HOUR), "end": stamp(now + HOUR)}
    changed = api.update("rules", access_control={"access_type": "anonymous", **window})
    assert changed["access_control"] == [{"access_type": "anonymous", **window}]
    assert soon(plain, 200)
    _, _, age = httpx.get(plain).headers["cache-control"].partition("max-age=")
    assert 0 < int(age) <= HOUR, "caches keep it no longer than it may be seen"
    uploader.explicit("rules", type="upload", access_control=[{"access_type": "token"}])
    assert soon(plain, 401)
    kept = uploader.upload(photo, public_id="rules", overwrite=True)
    assert kept["access_control"] == [{"access_type": "token"}], "an overwrite leaves them"
    freed = api.update("rules", access_control=[])
    assert "access_control" not in freed
    assert soon(plain, 200)


def stamp(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def test_the_older_word_lets_an_asset_be_as_if_it_were_authenticated(guarded, photo):
    # This SDK has the word no more; others do.
    words = {"public_id": "by_mode", "access_mode": "authenticated"}
    sent = guarded.http.post("image/upload", data=words, files={"file": photo}).json()
    assert (sent["access_mode"], "access_control" in sent) == ("authenticated", False)
    plain, _ = cloudinary_url("by_mode.jpg", width=31, crop="scale")
    signed, _ = cloudinary_url("by_mode.jpg", width=31, crop="scale", sign_url=True)
    token = {"key": guarded.token_key, "duration": HOUR}
    shown, _ = cloudinary_url("by_mode.jpg", width=31, crop="scale", sign_url=True, auth_token=token)
    assert (seen(plain), seen(signed), seen(shown), seen(plain)) == (401, 200, 200, 401)
    path = "resources/image/upload/update_access_mode"
    guarded.http.post(path, json={"access_mode": "public", "public_ids": ["by_mode"]}).raise_for_status()
    assert soon(plain, 200)
    guarded.http.post(path, json={"access_mode": "authenticated", "prefix": "by_mode"}).raise_for_status()
    assert soon(plain, 401)
    assert (seen(signed), api.resource("by_mode")["access_mode"]) == (200, "authenticated")


def test_strict_transformations_make_only_what_was_allowed(guarded, photo, settings):
    uploader.upload(photo, public_id="strict", eager=[{"width": 21, "crop": "scale"}])
    api.create_transformation("strict_ok", {"width": 22, "crop": "scale"})
    api.update_transformation("strict_ok", allowed_for_strict=True)
    new, _ = cloudinary_url("strict.jpg", width=23, crop="scale")
    settings(strict_transformations=True, strict_referrers=["shop.example"])
    made = cloudinary_url("strict.jpg", width=21, crop="scale")[0]
    named = cloudinary_url("strict.jpg", transformation="strict_ok")[0]
    assert (seen(cloudinary_url("strict.jpg")[0]), seen(made), seen(named), seen(new)) == (200, 200, 200, 401)
    assert httpx.get(new).headers["x-cld-error"] == "Transformation c_scale,w_23/ is not allowed"
    assert seen(cloudinary_url("strict.jpg", width=24, crop="scale", sign_url=True)[0]) == 200
    assert seen(cloudinary_url("strict.jpg", width=24, crop="scale")[0]) == 200, "it is there now"
    assert seen(new, referer="https://shop.example/page") == 200
    settings(strict_transformations=False)
    assert soon(cloudinary_url("strict.jpg", width=25, crop="scale")[0], 200)


def test_pages_that_may_show_files(guarded, photo, settings):
    uploader.upload(photo, public_id="shown")
    url, _ = cloudinary_url("shown.jpg", width=20, crop="scale")
    # Twice: from now on it is answered from memory.
    assert [seen(url), seen(url)] == [200, 200]
    settings(allowed_referrers=["*.shop.example"])
    assert soon(url, 401)
    assert seen(url, referer="https://www.shop.example/a") == 200
    assert seen(url, referer="https://elsewhere.example/") == 401
    assert httpx.get(url, headers={"referer": "https://www.shop.example/"}).headers["vary"] == "Referer"
    settings(allowed_referrers=["none", "www.shop.example"])
    assert soon(url, 200)
    settings(allowed_referrers=[])
    assert soon(url, 200, referer="https://elsewhere.example/")


def test_restricted_types_need_a_signature(guarded, photo, settings):
    uploader.upload(photo, public_id="typed")
    page = io.BytesIO()
    Image.new("RGB", (72, 72)).save(page, "PDF")
    page.seek(0)
    uploader.upload(page, public_id="paper")
    picture, _ = cloudinary_url("typed.jpg")
    paper, _ = cloudinary_url("paper.pdf")
    assert (seen(picture), seen(paper)) == (200, 200)
    settings(restricted_types=["pdf", "fetch"])
    assert soon(paper, 401)
    assert seen(picture) == 200
    assert seen(cloudinary_url("paper.pdf", sign_url=True)[0]) == 200
    fetched, _ = cloudinary_url("https://files.example/a.jpg", type="fetch")
    assert (
        httpx.get(fetched).headers["x-cld-error"].endswith("fetch is restricted in this cloud; the URL must be signed")
    )
    settings(restricted_types=["upload"])
    assert soon(picture, 401)
    assert seen(cloudinary_url("typed.jpg", sign_url=True)[0]) == 200


@pytest.mark.parametrize("type", ["fetch", "text", "multi", "sprite", "upload", "private", "list"])
def test_each_type_can_be_restricted(guarded, settings, type):
    url = f"{guarded.safelight.base}/{CLOUD}/image/{type}/nobody.json"
    settings(restricted_types=[])
    assert seen(url) in (400, 404) or type == "private"
    settings(restricted_types=[type])
    refused = httpx.get(url)
    assert (refused.status_code, f"type {type} is restricted" in refused.headers["x-cld-error"]) == (401, True)


def test_hosts_that_may_be_fetched_from(guarded, settings):
    settings(allowed_fetch_domains=["*.files.example"])
    url, _ = cloudinary_url("https://elsewhere.example/a.jpg", type="fetch")
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["x-cld-error"]) == (
        401,
        "Fetching from elsewhere.example is not allowed",
    )


def test_keys_are_rotated_without_a_gap(guarded, photo):
    uploader.upload(photo, public_id="rotated", type="authenticated")
    url, _ = cloudinary_url("rotated.jpg", type="authenticated", sign_url=True)
    run = guarded.safelight.run
    second = json.loads(run("key", "create", CLOUD, "--name", "second", "--json").stdout)
    words = {"api_key": second["api_key"], "api_secret": second["api_secret"]}
    other, _ = cloudinary_url("rotated.jpg", type="authenticated", sign_url=True, api_secret=second["api_secret"])
    assert api.ping(**words)["status"] == "ok"
    assert (seen(url), seen(other)) == (200, 200), "each key's signature is good"
    names = {key["name"]: key["last_used_at"] for key in json.loads(run("key", "list", CLOUD, "--json").stdout)}
    assert names["second"] is not None
    run("key", "disable", CLOUD, second["api_key"])
    assert soon(other, 401)
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired, match="Invalid api_key"):
        api.ping(**words)
    run("key", "enable", CLOUD, second["api_key"])
    assert soon(other, 200)
    run("key", "delete", CLOUD, second["api_key"])
    assert soon(other, 401)
    assert seen(url) == 200


def test_a_bearer_token_does_all_that_its_key_does(guarded, photo, tmp_path):
    issued = guarded.http.post("access_tokens", json={"name": "ci", "hours": 1}).json()
    words = {"oauth_token": issued["token"], "api_key": None, "api_secret": None}
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * 6_000_000)
    cloudinary.config(**words)
    try:
        assert uploader.upload(photo, public_id="bearer", tags="b")["public_id"] == "bearer"
        done = uploader.upload_large(str(large), resource_type="raw", public_id="bearer.bin", chunk_size=5_243_000)
        assert (done["done"], done["bytes"]) == (True, 6_000_000)
        assert uploader.explicit("bearer", type="upload", tags="b,c")["tags"] == ["b", "c"]
        assert uploader.add_tag("d", ["bearer"])["public_ids"] == ["bearer"]
        assert uploader.rename("bearer", "carried")["public_id"] == "carried"
        assert api.resources_by_tag("d")["resources"][0]["public_id"] == "carried"
        assert api.update("carried", context="k=v")["context"] == {"custom": {"k": "v"}}
        assert uploader.destroy("carried")["result"] == "ok"
        guarded.http.delete(f"access_tokens/{issued['id']}")
        for call in (api.ping, lambda: uploader.upload(photo), lambda: uploader.add_tag("d", ["a"])):
            with pytest.raises(cloudinary.exceptions.AuthorizationRequired, match="Invalid token"):
                call()
    finally:
        cloudinary.config(oauth_token=None, api_key=guarded.api_key, api_secret=guarded.api_secret)
