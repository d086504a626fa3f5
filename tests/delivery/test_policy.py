"""Who may see what: signatures, access, rules, restricted types, referrers, strict transformations, hosts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.accounts.model import Cloud, FolderMode
from safelight.assets.access import LIKE_AUTHENTICATED, Rule
from safelight.delivery import policy
from safelight.derived.model import Named
from safelight.kernel.errors import Unauthorized
from safelight.kernel.media import Access
from safelight.kernel.secret import Secret
from safelight.transform.url import parse_path
from tests.conftest import NOW

SECRETS = (Secret("another"), Secret("b"))


def cloud(*, is_strict: bool = False, fetch_hosts: tuple[str, ...] | None = None) -> Cloud:
    return Cloud("c", "demo", FolderMode.DYNAMIC, NOW, is_strict, fetch_hosts)


@pytest.mark.parametrize(
    "path",
    [
        "/demo/image/upload/s--v2fTPYTu--/sample.jpg",
        "/demo/image/upload/s--2hbrSMPO--/sample.jpg",
        "/demo/image/upload/s--2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf--/sample.jpg",
        "/demo/image/authenticated/s--v2fTPYTu--/v1234/sample.jpg",
        "/demo/image/upload/s----SjmNDA--/image.jpg",
        "/demo/image/upload/s--Ai4Znfl3--/c_crop,h_20,w_10/image.jpg",
        "/demo/image/upload/s--Ai4Znfl3--/c_crop,h_20,w_10/v1/image.jpg",
        "/demo/image/upload/s--Ai4Znfl3--/c_crop,h_20,w_10/image%2ejpg",
        "/demo/image/fetch/s--hH_YcbiS--/http://google.com/path/to/image.png",
        "/demo/image/fetch/s--hH_YcbiS--/http%3A//google.com/path/to/image.png",
        "/demo/image/upload/s--Uqk1a-5W--/co_red,l_text:Times_70_bold:Cool%25F0%259F%2598%258D/image.jpg",
    ],
)
def test_what_an_sdk_signed_is_signed(path: str):
    assert policy.is_signed(parse_path(path), SECRETS)


@pytest.mark.parametrize(
    "path",
    [
        "/demo/image/upload/s--v2fTPYTv--/sample.jpg",
        "/demo/image/upload/s--v2fTPYTu--/sample.png",
        "/demo/image/upload/s--v2fTPYTu--/w_1/sample.jpg",
        "/demo/image/upload/s--2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFg--/sample.jpg",
    ],
)
def test_a_wrong_signature_is_refused_even_where_none_is_needed(path: str):
    with pytest.raises(Unauthorized, match="Invalid signature"):
        policy.is_signed(parse_path(path), SECRETS)


def test_no_signature_is_no_signature_and_no_key_signs_nothing():
    assert not policy.is_signed(parse_path("/demo/image/upload/sample.jpg"), SECRETS)
    with pytest.raises(Unauthorized):
        policy.is_signed(parse_path("/demo/image/upload/s--v2fTPYTu--/sample.jpg"), ())


@pytest.mark.parametrize(
    ("access", "is_original", "is_private"),
    [
        (Access.UPLOAD, True, False),
        (Access.UPLOAD, False, False),
        (Access.PRIVATE, True, True),
        (Access.PRIVATE, False, False),
        (Access.AUTHENTICATED, True, True),
        (Access.AUTHENTICATED, False, True),
        (Access.FETCH, True, False),
        (Access.FETCH, False, False),
    ],
)
def test_what_needs_a_signature(access: Access, is_original: bool, is_private: bool):
    policy.check_access(access, is_signed=True, is_original=is_original)
    if is_private:
        with pytest.raises(Unauthorized, match="deny or ACL failure"):
            policy.check_access(access, is_signed=False, is_original=is_original)
    else:
        policy.check_access(access, is_signed=False, is_original=is_original)


ALLOWED = Named("c", "good", "w_1", True, False, True, NOW)
REFUSED = Named("c", "bad", "w_2", False, False, True, NOW)
LISTED = Named("c", "w_3", "w_3", True, True, False, NOW)


@pytest.mark.parametrize(
    ("is_strict", "is_signed", "text", "listed", "may"),
    [
        (False, False, "w_9", None, True),
        (True, True, "w_9", None, True),
        (True, False, "w_9", None, False),
        (True, False, "", None, False),
        (True, False, "t_good", None, True),
        (True, False, "t_bad", None, False),
        (True, False, "t_good.bad", None, False),
        (True, False, "t_good/t_good", None, True),
        (True, False, "t_good/w_9", None, False),
        (True, False, "t_good,w_9", None, False),
        (True, False, "t_unknown", None, False),
        (True, False, "w_3", LISTED, True),
    ],
)
def test_strict_transformations(is_strict: bool, is_signed: bool, text: str, listed: Named | None, may: bool):
    names = {one.name: one for one in (ALLOWED, REFUSED)}

    def check() -> None:
        policy.check_strict(cloud(is_strict=is_strict), text, is_signed=is_signed, names=names, listed=listed)

    if may:
        check()
    else:
        with pytest.raises(Unauthorized, match="is not allowed"):
            check()


HOUR = timedelta(hours=1)
TOKEN, TOKEN_OF_A_KEY = Rule(needs_token=True), Rule(needs_token=True, key_id="k")
OPEN, OVER, COMING = (
    Rule(needs_token=False),
    Rule(needs_token=False, end=NOW),
    Rule(needs_token=False, start=NOW + HOUR),
)
WINDOW = Rule(needs_token=False, start=NOW, end=NOW + HOUR)
BELOW = Rule(needs_token=False, path="/demo/image/upload/free/*")
PATH = "/demo/image/upload/v1/a.jpg"


@pytest.mark.parametrize(
    ("rules", "path", "shown", "found"),
    [
        ((), PATH, (), policy.Opening(True)),
        ((OPEN,), PATH, (), policy.Opening(True)),
        ((WINDOW,), PATH, (), policy.Opening(True, NOW + HOUR)),
        ((WINDOW, OPEN), PATH, (), policy.Opening(True)),
        ((replace(WINDOW, end=NOW + 2 * HOUR), WINDOW), PATH, (), policy.Opening(True, NOW + 2 * HOUR)),
        ((BELOW,), "/demo/image/upload/free/a.jpg", (), policy.Opening(True)),
        ((TOKEN,), PATH, ("any",), policy.Opening(False)),
        ((TOKEN_OF_A_KEY,), PATH, ("k", "other"), policy.Opening(False)),
        ((OVER, TOKEN), PATH, ("any",), policy.Opening(False)),
        ((TOKEN, OPEN), PATH, (), policy.Opening(True)),
        ((OVER,), PATH, (), None),
        ((COMING,), PATH, ("any",), None),
        ((BELOW,), PATH, ("any",), None),
        ((TOKEN,), PATH, (), None),
        ((TOKEN_OF_A_KEY,), PATH, ("other",), None),
        ((replace(TOKEN, end=NOW),), PATH, ("any",), None),
    ],
)
def test_what_rules_let_through_and_until_when(rules, path, shown, found):
    if found is None:
        with pytest.raises(Unauthorized, match="deny or ACL failure"):
            policy.opening(rules, path, shown, NOW)
    else:
        assert policy.opening(rules, path, shown, NOW) == found


def test_a_signature_opens_what_is_closed_by_mode_and_no_other_rule():
    assert policy.opening((LIKE_AUTHENTICATED,), PATH, (), NOW, is_signed=True) == policy.Opening(False)
    assert policy.opening((LIKE_AUTHENTICATED,), PATH, ("any",), NOW) == policy.Opening(False)
    for rules, is_signed in (((LIKE_AUTHENTICATED,), False), ((TOKEN,), True), ((OVER, COMING), True)):
        with pytest.raises(Unauthorized):
            policy.opening(rules, PATH, (), NOW, is_signed=is_signed)


def test_who_signs_a_whole_may_show_its_parts_there():
    assert policy.part_opening((TOKEN,), PATH, is_signed=True, now=NOW) == policy.Opening(False)
    assert policy.part_opening((OPEN,), PATH, is_signed=False, now=NOW) == policy.Opening(True)
    with pytest.raises(Unauthorized, match="must be signed"):
        policy.part_opening((TOKEN,), PATH, is_signed=False, now=NOW)


@pytest.mark.parametrize(
    ("types", "word", "mime", "may"),
    [
        ((), "fetch", "application/pdf", True),
        (("fetch",), "fetch", "image/png", False),
        (("fetch",), "upload", "image/png", True),
        (("pdf",), "upload", "application/pdf", False),
        (("pdf",), "upload", "image/png", True),
        (("zip",), "upload", "application/zip", False),
    ],
)
def test_types_that_are_restricted_need_a_signature(types, word, mime, may):
    restricted = replace(cloud(), restricted_types=types)

    def check(*, is_signed: bool) -> None:
        policy.check_type(restricted, word, is_signed=is_signed)
        policy.check_format(restricted, mime, is_signed=is_signed)

    check(is_signed=True)
    if may:
        check(is_signed=False)
    else:
        with pytest.raises(Unauthorized, match="is restricted in this cloud; the URL must be signed"):
            check(is_signed=False)


@pytest.mark.parametrize(
    ("hosts", "referrer", "may"),
    [
        (None, None, True),
        (None, "https://any.example/", True),
        (("shop.example",), "https://shop.example/page?x#y", True),
        (("shop.example",), "http://SHOP.example.:8080/", True),
        (("*.shop.example",), "https://www.shop.example/", True),
        (("shop.example",), "https://shop.example.evil.example/", False),
        (("shop.example",), "https://evil.example/shop.example", False),
        (("shop.example",), "not an address", False),
        (("shop.example",), "http://[::1", False),
        (("shop.example",), None, False),
        (("shop.example",), "", False),
        (("none", "shop.example"), None, True),
        (("none",), "https://shop.example/", False),
        (("none",), "https://none/", False),
        ((), "https://shop.example/", False),
    ],
)
def test_pages_that_may_show_files(hosts, referrer, may):
    if may:
        policy.check_referrer(replace(cloud(), referrers=hosts), referrer)
    else:
        with pytest.raises(Unauthorized, match="this page may not show"):
            policy.check_referrer(replace(cloud(), referrers=hosts), referrer)


def test_pages_for_which_something_new_is_made_all_the_same():
    strict = replace(cloud(is_strict=True), strict_referrers=("shop.example",))
    policy.check_strict(strict, "w_9", is_signed=False, names={}, listed=None, referrer="https://shop.example/")
    for referrer in (None, "https://elsewhere.example/"):
        with pytest.raises(Unauthorized, match="is not allowed"):
            policy.check_strict(strict, "w_9", is_signed=False, names={}, listed=None, referrer=referrer)
