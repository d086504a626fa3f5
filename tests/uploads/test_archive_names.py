"""What a file is called inside of an archive: readable, told apart, and safe to unpack anywhere."""

from datetime import UTC, datetime

import pytest

from safelight.accounts.model import FolderMode
from safelight.assets.model import Asset, Facts
from safelight.kernel.media import Access, Kind
from safelight.uploads.archive_names import NAMELESS, PART_BYTES_MAX, PARTS_MAX, NamingRules, Taken, name_of, safe
from safelight.uploads.model import EagerAsk

MOMENT = datetime(2024, 1, 1, tzinfo=UTC)
HALF = EagerAsk("c_scale,w_0.5/e_sepia")
DYNAMIC, FIXED = NamingRules(FolderMode.DYNAMIC), NamingRules(FolderMode.FIXED)


def asset(name: str = "a/b", **words) -> Asset:
    words = {"kind": Kind.IMAGE, "folder": "", "display_name": name.rpartition("/")[2], **words}
    return Asset(
        "1", "c", words.pop("kind"), Access.UPLOAD, name, 1, "v", Facts(1, "m", "jpg"),
        created_at=MOMENT, updated_at=MOMENT, **words,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "ask", "rules", "expected"),
    [
        (asset(), None, FIXED, "a/b.jpg"),
        (asset(), None, DYNAMIC, "a/b.jpg"),
        (asset(folder="cats", display_name="Tom"), None, DYNAMIC, "cats/Tom.jpg"),
        (asset(folder="cats", display_name="Tom"), None, FIXED, "a/b.jpg"),
        (asset(display_name="Tom/Jerry"), None, DYNAMIC, "a/Tom_Jerry.jpg"),
        (asset(), None, NamingRules(FolderMode.FIXED, flattens_folders=True), "b.jpg"),
        (asset(), HALF, FIXED, "a/c_scale,w_0.5--e_sepia/b.jpg"),
        (asset(), HALF, NamingRules(FolderMode.FIXED, flattens_transformations=True), "a/b_c_scale,w_0.5--e_sepia.jpg"),
        (asset(), HALF, NamingRules(FolderMode.FIXED, skips_transformation_name=True), "a/b.jpg"),
        (asset(original_filename="I 1"), None, NamingRules(FolderMode.FIXED, uses_original_filename=True), "a/I 1.jpg"),
        (asset("a/b.txt", kind=Kind.RAW), None, FIXED, "a/b.txt"),
        (asset("plain", kind=Kind.RAW), None, FIXED, "plain"),
    ],
)  # fmt: skip
def test_a_file_is_called_as_its_asset_and_stands_in_its_folder(one, ask, rules, expected):
    extension = "" if one.kind is Kind.RAW else "jpg"
    assert name_of(one, ask, extension, rules, is_one_of_many=ask is not None) == expected


def test_the_only_file_of_an_asset_needs_no_words_of_its_transformation():
    assert name_of(asset(), HALF, "png", FIXED, is_one_of_many=False) == "a/b.png"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/a", "etc/a"),
        ("a\\..\\b", "a/b"),
        ("c:/windows", "c_/windows"),
        ("con.txt", "_con.txt"),
        ("AUX", "_AUX"),
        ("a/ /b", "a/b"),
        ("a./b ", "a/b"),
        ("...", NAMELESS),
        ("", NAMELESS),
        ("a\x00\x1f\u202eb", "a___b"),
        ("emoji 🙂.png", "emoji 🙂.png"),
        ("/".join("abc" for _ in range(100)), "/".join("abc" for _ in range(PARTS_MAX))),
    ],
)
def test_no_name_leads_out_of_the_folder_or_means_something_to_a_system(path, expected):
    assert safe(path) == expected


def test_a_long_name_is_cut_in_front_of_its_extension():
    cut = safe("ä" * 300 + ".jpg")
    assert len(cut.encode()) <= PART_BYTES_MAX
    assert cut.endswith("ä.jpg")


def test_of_two_that_are_called_alike_one_gets_a_number():
    taken = Taken()
    names = ["a/b.jpg", "a/B.jpg", "a/b.jpg", "a/b_1.jpg", "plain", "plain", ".env", ".env"]
    assert [taken.free(name) for name in names] == [
        "a/b.jpg", "a/B_1.jpg", "a/b_2.jpg", "a/b_1_1.jpg", "plain", "plain_1", ".env", ".env_1",
    ]  # fmt: skip
