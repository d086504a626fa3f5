"""What an upload asks, in the words of its parameters."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.uploads.model import EagerAsk
from safelight.wire import intake


@pytest.mark.parametrize(
    ("value", "asks"),
    [
        ("w_100,c_fill", [EagerAsk("w_100,c_fill")]),
        ("w_100,c_fill/jpg", [EagerAsk("w_100,c_fill", "jpg")]),
        ("w_1/e_sepia|w_2/PNG", [EagerAsk("w_1/e_sepia"), EagerAsk("w_2", "png")]),
        ("w_1|w_1", [EagerAsk("w_1")]),
        ("w_1/", [EagerAsk("w_1")]),
        ("jpg", [EagerAsk("", "jpg")]),
        (["w_1", "w_2"], [EagerAsk("w_1"), EagerAsk("w_2")]),
        ("t_named", [EagerAsk("t_named")]),
        (" | ", []),
    ],
)
def test_eager_is_a_list_of_transformations_perhaps_with_an_extension(value, asks):
    assert list(intake.eager({"eager": value})) == asks


def test_there_are_not_too_many_eager_ones():
    with pytest.raises(Invalid, match="Too many eager"):
        intake.eager({"eager": "|".join(f"w_{n}" for n in range(1, 52))})


def test_the_words_of_an_upload_are_read():
    found = intake.incoming(
        {
            "public_id": "tom",
            "type": "private",
            "tags": ["b", "a"],
            "context": "k=v",
            "eager": "w_1|w_2",
            "eager_async": "1",
            "overwrite": "false",
            "use_filename": "1",
            "unique_filename": "0",
            "allowed_formats": "jpeg,tiff,xyz",
            "headers": "Authorization: Bearer x\nLink: y",
            "return_delete_token": "true",
        },
        Kind.IMAGE,
    )
    assert (found.kind, found.access, found.tags, found.context) == (Kind.IMAGE, Access.PRIVATE, ("a", "b"), {"k": "v"})
    assert (found.names.public_id, found.names.uses_filename, found.names.is_unique) == ("tom", True, False)
    assert (found.eager_is_async, found.may_overwrite, found.returns_delete_token) == (True, False, True)
    assert found.allowed_formats == ("jpg", "tif", "xyz")
    assert found.fetch_headers == {"authorization": "Bearer x"}


@pytest.mark.parametrize(
    "words",
    [
        {"colors": "1", "faces": "true", "phash": "1", "image_metadata": "1", "ocr": "adv_ocr", "detection": "coco_v2"},
        {"moderation": "false", "eval": "", "backup": "0"},
        {"anything": "else", "access_mode": "public", "async": "0"},
    ],
)
def test_what_only_asks_for_information_is_passed_over(words):
    assert intake.incoming(words, None).kind is None


@pytest.mark.parametrize(
    ("words", "expected"), [({"backup": "1"}, True), ({"backup": "false"}, False), ({"backup": ""}, None), ({}, None)]
)
def test_whether_a_version_is_kept_is_said_or_left_to_the_cloud(words, expected):
    assert intake.incoming(words, None).is_backed_up is expected


@pytest.mark.parametrize("word", ["images", "", "all"])
def test_an_unknown_resource_type_is_told(word):
    with pytest.raises(Invalid, match="resource_type"):
        intake.resource_type(word)


@pytest.mark.parametrize("words", [{"type": "fetch"}, {"type": "nowhere"}, {"access_mode": "secret"}])
def test_nothing_is_stored_where_it_would_be_seen_by_others_than_was_meant(words):
    with pytest.raises(Invalid):
        intake.incoming(words, None)


def test_what_is_asked_of_a_picture_and_what_people_say_of_it_is_read():
    found = intake.incoming(
        {
            "colors": "1",
            "faces": "true",
            "media_metadata": "0",
            "custom_coordinates": "1,2,30,40|5,6,7,8",
            "face_coordinates": "",
            "regions": '{"logo": [[1, 2], [3, 4]]}',
        },
        Kind.IMAGE,
    )
    assert found.analyses == {"colors", "faces"}
    assert found.coordinates == {"custom": ((1, 2, 30, 40), (5, 6, 7, 8)), "faces": ()}
    assert found.regions == {"logo": ((1, 2), (3, 4))}


@pytest.mark.parametrize(
    "words",
    [
        {"custom_coordinates": "1,2,3"},
        {"custom_coordinates": "1,2,0,4"},
        {"custom_coordinates": "a,2,3,4"},
        {"custom_coordinates": "-1,2,3,4"},
        {"face_coordinates": "1,2,3,99999999"},
        {"face_coordinates": "|".join(["1,2,3,4"] * 101)},
        {"regions": "logo"},
        {"regions": "[]"},
        {"regions": '{"logo": []}'},
        {"regions": '{"logo": [[1, 2], [3]]}'},
        {"regions": '{"logo": [[1, 2], [3, true]]}'},
        {"regions": '{"": [[1, 2], [3, 4]]}'},
        {"regions": "[" * 100_000},
    ],
)
def test_coordinates_that_make_no_sense_are_told(words):
    with pytest.raises(Invalid, match=r"region|coordinates"):
        intake.incoming(words, Kind.IMAGE)
