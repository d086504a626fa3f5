"""Who may see what: signatures, access, strict transformations, hosts."""

import pytest

from safelight.accounts.model import Cloud, FolderMode
from safelight.delivery import policy
from safelight.derived.model import Named
from safelight.kernel.errors import Invalid, Unauthorized
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


@pytest.mark.parametrize(
    ("hosts", "url", "may"),
    [
        (None, "http://anywhere.example/a", True),
        ((), "http://anywhere.example/a", False),
        (("a.example",), "https://A.example:8080/x", True),
        (("a.example",), "https://a.example./x", True),
        (("a.example",), "https://b.a.example/x", False),
        (("*.a.example",), "https://b.a.example/x", True),
        (("*.a.example",), "https://a.example/x", False),
        (("*.a.example",), "https://xa.example/x", False),
        (("a.example",), "https://a.example@evil.example/x", False),
    ],
)
def test_hosts_that_may_be_fetched_from(hosts: tuple[str, ...] | None, url: str, may: bool):
    if may:
        policy.check_host(cloud(fetch_hosts=hosts), url)
    else:
        with pytest.raises(Unauthorized):
            policy.check_host(cloud(fetch_hosts=hosts), url)


def test_an_address_that_is_none_is_invalid():
    with pytest.raises(Invalid):
        policy.check_host(cloud(fetch_hosts=("a.example",)), "http://[::1")
