"""Words for films and sound: read, checked, kept in one spelling, and passed over or refused where there is no film."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel.errors import Invalid
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.source import SourceFacts
from safelight.transform.video import Video
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts("jpg", 800, 600, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("so_2.50,eo_10,du_35%25", [("du", "35p"), ("eo", "10"), ("so", "2.5")]),
        ("so_auto", [("so", "auto")]),
        ("so_1/so_2", [("so", "2")]),
        ("vc_h264:baseline:3.1/ac_none/af_iaf", [("ac", "none"), ("af", "iaf"), ("vc", "h264:baseline:3.1")]),
        ("vc_h265:auto:auto:bframes_no", [("vc", "h265:auto:auto:bframes_no")]),
        ("br_500K", [("br", "500k")]),
        ("br_48550.50:constant", [("br", "48550.5:constant")]),
        (
            "br_av:audio_(value_128k);video_(value_2m;mode_cbr)",
            [("br", "av:video_(value_2m;mode_cbr);audio_(value_128k)")],
        ),
        ("fps_25", [("fps", "25")]),
        ("fps_20.20-30.0", [("fps", "20.2-30")]),
        ("fps_24-", [("fps", "24-")]),
        ("fps_-29.97", [("fps", "-29.97")]),
        ("$v_24/fps_$v", [("fps", "24")]),
        ("$v_25/fps_24-$v", [("fps", "24-25")]),
        ("ki_20.0", [("ki", "20")]),
        ("sp_full_hd", [("sp", "full_hd")]),
        ("sp_som%C3%AB", [("sp", "somë")]),
        (
            "sp_auto:maxres_720p;subtitles_(code_en;file_x.vtt)",
            [("sp", "auto:maxres_720p;subtitles_(code_en;file_x.vtt)")],
        ),
        ("vs_40/dr_high", [("dr", "high"), ("vs", "40")]),
        ("vs_2.30s", [("vs", "2.3s")]),
        ("cs_copy", [("cs", "copy")]),
        (
            "fl_mono.truncate_ts,fl_alternate:lang_en;name_English",
            [("fl", "alternate:lang_en;name_English"), ("fl", "mono"), ("fl", "truncate_ts")],
        ),
        ("e_fade:2000/so_1/e_fade:-500", [("e", "fade:2000"), ("e", "fade:-500"), ("so", "1")]),
        ("e_volume:+10dB", [("e", "volume:10dB")]),
        ("e_volume:-3.50db", [("e", "volume:-3.5dB")]),
        ("e_volume:mute", [("e", "volume:mute")]),
        ("e_volume:400", [("e", "volume:400")]),
        ("e_accelerate:-50/e_reverse/e_boomerang", [("e", "accelerate:-50"), ("e", "reverse"), ("e", "boomerang")]),
        ("e_accelerate:5s", [("e", "accelerate:5s")]),
        ("e_deshake:32/e_preview", [("e", "deshake:32"), ("e", "preview")]),
        ("e_preview:duration_12.0:max_seg_3:min_seg_dur_3", [("e", "preview:duration_12;max_seg_3;min_seg_dur_3")]),
        ("e_progressbar", [("e", "progressbar")]),
        ("e_progressbar:frame:red:5", [("e", "progressbar:type_frame;color_rgb:ff0000;width_5")]),
        ("e_progressbar:width_6:color_rgb:00f", [("e", "progressbar:color_rgb:0000ff;width_6")]),
        ("e_mask/e_anti_removal:90", [("e", "mask"), ("e", "anti_removal:90")]),
        ("fn_wasm:my:example.wasm", [("fn", "wasm:my:example.wasm")]),
        ("fn_pre:remote:aHR0cHM6==", [("fn", "pre:remote:aHR0cHM6==")]),
    ],
)
def test_a_word_for_films_is_read(text, words):
    plan = parse(text, VOCABULARY)
    assert plan.video == Video(tuple(words))
    assert parse(canon(plan), VOCABULARY) == plan


@pytest.mark.parametrize(
    "text",
    [
        "so_-1",
        "so_101p",
        "so_soon",
        "eo_1s",
        "vc_h266",
        "vc_h264:tall",
        "vc_h264:main:31",
        "vc_h264:main:3.1:bframes_maybe",
        "ac_loud",
        "af_44101",
        "br_0",
        "br_2g",
        "br_5000m",
        "br_500:variable",
        "br_av:video_2m",
        "br_av:video_(mode_cbr)",
        "br_av:video_(value_2m;mode_odd)",
        "fps_-",
        "fps_30-20",
        "fps_2000",
        "ki_0",
        "sp_auto:maxres_1p",
        "sp_hd:maxres_720p",
        "vs_0",
        "vs_2.3",
        "dr_low",
        "cs_coppy",
        "fl_mono:very",
        "e_fade:a",
        "e_volume:500",
        "e_volume:10dBm",
        "e_accelerate:101",
        "e_reverse:1",
        "e_preview:duration_0",
        "e_preview:length_3",
        "e_progressbar:stripe",
        "e_mask:1000",
    ],
)
def test_what_is_no_such_word_is_refused(text):
    with pytest.raises(TransformError) as caught:
        parse(text, VOCABULARY)
    assert caught.value.text == text


def test_of_such_words_there_are_so_many():
    with pytest.raises(TransformError, match="A transformation may have 100 words for video"):
        parse("/".join(["e_reverse"] * 101), VOCABULARY)


def test_what_has_no_meaning_for_a_picture_is_passed_over():
    said = settle(parse("w_5,so_2,vc_auto,br_2m,fps_20,sp_hd,fl_mono,p_a/du_2", VOCABULARY), Hints(), PHOTO, None)
    assert said == settle(parse("w_5", VOCABULARY), Hints(), PHOTO, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("e_volume:50", "The effect `e_volume` needs a video or a sound, and this is a picture."),
        ("e_mask", "The effect `e_mask` says how a layer meets the picture below it, and there is no layer beside it."),
        (
            "fn_wasm:a.wasm",
            "Custom functions are not available: code of others is run by no part of this. (`fn_wasm:a.wasm`)",
        ),
        (
            "fl_c2pa",
            "Content credentials need a certificate to sign with, which this installation does not have.",
        ),
    ],
)
def test_what_cannot_be_done_to_a_picture_is_refused(text, message):
    with pytest.raises(Invalid) as caught:
        settle(parse(text, VOCABULARY), Hints(), PHOTO, None)
    assert caught.value.message == message


WORDS = {
    "so": st.integers(0, 86_400_000).map(lambda ms: str(ms / 1000)) | st.integers(0, 100).map("{}p".format),
    "br": st.integers(1, 999).map("{}k".format),
    "fps": st.tuples(st.integers(1, 40), st.integers(41, 1000)).map(lambda rates: f"{rates[0]}-{rates[1]}"),
    "vc": st.sampled_from(["auto", "vp9", "h264:high:4.0"]),
    "sp": st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="%,/:;()$!"), min_size=1, max_size=20
    ).filter(lambda name: name != "auto"),
    "e": st.sampled_from(["fade:10", "fade:-10", "volume:-3dB", "reverse", "preview:max_seg_2", "progressbar:red"]),
    "fl": st.sampled_from(["mono", "alternate:lang_en;name_a b", "waveform"]),
}
CHAINS = st.lists(
    st.sampled_from(sorted(WORDS)).flatmap(lambda code: WORDS[code].map(f"{code}_{{}}".format)), min_size=1, max_size=8
)


@given(CHAINS)
def test_the_canonical_text_of_words_for_films_means_the_same(chain):
    plan = parse("/".join(chain), VOCABULARY)
    assert plan.video is not None
    assert parse(canon(plan), VOCABULARY) == plan
    assert canon(parse(canon(plan), VOCABULARY)) == canon(plan)
