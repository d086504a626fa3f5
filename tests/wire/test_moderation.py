"""Who shall look at an upload, as clients say it."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.wire import moderation


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ()),
        ({"moderation": ""}, ()),
        ({"moderation": "false"}, ()),
        ({"moderation": "manual"}, (("manual", ""),)),
        ({"moderation": "manual|duplicate:0.8"}, (("duplicate", "0.8"), ("manual", ""))),
        ({"moderation": ["duplicate:0", "manual"]}, (("duplicate", "0"), ("manual", ""))),
        ({"moderation": "manual,duplicate:1"}, (("duplicate", "1"), ("manual", ""))),
        ({"moderation": "manual|manual"}, (("manual", ""),)),
    ],
)
def test_reviews_are_read_and_a_person_comes_last(said, expected):
    assert moderation.asked(said) == expected


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("nobody", "Moderation nobody moderation is not valid"),
        ("duplicate", "Moderation duplicate moderation is not valid"),
        ("duplicate:2", "Moderation duplicate:2 moderation is not valid"),
        ("duplicate:nan", "Moderation duplicate:nan moderation is not valid"),
        ("manual:now", "Moderation manual:now moderation is not valid"),
        ("webpurify", "You don't have an active subscription for WebPurify Image Moderation"),
        ("manual|aws_rek:a:0.5", "You don't have an active subscription for Rekognition AI Moderation"),
    ],
)
def test_who_is_not_here_is_named(said, message):
    with pytest.raises(Invalid) as caught:
        moderation.asked({"moderation": said})
    assert caught.value.message == message


def test_a_person_says_one_of_three_words():
    said = [moderation.decision({"moderation_status": word}) for word in ("approved", "rejected", "pending")]
    assert [status and status.value for status in said] == ["approved", "rejected", "pending"]
    with pytest.raises(Invalid) as caught:
        moderation.decision({"moderation_status": "queued"})
    assert caught.value.message == "Illegal value queued for parameter moderation_status"
