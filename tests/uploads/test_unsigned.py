"""What an upload without a signature may ask, and what its preset makes of it."""

from datetime import UTC, datetime

import pytest

from safelight.kernel.errors import Invalid
from safelight.uploads.model import Preset
from safelight.uploads.presets import check_unsigned, for_signed, for_unsigned

AT = datetime(2026, 1, 2, tzinfo=UTC)
ONLY = (
    "Only upload_preset, callback, public_id, folder, asset_folder, tags, context, metadata, face_coordinates, "
    "custom_coordinates, source, filename_override, manifest_transformation, manifest_json, template, template_vars, "
    "regions, public_id_prefix upload parameters are allowed."
)


def preset(*, is_unsigned: bool = True, disallows_public_id: bool = False, **words: str) -> Preset:
    return Preset("cloud", "open", is_unsigned, disallows_public_id, words, AT)


@pytest.mark.parametrize(
    "name",
    [
        *("upload_preset", "public_id", "public_id_prefix", "folder", "asset_folder", "tags", "context", "metadata"),
        *("face_coordinates", "custom_coordinates", "regions", "source", "filename_override", "callback"),
        *("manifest_transformation", "manifest_json", "template", "template_vars"),
        *("api_key", "timestamp", "resource_type", "file", "cloud_name"),
    ],
)
def test_these_may_be_sent_unsigned(name):
    check_unsigned({name: "x"})


@pytest.mark.parametrize(
    ("name", "humanised"),
    [
        ("transformation", "Transformation"),
        ("overwrite", "Overwrite"),
        ("format", "Format"),
        ("moderation", "Moderation"),
        ("access_mode", "Access mode"),
        ("eager", "Eager"),
        ("type", "Type"),
        ("eval", "Eval"),
        ("on_success", "On success"),
        ("use_filename", "Use filename"),
        ("notification_url", "Notification url"),
        ("anything_else", "Anything else"),
    ],
)
def test_nothing_else_may_in_the_words_that_clients_compare(name, humanised):
    with pytest.raises(Invalid) as caught:
        check_unsigned({"tags": "a", name: "x"})
    assert caught.value.message == f"{humanised} parameter is not allowed when using unsigned upload. {ONLY}"


def test_several_faults_are_joined():
    with pytest.raises(Invalid) as caught:
        check_unsigned({"overwrite": "1", "format": "png"})
    assert caught.value.message.startswith("Overwrite parameter is not allowed")
    assert "allowed., Format parameter is not allowed" in caught.value.message


@pytest.mark.parametrize(
    ("words", "asked", "merged"),
    [
        ({"folder": "in"}, {"folder": "out"}, {"folder": "in"}),
        ({"tags": "a"}, {"tags": "b"}, {"tags": "b,a"}),
        ({"tags": "a"}, {"tags": ["b", "c"]}, {"tags": "b,c,a"}),
        ({}, {"tags": "b"}, {"tags": "b"}),
        ({"context": "k=1"}, {"context": "k=2|l=3"}, {"context": "k=2|l=3|k=1"}),
        ({"overwrite": "1"}, {}, {"overwrite": "0"}),
        ({"use_filename": "1", "unique_filename": "0"}, {}, {"unique_filename": "0"}),
    ],
)
def test_unsigned_the_preset_wins_and_lists_are_put_together(words, asked, merged):
    found = for_unsigned(preset(**words), asked)
    assert {name: found[name] for name in merged} == merged
    assert found["overwrite"] == "0"


@pytest.mark.parametrize(
    ("words", "asked", "kept"),
    [
        ({"folder": "in"}, {"folder": "out", "asset_folder": "out", "public_id_prefix": "out"}, set()),
        ({"public_id_prefix": "in"}, {"folder": "out", "public_id_prefix": "out"}, set()),
        ({"public_id_prefix": "in"}, {"asset_folder": "mine"}, {"asset_folder"}),
        ({"asset_folder": "in"}, {"folder": "out", "asset_folder": "out"}, set()),
        ({"asset_folder": "in"}, {"public_id_prefix": "mine"}, {"public_id_prefix"}),
        (
            {"asset_folder": "in", "use_asset_folder_as_public_id_prefix": "1"},
            {"folder": "out", "public_id_prefix": "out"},
            set(),
        ),
        ({"tags": "a"}, {"folder": "mine", "public_id_prefix": "mine"}, {"folder", "public_id_prefix"}),
    ],
)
def test_a_preset_that_says_where_is_not_outvoted_by_another_word_for_the_place(words, asked, kept):
    found = for_unsigned(preset(**words), {**asked, "public_id": "tom"})
    assert {name for name, value in found.items() if value in ("out", "mine")} == kept
    assert found["public_id"] == "tom"


def test_signed_the_request_wins():
    found = for_signed(preset(is_unsigned=False, folder="in", tags="a"), {"tags": "b"})
    assert found == {"folder": "in", "tags": "b"}


def test_a_preset_for_signed_uploads_is_not_for_others():
    with pytest.raises(Invalid, match=r"^Upload preset must be whitelisted for unsigned uploads$"):
        for_unsigned(preset(is_unsigned=False), {})


def test_a_preset_may_keep_names_to_itself():
    closed = preset(disallows_public_id=True, unique_filename="0", use_filename="1")
    with pytest.raises(Invalid, match="Public ID is not allowed"):
        for_unsigned(closed, {"public_id": "mine"})
    assert for_unsigned(closed, {})["unique_filename"] == "1"
