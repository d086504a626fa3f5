"""Words that are said of the whole: flags, formats, profiles, qualities, and what is asked of a client's hints."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Access, Kind
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.plan import (
    AutoFormat,
    AutoQuality,
    AutoWidth,
    Chroma,
    Encode,
    Plan,
    Progressive,
    Resize,
    Source,
)
from safelight.transform.reference import Reference
from safelight.transform.source import SourceFacts
from safelight.transform.video import Video
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts("jpg", 800, 600, False)
WRITTEN = "What can be asked for: " + ", ".join(sorted(each.name for each in FORMATS.values() if each.writable))
PROFILE = Reference("profiles/print.icc", Kind.RAW, Access.AUTHENTICATED)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("fl_getinfo", Plan(wants_info=True)),
        ("fl_lossy.getinfo", Plan(wants_info=True, encode=Encode(is_lossy=True))),
        ("fl_clip,pg_name:path", Plan(source=Source(layers=("path",), clip="nonzero"))),
        ("fl_clip_evenodd", Plan(source=Source(clip="evenodd"))),
        ("fl_ignore_mask_channels", Plan(source=Source(ignores_mask_channels=True))),
        ("fl_group4", Plan(encode=Encode(is_bilevel=True))),
        ("fl_tiff8_lzw", Plan()),
        ("fl_keep_attribution", Plan(encode=Encode(keeps_attribution=True))),
        ("fl_rasterize/fl_sanitize", Plan(encode=Encode(rasterizes=True, is_sanitized=True))),
        ("fl_awebp:any_format", Plan(encode=Encode(is_animated=True, allows_any_format=True))),
        ("fl_force_icc.progressive", Plan(encode=Encode(forces_profile=True, progressive=Progressive.YES))),
        ("fl_relative.tiled.no_overflow", Plan()),  # a part of a layer that is not there
        ("fl_c2pa", Plan(video=Video((("fl", "c2pa"),)))),
        ("cs_icc:profiles:print.icc", Plan(encode=Encode(icc=PROFILE))),
        ("cs_icc:a%20b", Plan(encode=Encode(icc=Reference("a b", Kind.RAW, Access.AUTHENTICATED)))),
        ("cs_srgb/cs_icc:profiles:print.icc", Plan(encode=Encode(icc=PROFILE))),
        ("q_70:qmax_20", Plan(encode=Encode(quality=70, quantizer_max=20))),
        ("q_75:qmax_123", Plan(encode=Encode(quality=75, quantizer_max=100))),
        (
            "q_auto:low:444:qmax_5",
            Plan(encode=Encode(quality=AutoQuality.LOW, chroma=Chroma.S444, quantizer_max=5)),
        ),
        ("f_auto:video", Plan(encode=Encode(format=AutoFormat.VIDEO))),
        ("f_glb", Plan(encode=Encode(format="glb"))),
        ("f_m3u8", Plan(encode=Encode(format="m3u8"))),
        ("f_jxr", Plan(encode=Encode(format="wdp"))),
        ("a_auto", Plan()),
        ("p_a", Plan()),
        ("w_auto:breakpoints:json", Plan((Resize(AutoWidth(lists_json=True)),))),
        (
            "w_auto:breakpoints_50_1000_20_20:300:json",
            Plan((Resize(AutoWidth(low=50, high=1000, fallback=300, lists_json=True)),)),
        ),
    ],
)
def test_words_of_the_whole_are_read(text, plan):
    found = parse(text, VOCABULARY)
    assert found == plan
    assert parse(canon(found), VOCABULARY) == found


@pytest.mark.parametrize(
    "text",
    [
        "fl_abc",
        "fl_group4:2",
        "fl_awebp:any",
        "fl_getinfo:deep",
        "q_auto:some_new_param",
        "q_0",
        "q_70:qmax_x",
        "f_nope",
        "f_json",
        "cs_icc:",
        "p_!",
        "w_auto:json",
    ],
)
def test_what_is_none_is_refused(text):
    with pytest.raises(TransformError):
        parse(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f_glb", f"Unsupported format glb. {WRITTEN}"),
        ("f_m3u8", f"Unsupported format m3u8. {WRITTEN}"),
        ("f_mp4", f"Unsupported format mp4: it is not a format of pictures. {WRITTEN}"),
    ],
)
def test_what_no_picture_can_be_is_refused(text, message):
    with pytest.raises(Invalid) as caught:
        settle(parse(text, VOCABULARY), Hints(), PHOTO, None)
    assert caught.value.message == message


ALL = "image/avif,image/jxl,image/webp,*/*"


@pytest.mark.parametrize(
    ("text", "accept", "source", "format"),
    [
        ("f_auto", ALL, PHOTO, "avif"),
        ("f_auto", "image/jxl,image/webp", PHOTO, "jxl"),
        ("f_auto", ALL, SourceFacts("jpg", 5000, 5000, False), "jxl"),
        ("f_auto", "image/webp", PHOTO, "webp"),
        ("f_auto", "image/*,*/*", PHOTO, "jpg"),
        ("f_auto:video", ALL, PHOTO, "avif"),
        ("f_auto:animated", ALL, PHOTO, "avif"),
        ("f_auto:animated", ALL, SourceFacts("gif", 80, 60, False, frames=9), "webp"),
        ("f_auto:video", "image/avif", SourceFacts("gif", 80, 60, False, frames=9), "avif"),
        ("f_auto", "image/avif", SourceFacts("gif", 2000, 2000, False, frames=9), "gif"),
        ("f_auto:image", ALL, SourceFacts("gif", 80, 60, False, frames=9), "avif"),
    ],
)
def test_a_format_is_negotiated(text, accept, source, format):
    settled = settle(parse(text, VOCABULARY), Hints(accept=accept), source, None)
    assert settled.encode.format == format
    assert settled.encode.is_animated == (source.frames > 1 and text != "f_auto:image")


def test_what_is_clipped_may_be_transparent():
    assert settle(parse("fl_clip,f_auto", VOCABULARY), Hints(accept="*/*"), PHOTO, None).encode.format == "png"
