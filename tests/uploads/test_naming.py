"""Wishes + file name -> what the asset is called."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safelight.accounts.model import FolderMode
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.transform.url import build, candidates, parse_path
from safelight.uploads.model import NameWishes
from safelight.uploads.naming import call, check_name

IMAGE, RAW = Kind.IMAGE, Kind.RAW
DYNAMIC, FIXED = FolderMode.DYNAMIC, FolderMode.FIXED
RANDOM = "r" * 20
SUFFIX = "_" + "r" * 6


def called(wishes: dict, kind=IMAGE, mode=DYNAMIC, filename: str | None = "My cat.jpg"):
    return call(NameWishes(**wishes), kind, mode, filename, lambda length: "r" * length)


@pytest.mark.parametrize(
    ("wishes", "kind", "filename", "name"),
    [
        ({}, IMAGE, "cat.jpg", RANDOM),
        ({}, RAW, "report.DOCX", RANDOM + ".DOCX"),  # a raw file is delivered by its name alone
        ({}, RAW, "README", RANDOM),
        ({}, RAW, None, RANDOM),
        ({"public_id": "tom"}, IMAGE, "cat.jpg", "tom"),
        ({"public_id": "tom.jpg"}, IMAGE, "cat.jpg", "tom.jpg"),
        ({"public_id": "a/b/tom"}, IMAGE, None, "a/b/tom"),
        ({"public_id": "a/v1/v2"}, IMAGE, None, "a/v1/v2"),
        ({"public_id": "v1"}, IMAGE, None, "v1"),
        ({"public_id": "v1b/tom"}, IMAGE, None, "v1b/tom"),
        ({"public_id": "tom"}, RAW, "cat.txt", "tom"),
        ({"public_id": "zoë 猫"}, IMAGE, None, "zoë 猫"),
        ({"public_id": "tom", "uses_filename": True}, IMAGE, "cat.jpg", "tom"),
        ({"uses_filename": True}, IMAGE, "cat.jpg", "cat" + SUFFIX),
        ({"uses_filename": True}, RAW, "cat.tar.gz", f"cat.tar{SUFFIX}.gz"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "cat.jpg", "cat"),
        ({"uses_filename": True, "is_unique": False}, RAW, "large.bin", "large.bin"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "a?b&c#d.jpg", "a_b_c_d"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, " my cat .jpg", "my_cat"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "C:\\photos\\cat.jpg", "cat"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "/tmp/cat.jpg", "cat"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "../../etc/passwd", "passwd"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, ".htaccess", ".htaccess"),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "...", RANDOM),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "??", RANDOM),
        ({"uses_filename": True, "is_unique": False}, IMAGE, None, RANDOM),
        ({"uses_filename": True, "is_unique": False}, IMAGE, "x" * 400 + ".jpg", "x" * 255),
        ({"uses_filename": True}, IMAGE, "x" * 400 + ".jpg", "x" * 248 + SUFFIX),
        ({"uses_filename": True, "is_unique": False, "filename_override": "dog.png"}, IMAGE, "cat.jpg", "dog"),
        ({"is_unique": False}, IMAGE, "cat.jpg", RANDOM),  # only means something with use_filename
        ({"public_id": "tom", "prefix": "pets"}, IMAGE, None, "pets/tom"),
        ({"prefix": "pets"}, IMAGE, None, f"pets/{RANDOM}"),
        ({"public_id": "tom", "folder": "old"}, IMAGE, None, "old/tom"),
        ({"public_id": "tom", "folder": "/old/"}, IMAGE, None, "old/tom"),
        ({"public_id": "tom", "folder": "old", "prefix": "pets"}, IMAGE, None, "pets/tom"),
        ({"public_id": "tom", "asset_folder": "new"}, IMAGE, None, "tom"),
        ({"public_id": "tom", "asset_folder": "new", "uses_asset_folder_as_prefix": True}, IMAGE, None, "new/tom"),
        (
            {"public_id": "tom", "asset_folder": "new", "prefix": "p", "uses_asset_folder_as_prefix": True},
            IMAGE,
            None,
            "p/tom",
        ),
    ],
)
def test_the_name_follows_the_wishes(wishes, kind, filename, name):
    assert called(wishes, kind, filename=filename).name == name


@pytest.mark.parametrize(
    ("mode", "wishes", "name", "folder"),
    [
        (DYNAMIC, {"public_id": "a/tom"}, "a/tom", ""),  # the slash of a name places nothing
        (DYNAMIC, {"public_id": "tom", "asset_folder": "pets/cats"}, "tom", "pets/cats"),
        (DYNAMIC, {"public_id": "tom", "folder": "pets"}, "pets/tom", "pets"),
        (DYNAMIC, {"public_id": "tom", "folder": "pets", "asset_folder": "else"}, "pets/tom", "else"),
        (DYNAMIC, {"public_id": "tom", "folder": "pets", "asset_folder": ""}, "pets/tom", ""),
        (FIXED, {"public_id": "tom"}, "tom", ""),
        (FIXED, {"public_id": "a/tom"}, "a/tom", "a"),
        (FIXED, {"public_id": "tom", "folder": "pets/cats"}, "pets/cats/tom", "pets/cats"),
        (FIXED, {"public_id": "a/tom", "folder": "pets"}, "pets/a/tom", "pets/a"),
        (FIXED, {"public_id": "tom", "asset_folder": "ignored"}, "tom", ""),
    ],
)
def test_the_place_follows_the_folder_mode(mode, wishes, name, folder):
    found = called(wishes, mode=mode)
    assert (found.name, found.folder) == (name, folder)


@pytest.mark.parametrize(
    ("wishes", "kind", "display_name"),
    [
        ({"public_id": "a/tom"}, IMAGE, "tom"),
        ({"public_id": "a/tom", "display_name": "Tom & Jerry"}, IMAGE, "Tom & Jerry"),
        ({"public_id": "tom", "uses_filename_as_display_name": True}, IMAGE, "My cat"),
        ({"public_id": "tom", "uses_filename_as_display_name": True}, RAW, "My cat.jpg"),
        ({"public_id": "tom", "uses_filename_as_display_name": True, "display_name": "x"}, IMAGE, "x"),
    ],
)
def test_the_display_name_is_the_last_word_of_the_name_unless_told_otherwise(wishes, kind, display_name):
    assert called(wishes, kind).display_name == display_name


@pytest.mark.parametrize(
    ("wishes", "filename", "original"),
    [
        ({}, "My cat.jpg", "My cat"),
        ({}, "stream", "stream"),
        ({}, None, None),
        ({"filename_override": "x/dog.png"}, "cat.jpg", "dog"),
        ({"discards_filename": True}, "cat.jpg", None),
    ],
)
def test_the_original_filename_is_kept_without_extension(wishes, filename, original):
    assert called(wishes, filename=filename).original_filename == original


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        *(({"public_id": f"a{letter}b"}, f"public_id (a{letter}b) is invalid") for letter in "?&#\\%<>+\n\x7f"),
        *(
            ({"public_id": name}, "public_id")
            for name in (" tom", "tom ", "/tom", "tom/", "a//b", "a/../b", ".", "x" * 256, "é" * 200 + "/" + "猫" * 255)
        ),
        ({"public_id": "v12/tom"}, "public_id (v12/tom) is invalid"),
        ({"folder": "v1", "public_id": "tom"}, "public_id (v1/tom) is invalid"),
        ({"prefix": "v12", "public_id": "tom"}, "public_id_prefix is invalid"),
        ({"prefix": "a/v1/b", "public_id": "tom"}, "public_id_prefix is invalid"),
        ({"prefix": "a?"}, "public_id_prefix is invalid"),
        ({"folder": "a&b"}, "folder is invalid"),
        ({"folder": ".."}, "folder is invalid"),
        ({"asset_folder": "a//b"}, "asset_folder is invalid"),
        ({"asset_folder": "a "}, "asset_folder is invalid"),
        ({"asset_folder": "x" * 256}, "asset_folder is invalid"),
        ({"display_name": "a/b"}, "display_name"),
        ({"display_name": "x" * 256}, "display_name"),
    ],
)
def test_what_a_url_could_not_hold_is_refused(wishes, words):
    with pytest.raises(Invalid) as caught:
        called(wishes)
    assert words in caught.value.message


@given(
    st.text(min_size=1, max_size=40)
    | st.sampled_from(
        ["x" * 255, "é" * 255, "😀" * 255, "a" * 250 + "/" + "b" * 250, "w_10/a", "a.b/c.jpg", "s--aaaaaaaa--"]
    )
)
@example("abcdefgh/" * 112 + "x" * 16)
def test_what_an_upload_may_be_called_can_be_delivered(name):
    try:
        check_name(name)
    except Invalid:
        return
    for kind, extension in ((Kind.IMAGE, "jpg"), (Kind.IMAGE, None), (Kind.RAW, None)):
        url = parse_path(build("", "demo", kind, Access.UPLOAD, "", 1, name, extension))
        assert (name, extension) in candidates(url)
