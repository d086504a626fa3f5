"""Delivery URLs: all forms, components against folders, and building them."""

import pytest

from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind
from safelight.transform.url import DeliveryUrl, build, candidates, parse_path, text_to_sign


@pytest.mark.parametrize(
    ("path", "transformation", "version", "name", "extension"),
    [
        # Ids that begin like a component, and are none: the last segment never is.
        ("/demo/image/upload/sample.jpg", "", None, "sample", "jpg"),
        ("/demo/image/upload/sea_turtle", "", None, "sea_turtle", None),
        ("/demo/image/upload/see_more_bullet.png", "", None, "see_more_bullet", "png"),
        ("/demo/image/upload/w_300.jpg", "", None, "w_300", "jpg"),
        ("/demo/image/upload/b_lightblue/car_white.png", "b_lightblue", None, "car_white", "png"),
        ("/demo/image/upload/f_jpg/old_logo", "f_jpg", None, "old_logo", None),
        ("/demo/image/upload/c_fill,h_20,w_10/cld_rubiks_guy.jpg", "c_fill,h_20,w_10", None, "cld_rubiks_guy", "jpg"),
        ("/demo/image/upload/w_200/e_sepia/dir/sample.jpg", "w_200/e_sepia", None, "dir/sample", "jpg"),
        ("/demo/image/upload/docs/rmv_bgd/dog.jpg", "", None, "docs/rmv_bgd/dog", "jpg"),
        ("/demo/image/upload/w_1/docs/w_2/x", "w_1", None, "docs/w_2/x", None),
        ("/demo/image/upload/d_docs:avatar.png/no_such_id.png", "d_docs:avatar.png", None, "no_such_id", "png"),
        # After a version all is the name.
        ("/demo/image/upload/v1/w_300/sample.jpg", "", 1, "w_300/sample", "jpg"),
        ("/demo/image/upload/w_1/v1234/my_path/x.jpg", "w_1", 1234, "my_path/x", "jpg"),
        ("/demo/image/upload/v1/v1234/x", "", 1, "v1234/x", None),
        ("/demo/image/upload/folder/v1/x", "", None, "folder/v1/x", None),
        ("/demo/image/upload/v1", "", None, "v1", None),
        ("/demo/image/upload/version/x", "", None, "version/x", None),
        # What belongs to later releases is a component all the same.
        ("/demo/image/upload/l_logo/fl_layer_apply,x_1/a", "l_logo/fl_layer_apply,x_1", None, "a", None),
        ("/demo/image/upload/$w_5,$x/if_w_gt_$w/so_2/vc_auto/a", "$w_5,$x/if_w_gt_$w/so_2/vc_auto", None, "a", None),
        ("/demo/image/upload/%24w_5/a", "%24w_5", None, "a", None),
        ("/demo/image/upload/t_any%20thing/a", "t_any%20thing", None, "a", None),
        ("/demo/image/upload/w_300%2Ch_200/a", "w_300%2Ch_200", None, "a", None),
        ("/demo/image/upload/l_text:Arial_20:a%252Cb,w_1/a", "l_text:Arial_20:a%252Cb,w_1", None, "a", None),
        ("/demo/image/upload/c_fill,foo/a", "", None, "c_fill,foo/a", None),
        ("/demo/image/upload/$/a", "", None, "$/a", None),
        # Slashes too many.
        ("//demo//image/upload//c_fill,w_1//a.jpg/", "c_fill,w_1", None, "a", "jpg"),
        # Names are decoded once.
        ("/demo/image/upload/a%20b%2Fc.jpg", "", None, "a b/c", "jpg"),
        ("/demo/image/upload/a%2520b", "", None, "a%20b", None),
        ("/demo/image/upload/caf%C3%A9.jpg", "", None, "café", "jpg"),
        ("/demo/image/upload/caf\u00c3\u00a9.jpg", "", None, "café", "jpg"),  # bytes that came unescaped
        ("/demo/image/upload/100%.jpg", "", None, "100%", "jpg"),
        # Endings.
        ("/demo/image/upload/a.b.JPG", "", None, "a.b", "JPG"),
        ("/demo/image/upload/a.b c", "", None, "a.b c", None),
        ("/demo/image/upload/.jpg", "", None, ".jpg", None),
        ("/demo/image/upload/dir/.jpg", "", None, "dir/.jpg", None),
        ("/demo/image/upload/a.", "", None, "a.", None),
        # A query is never part of it.
        ("/demo/image/upload/w_1/a.jpg", "w_1", None, "a", "jpg"),
    ],
)
def test_components_are_told_from_folders(path, transformation, version, name, extension):
    url = parse_path(path, "_a=BAJFJWIA0")
    assert (url.cloud, url.kind, url.access) == ("demo", Kind.IMAGE, Access.UPLOAD)
    assert (url.transformation, url.version, url.name, url.extension) == (transformation, version, name, extension)


@pytest.mark.parametrize(
    ("path", "kind", "access", "transformation", "name", "extension"),
    [
        ("/c/image/private/w_1/a.jpg", Kind.IMAGE, Access.PRIVATE, "w_1", "a", "jpg"),
        ("/c/image/authenticated/a.jpg", Kind.IMAGE, Access.AUTHENTICATED, "", "a", "jpg"),
        ("/c/video/upload/w_1/a.mp4", Kind.VIDEO, Access.UPLOAD, "w_1", "a", "mp4"),
        ("/c/raw/upload/a.zip", Kind.RAW, Access.UPLOAD, "", "a.zip", None),
        ("/c/raw/upload/fl_attachment/a.zip", Kind.RAW, Access.UPLOAD, "fl_attachment", "a.zip", None),
        ("/c/iu/w_1/a.jpg", Kind.IMAGE, Access.UPLOAD, "w_1", "a", "jpg"),
        ("/c/w_1/a.jpg", Kind.IMAGE, Access.UPLOAD, "w_1", "a", "jpg"),
        ("/c/a.jpg", Kind.IMAGE, Access.UPLOAD, "", "a", "jpg"),
        ("/c/images/w_1/v7/dir/cat/my-lovely-cat.jpg", Kind.IMAGE, Access.UPLOAD, "w_1", "dir/cat", "jpg"),
        ("/c/images/cat/my-lovely-cat", Kind.IMAGE, Access.UPLOAD, "", "cat", None),
        ("/c/images/sea_cat/my-lovely-cat.jpg", Kind.IMAGE, Access.UPLOAD, "", "sea_cat", "jpg"),
        ("/c/images/w_cat/my-lovely-cat.jpg", Kind.IMAGE, Access.UPLOAD, "", "w_cat", "jpg"),
        ("/c/private_images/cat/lovely.jpg", Kind.IMAGE, Access.PRIVATE, "", "cat", "jpg"),
        ("/c/authenticated_images/cat/lovely.jpg", Kind.IMAGE, Access.AUTHENTICATED, "", "cat", "jpg"),
        ("/c/videos/w_1/cat/lovely.mp4", Kind.VIDEO, Access.UPLOAD, "w_1", "cat", "mp4"),
        ("/c/files/report/lovely.pdf", Kind.RAW, Access.UPLOAD, "", "report.pdf", None),
        ("/c/images/cat.jpg", Kind.IMAGE, Access.UPLOAD, "", "images/cat", "jpg"),  # no suffix: a folder
        ("/c/image/cat.jpg", Kind.IMAGE, Access.UPLOAD, "", "image/cat", "jpg"),
    ],
)
def test_every_form_is_understood(path, kind, access, transformation, name, extension):
    url = parse_path(path)
    assert (url.cloud, url.kind, url.access) == ("c", kind, access)
    assert (url.transformation, url.name, url.extension) == (transformation, name, extension)


def test_the_host_may_name_the_cloud():
    url = parse_path("/image/upload/w_1/a.jpg", cloud="acme")
    assert (url.cloud, url.transformation, url.name) == ("acme", "w_1", "a")
    assert parse_path("/a.jpg", cloud="acme").name == "a"


@pytest.mark.parametrize(
    ("path", "signature", "signed_text"),
    [
        ("/c/image/upload/s--v2fTPYTu--/sample.jpg", "v2fTPYTu", "sample.jpg"),
        ("/c/image/upload/s----SjmNDA--/v1/image.jpg", "--SjmNDA", "image.jpg"),
        ("/c/image/private/s--Ai4Znfl3--/c_crop,h_20,w_10/v123/image.jpg", "Ai4Znfl3", "c_crop,h_20,w_10/image.jpg"),
        ("/c/image/upload/s--" + "a" * 32 + "--/a%20b.jpg", "a" * 32, "a%20b.jpg"),
        ("/c/images/s--12345678--/w_1/cat/lovely.jpg", "12345678", "w_1/cat.jpg"),
        ("/c/files/s--12345678--/report/lovely.pdf", "12345678", "report.pdf"),
        ("/c/raw/upload/s--12345678--/v1/a.zip", "12345678", "a.zip"),
        ("/c/image/upload/s--wronglength--/a.jpg", "wronglength", "a.jpg"),  # refused, not a folder
        ("/c/image/upload/w_1/s--12345678--/a.jpg", None, "w_1/s--12345678--/a.jpg"),
        ("/c/image/upload/s--12345678--", None, "s--12345678--"),
        (
            "/c/image/fetch/s--hH_YcbiS--/http://google.com/path/to/image.png",
            "hH_YcbiS",
            "http://google.com/path/to/image.png",
        ),
    ],
)
def test_a_signature_covers_the_letters_on_the_wire(path, signature, signed_text):
    url = parse_path(path)
    assert (url.signature, url.signed_text) == (signature, signed_text)


@pytest.mark.parametrize(
    ("path", "query", "transformation", "name"),
    [
        ("/c/image/fetch/https://example.com/a/b.jpg", "", "", "https://example.com/a/b.jpg"),
        ("/c/image/fetch/w_1/f_auto/https://example.com/a.jpg", "_a=X", "w_1/f_auto", "https://example.com/a.jpg"),
        ("/c/image/fetch/w_1/v1/https://example.com/w_2/a.jpg", "", "w_1", "https://example.com/w_2/a.jpg"),
        ("/c/image/fetch/https:/example.com/a.jpg", "", "", "https://example.com/a.jpg"),
        ("/c/image/fetch/https%3A//example.com/a.jpg", "", "", "https://example.com/a.jpg"),
        ("/c/image/fetch/https%3A%2F%2Fexample.com%2Fa.jpg", "", "", "https://example.com/a.jpg"),
        ("/c/image/fetch/https://example.com/a%3Fb%3D1%2520.jpg", "", "", "https://example.com/a?b=1%20.jpg"),
        ("/c/image/fetch/https://example.com/a", "b=1&_a=X&c=2", "", "https://example.com/a?b=1&c=2"),
        ("/c/image/fetch/https://example.com/dir/", "", "", "https://example.com/dir/"),
        ("/c/video/fetch/http://example.com/a.mp4", "", "", "http://example.com/a.mp4"),
    ],
)
def test_a_remote_address_is_taken_verbatim(path, query, transformation, name):
    url = parse_path(path, query)
    assert (url.access, url.transformation, url.name, url.extension) == (Access.FETCH, transformation, name, None)


def test_the_query_of_a_signed_remote_address_is_signed_too():
    assert parse_path("/c/image/fetch/s--12345678--/http://a.b/c", "d=1").signed_text == "http://a.b/c?d=1"


@pytest.mark.parametrize(
    ("path", "doubtful"),
    [
        ("/c/image/upload/zz_1/a.jpg", "zz_1"),
        ("/c/image/upload/w_/a.jpg", "w_"),
        ("/c/image/upload/c_fill,foo/a.jpg", "c_fill,foo"),
        ("/c/image/upload/w_1/my_dir/a.jpg", "my_dir"),
        ("/c/image/upload/folder/a.jpg", None),
        ("/c/image/upload/products_1/a.jpg", None),
        ("/c/image/upload/v1/zz_1/a.jpg", None),
        ("/c/image/upload/zz_1", None),
    ],
)
def test_what_looks_like_a_component_of_no_known_code_is_told(path, doubtful):
    assert parse_path(path).doubtful == doubtful


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/c/image/upload/a.b.jpg", (("a.b", "jpg"), ("a.b.jpg", None))),
        ("/c/image/upload/a", (("a", None),)),
        ("/c/raw/upload/a.zip", (("a.zip", None),)),
        ("/c/cat/lovely.jpg", (("cat/lovely", "jpg"), ("cat/lovely.jpg", None), ("cat", "jpg"))),
        ("/c/image/upload/cat/lovely.jpg", (("cat/lovely", "jpg"), ("cat/lovely.jpg", None))),
    ],
)
def test_an_asset_is_looked_for_under_each_likely_name(path, found):
    assert candidates(parse_path(path)) == found


@pytest.mark.parametrize("path", ["", "/", "/c", "/c/", "/c/image/upload", "/c/image/upload/", "/c/image/fetch/"])
def test_a_path_without_a_name_is_not_found(path):
    with pytest.raises(NotFound):
        parse_path(path)


@pytest.mark.parametrize("type", ["list", "youtube", "facebook"])
def test_types_of_later_releases_are_named(type):
    with pytest.raises(NotFound, match=f"type {type} is not available"):
        parse_path(f"/c/image/{type}/x.png")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/c/image/upload/" + "a" * 256, "public_id is too long"),
        ("/c/image/fetch/http://a.b/" + "a" * 5000, "public_id is too long"),
        ("/c/image/upload/a%00b", "control characters"),
        ("/c/image/upload/a%0d%0ab", "control characters"),
        ("/c/" + "a/" * 20_000, "too long"),
    ],
)
def test_names_that_no_asset_can_have_are_refused(path, words):
    with pytest.raises(Invalid, match=words):
        parse_path(path)


@pytest.mark.parametrize(
    ("given", "built"),
    [
        (("", None, "a", "jpg", None), "https://x.y/c/image/upload/a.jpg"),
        (("w_1/f_auto", 12, "dir/a b", "jpg", None), "https://x.y/c/image/upload/w_1/f_auto/v12/dir/a%20b.jpg"),
        (("", 1, "é?~", None, "abc"), "https://x.y/c/image/upload/s--abc--/v1/%C3%A9%3F%7E"),
    ],
)
def test_an_address_is_built(given, built):
    transformation, version, name, extension, signature = given
    made = build(
        "https://x.y/", "c", Kind.IMAGE, Access.UPLOAD, transformation, version, name, extension, signature=signature
    )
    assert made == built


def test_what_is_built_is_understood_again():
    made = build("", "c", Kind.IMAGE, Access.PRIVATE, "c_fit,w_1", 9, "dir/é b.c", "png", signature="12345678")
    assert parse_path(made) == DeliveryUrl(
        cloud="c",
        kind=Kind.IMAGE,
        access=Access.PRIVATE,
        signature="12345678",
        transformation="c_fit,w_1",
        version=9,
        name="dir/é b.c",
        extension="png",
        signed_text=text_to_sign("c_fit,w_1", "dir/é b.c", "png"),
    )
