"""What hints and source settle: format, quality, width and dots."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.transform.auto import Hints, settle, varies_by
from safelight.transform.canon import canon
from safelight.transform.parse import parse
from safelight.transform.plan import Initial, Progressive, Px, Resize
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

JPEG = SourceFacts("jpg", 4000, 3000, has_alpha=False)
PNG = SourceFacts("png", 400, 300, has_alpha=True)
GIF = SourceFacts("gif", 400, 300, has_alpha=True, frames=12)
WEBP = SourceFacts("webp", 400, 300, has_alpha=False, frames=12)
TIFF = SourceFacts("tif", 400, 300, has_alpha=False, frames=3)
HEIC = SourceFacts("heic", 4000, 3000, has_alpha=False)
SVG = SourceFacts("svg", 100, 100, has_alpha=True)
LARGE = SourceFacts("jpg", 6000, 4000, has_alpha=False)

CHROME = Hints("image/avif,image/webp,image/apng,image/*,*/*;q=0.8")
OLDER = Hints("image/webp,*/*")
PLAIN = Hints()


def settled(text: str, hints: Hints = PLAIN, source: SourceFacts = JPEG, extension: str | None = None):
    return settle(parse(text, VOCABULARY), hints, source, extension)


@pytest.mark.parametrize(
    ("text", "hints", "source", "extension", "format"),
    [
        ("w_100", PLAIN, JPEG, None, "jpg"),
        ("w_100", PLAIN, JPEG, "png", "png"),
        ("w_100", PLAIN, JPEG, "PNG", "png"),
        ("w_100", PLAIN, JPEG, "jpeg", "jpg"),
        ("w_100,f_webp", PLAIN, JPEG, "png", "webp"),  # f_ goes before the extension
        ("w_100", PLAIN, HEIC, None, "jpg"),
        ("w_100", PLAIN, SVG, None, "svg"),  # a drawing, until a format of pixels is asked for
        ("w_100", PLAIN, SVG, "svg", "svg"),
        ("w_100", PLAIN, SVG, "png", "png"),
        ("f_psd", PLAIN, JPEG, None, "psd"),
        ("f_jxr", PLAIN, JPEG, None, "wdp"),
        ("", PLAIN, JPEG, "png", "png"),
        ("f_auto", CHROME, JPEG, None, "avif"),
        ("f_auto", CHROME, JPEG, "jpg", "avif"),
        ("f_auto", CHROME, PNG, None, "avif"),
        ("f_auto", CHROME, LARGE, None, "webp"),  # 24 megapixels
        ("f_auto,w_300", CHROME, LARGE, None, "avif"),
        ("f_auto", OLDER, JPEG, None, "webp"),
        ("f_auto", PLAIN, JPEG, "webp", "jpg"),
        ("f_auto", PLAIN, PNG, None, "png"),
        ("f_auto,b_white", PLAIN, PNG, None, "jpg"),
        ("f_auto,r_max", PLAIN, JPEG, None, "png"),
        ("f_auto,a_45", PLAIN, JPEG, None, "png"),
        ("f_auto,a_90", PLAIN, JPEG, None, "jpg"),
        ("f_auto,o_50", PLAIN, JPEG, None, "png"),
        ("f_auto,c_pad,w_10,h_90", PLAIN, JPEG, None, "png"),
        ("f_auto,c_pad,w_10,h_90,b_auto", PLAIN, PNG, None, "jpg"),
        ("f_auto", Hints("image/avif;q=0,image/webp;q=0.5"), JPEG, None, "webp"),
        ("f_auto", Hints("image/*"), JPEG, None, "jpg"),
        ("f_auto", Hints(" IMAGE/WEBP ; q=0.9 "), JPEG, None, "webp"),
        ("f_auto", CHROME, GIF, None, "webp"),
        ("f_auto", PLAIN, GIF, None, "gif"),
        ("f_auto:animated", PLAIN, WEBP, None, "gif"),
        ("f_auto:image", CHROME, GIF, None, "avif"),
        ("f_auto,pg_2", CHROME, GIF, None, "avif"),
        ("f_auto", PLAIN, TIFF, None, "jpg"),  # pages are no animation
        ("fl_preserve_transparency,f_jpg", PLAIN, PNG, None, "png"),
        ("fl_preserve_transparency", PLAIN, PNG, "jpg", "png"),
        ("fl_preserve_transparency", PLAIN, JPEG, "jpg", "jpg"),
        ("fl_any_format,q_auto", PLAIN, PNG, None, "png"),
        ("fl_any_format,q_auto,b_white", PLAIN, PNG, None, "jpg"),
    ],
)
def test_the_format_is_settled(text, hints, source, extension, format):
    assert settled(text, hints, source, extension).encode.format == format


@pytest.mark.parametrize(
    ("text", "source", "extension", "format"),
    [
        ("f_mp4", JPEG, None, "mp4"),
        ("f_flif", JPEG, None, "flif"),
        ("f_dng", JPEG, None, "dng"),
        ("w_100", JPEG, "heic", "heic"),
        ("w_100", JPEG, "nope", "nope"),
        ("", JPEG, "json", "json"),
    ],
)
def test_a_format_that_cannot_be_written_is_refused(text, source, extension, format):
    with pytest.raises(Invalid, match=f"Unsupported format {format}"):
        settled(text, source=source, extension=extension)


@pytest.mark.parametrize(
    ("text", "source", "extension", "is_original"),
    [
        ("", JPEG, None, True),
        ("", JPEG, "jpg", True),
        ("", JPEG, "JPEG", True),
        ("", JPEG, "png", False),
        ("", SVG, "svg", True),
        ("", HEIC, None, True),
        ("f_jpg", JPEG, None, False),
        ("fl_attachment", JPEG, None, False),
    ],
)
def test_without_a_component_the_stored_bytes_will_do(text, source, extension, is_original):
    assert settled(text, source=source, extension=extension).is_empty == is_original


@pytest.mark.parametrize(
    ("text", "hints", "quality"),
    [
        ("f_jpg", PLAIN, 80),
        ("f_webp", PLAIN, 82),
        ("f_avif", PLAIN, 65),
        ("f_jpg,q_33", PLAIN, 33),
        ("f_jpg,q_100", PLAIN, 100),
        ("f_webp,q_100", PLAIN, None),  # without loss
        ("f_avif,q_100", PLAIN, None),
        ("f_png", PLAIN, None),
        ("f_png,q_50", PLAIN, None),
        ("f_png,fl_png8,q_50", PLAIN, 50),
        ("f_png,fl_lossy", PLAIN, 80),
        ("f_gif,fl_lossy,q_auto:low", PLAIN, 55),
        ("f_jpg,q_auto", PLAIN, 80),
        ("f_webp,q_auto", PLAIN, 82),
        ("f_avif,q_auto", PLAIN, 65),
        ("f_jpg,q_auto:best", PLAIN, 89),
        ("f_jpg,q_auto:eco", PLAIN, 70),
        ("f_jpg,q_auto:low", PLAIN, 55),
        ("f_webp,q_auto:best", PLAIN, 89),
        ("f_avif,q_auto:low", PLAIN, 52),
        ("f_jpg,q_auto:sensitive", PLAIN, 89),
        ("f_jpg,q_auto:low:sensitive", PLAIN, 70),
        ("f_jpg,q_auto:best:sensitive", PLAIN, 89),
        ("f_jpg,q_auto", Hints(saves_data=True), 70),
        ("f_jpg,q_auto:best:sensitive", Hints(saves_data=True), 70),
        ("f_jpg,q_auto:low", Hints(saves_data=True), 55),
        ("f_jpg,q_80", Hints(saves_data=True), 80),
        ("f_auto,q_auto", CHROME, 65),
    ],
)
def test_the_quality_is_settled_in_the_scale_of_the_format(text, hints, quality):
    assert settled(text, hints).encode.quality == quality


@pytest.mark.parametrize(
    ("text", "source", "extension", "is_animated"),
    [
        ("w_10", GIF, None, True),
        ("w_10", GIF, "jpg", False),
        ("w_10", GIF, "webp", False),
        ("w_10,fl_awebp", GIF, "webp", True),
        ("w_10,f_auto", GIF, None, True),
        ("w_10,pg_2", GIF, None, False),
        ("w_10,f_gif", WEBP, None, True),
        ("w_10", WEBP, None, True),
        ("fl_animated,f_gif", JPEG, None, False),
        ("fl_animated,f_gif", TIFF, None, False),
    ],
)
def test_an_animation_stays_one_where_the_format_can(text, source, extension, is_animated):
    assert settled(text, source=source, extension=extension).encode.is_animated == is_animated


@pytest.mark.parametrize(
    ("text", "progressive"),
    [
        ("f_jpg,q_auto", Progressive.YES),
        ("f_jpg,q_80", None),
        ("f_jpg,q_auto,fl_progressive:none", Progressive.NONE),
        ("f_webp,q_auto,fl_progressive", None),
    ],
)
def test_automatic_jpegs_are_progressive(text, progressive):
    assert settled(text).encode.progressive == progressive


@pytest.mark.parametrize(
    ("text", "hints", "width"),
    [
        ("w_auto", PLAIN, Initial("w")),
        ("w_auto:100:400", PLAIN, Px(400)),
        ("w_auto:100:400", Hints(width=510), Px(600)),
        ("w_auto", Hints(width=600), Px(600)),
        ("w_auto:20", Hints(width=601), Px(620)),
        ("w_auto", Hints(viewport_width=390, dpr=2.6), Px(1200)),
        ("w_auto", Hints(width=250, viewport_width=390, dpr=2), Px(300)),
        ("w_auto:breakpoints_50_1000_20_20", Hints(width=3000), Px(1000)),
        ("w_auto:200:800:100", Hints(width=10), Px(200)),
        ("w_auto", Hints(width=10**12), Px(10_000)),
        ("w_auto:100:400,dpr_auto", Hints(dpr=1.5), Px(800)),
        ("w_100,dpr_auto", PLAIN, Px(100)),
        ("w_100,dpr_auto", Hints(dpr=1.25), Px(200)),
        ("w_100,dpr_auto", Hints(dpr=3), Px(300)),
        ("w_100,dpr_auto", Hints(dpr=1000), Px(500)),
        ("w_100,dpr_auto", Hints(dpr=float("nan")), Px(100)),
        ("w_100,dpr_auto", Hints(dpr=-1), Px(100)),
        ("w_100", Hints(dpr=3, width=5), Px(100)),
    ],
)
def test_the_width_is_settled_by_hints(text, hints, width):
    (resize,) = settled(text, hints).steps
    assert isinstance(resize, Resize)
    assert resize.width == width


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("w_100", ()),
        ("f_auto", ("Accept",)),
        ("f_auto/q_auto", ("Accept", "Save-Data")),
        ("w_100,dpr_auto", ("Sec-CH-DPR", "DPR")),
        (
            "w_auto",
            ("Sec-CH-DPR", "DPR", "Sec-CH-Width", "Width", "Sec-CH-Viewport-Width", "Viewport-Width"),
        ),
    ],
)
def test_an_answer_varies_by_what_settled_it(text, names):
    assert varies_by(parse(text, VOCABULARY)) == names


def test_two_clients_that_get_the_same_file_share_a_plan():
    asked = settled("c_fill,w_300/f_auto/q_auto", OLDER)
    named = settled("w_300,c_fill,f_webp,q_82")
    assert canon(asked) == canon(named) == "c_fill,w_300/f_webp,q_82"
