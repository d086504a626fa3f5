"""Services that nobody knows are told in the words that clients know."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.wire import services


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("categorization", "illegal", "Categorization item illegal is not valid"),
        ("categorization", "google_tagging,illegal", "Categorization item illegal is not valid"),
        ("categorization", ["imagga_tagging", "illegal"], "Categorization item illegal is not valid"),
        ("detection", "illegal", "Detection invalid model 'illegal'"),
        ("raw_convert", "illegal", "Raw convert is invalid"),
        ("background_removal", "illegal", "Background removal is invalid"),
    ],
)
def test_a_misspelt_service_is_refused(name, value, message):
    with pytest.raises(Invalid) as caught:
        services.check({name: value})
    assert caught.value.message == message


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"categorization": "google_tagging, aws_rek_tagging", "detection": ["coco_v2", "adv_face", "lvis_v1:[a]"]},
        {"detection": "", "raw_convert": "", "background_removal": ""},
    ],
)
def test_what_is_known_or_not_said_is_no_error(words):
    services.check(words)


@pytest.mark.parametrize(
    ("name", "value", "service"),
    [
        ("raw_convert", "google_speech:vtt:en-US", "Google AI Video Transcription"),
        ("raw_convert", "aspose", "Aspose Document Conversion"),
        ("background_removal", "pixelz", "Remove-The-Background Editing"),
    ],
)
def test_a_service_that_only_the_original_has_is_one_without_a_subscription(name, value, service):
    with pytest.raises(Invalid) as caught:
        services.check({name: value})
    assert caught.value.message == f"You don't have an active subscription for {service}"
