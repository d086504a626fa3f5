"""What a picture shall be asked, as clients say it."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.uploads.model import InsightsAsk
from safelight.wire import insights


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, InsightsAsk()),
        ({"ocr": "adv_ocr"}, InsightsAsk(("ocr:adv_ocr",))),
        ({"ocr": "adv_ocr:document", "auto_tagging": "0.6"}, InsightsAsk(("ocr:adv_ocr:document",), 0.6)),
        (
            {"detection": "coco_v2,adv_face", "categorization": ["google_tagging", "imagga_tagging"]},
            InsightsAsk(
                (
                    *("detection:coco_v2", "detection:adv_face"),
                    *("categorization:google_tagging", "categorization:imagga_tagging"),
                )
            ),
        ),
    ],
)
def test_what_is_asked(said, expected):
    assert insights.asked(said) == expected


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"ocr": "illegal"}, "Ocr is invalid"),
        ({"detection": "illegal"}, "Detection invalid model 'illegal'"),
        ({"auto_tagging": "2"}, "Invalid value 2 for parameter auto_tagging: must be a number from 0 to 1"),
        ({"auto_tagging": "nan"}, "Invalid value nan for parameter auto_tagging: must be a number from 0 to 1"),
    ],
)
def test_what_cannot_be_asked_of_an_upload(said, message):
    with pytest.raises(Invalid) as caught:
        insights.asked(said)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "name", ["ocr", "detection", "categorization", "raw_convert", "background_removal", "similarity_search"]
)
def test_of_a_stored_asset_a_value_is_illegal(name):
    with pytest.raises(Invalid) as caught:
        insights.written({name: "illegal"})
    assert caught.value.message == f"Illegal value illegal for parameter {name}"


def test_a_known_service_that_is_not_here_is_told_as_that():
    with pytest.raises(Invalid, match="active subscription for Aspose"):
        insights.written({"raw_convert": "aspose"})
