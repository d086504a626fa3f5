"""Documents: their pages, layers and sizes by number and name, in pixels and as documents again."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from psd_tools import PSDImage

from safelight.kernel.errors import Invalid
from safelight.render.effect import vocabulary
from safelight.transform.output import PageRange
from safelight.transform.parse import parse
from safelight.transform.plan import Encode, Plan, Source
from tests.pictures import encoded
from tests.render.formats.samples import PDF_CORNERS, ico, layered, pdf, psd, sample, with_smart_objects
from tests.render.lab import BLUE, GREEN, RED, WHITE, are_near, corners, developed, facts, is_near, seen, spots

LETTER = (612.0, 792.0)


def pages_of(data: bytes) -> list[tuple[float, float]]:
    with pypdfium2.PdfDocument(data) as document:
        return [document.get_page_size(page) for page in range(len(document))]


def from_source(data: bytes, format: str, source: Source, target: str = "png") -> Image.Image:
    return Image.open(io.BytesIO(developed(data, Plan(source=source, encode=Encode(target)), format).data))


# --- PDF --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "size"),
    [
        ("f_png", (1275, 1650)),  # 150 dpi
        ("dn_72/f_png", (612, 792)),
        ("dn_300/f_png", (2550, 3300)),
        ("w_300/f_png", (300, 388)),
        ("dn_72/c_fill,w_100,h_100/f_png", (100, 100)),
        ("pg_2/f_png", (300, 200)),
    ],
)
def test_the_size_of_a_page_in_pixels(chain, size):
    assert seen(pdf(LETTER, (144, 96)), chain, "pdf").size == size


@pytest.mark.parametrize("format", ["jpg", "png"])
def test_a_density_that_is_asked_for_is_told(format):
    picture = from_source(pdf(LETTER), "pdf", Source(density=72), format)
    assert picture.info["dpi"] == pytest.approx((72, 72), abs=0.6)


def test_the_facts_of_a_document():
    found = facts(pdf(LETTER, LETTER, (144, 96)), "pdf")
    assert (found.width, found.height, found.pages, found.has_alpha) == (1275, 1650, 3, False)


def test_a_page_is_drawn_as_it_looks():
    picture = seen(sample("pdf"), "c_scale,w_60/f_png", "pdf")
    assert picture.size == (60, 40)
    assert are_near(spots(picture), [RED, GREEN, BLUE, WHITE], 6)


def test_pages_of_a_document_stay_as_they_were_drawn():
    data = pdf(LETTER, (144, 96), (300, 300), drawn=PDF_CORNERS)
    few = from_pages(data, PageRange(2, None))
    assert pages_of(few) == [(144, 96), (300, 300)]
    assert b"Image" not in few
    assert pages_of(from_pages(data, PageRange(3, 3), PageRange(1, 1))) == [(300, 300), LETTER]


def from_pages(data: bytes, *ranges: PageRange) -> bytes:
    return developed(data, Plan(source=Source(pages=ranges), encode=Encode("pdf")), "pdf").data


def test_the_whole_document_is_handed_on_untouched():
    data = pdf(LETTER, LETTER)
    assert developed(data, Plan(encode=Encode("pdf")), "pdf").data == data
    assert developed(data, Plan(encode=Encode("ai")), "pdf").data == data


def test_pages_become_flat_pictures_when_asked():
    flat = developed(sample("pdf"), Plan(encode=Encode("pdf", 90, rasterizes=True)), "pdf").data
    assert b"/DCTDecode" in flat
    assert pages_of(flat) == [pytest.approx((57.6, 38.4), abs=0.5)]
    assert are_near(spots(seen(flat, "w_60/f_png", "pdf")), [RED, GREEN, BLUE, WHITE], 12)


def test_anything_becomes_one_page():
    data = developed(encoded(corners(), "PNG"), "c_scale,w_60/f_pdf", "png").data
    assert pages_of(data) == [(60, 40)]
    assert are_near(spots(seen(data, "f_png", "pdf")), [RED, GREEN, BLUE, WHITE], 20)


def test_pages_that_are_made_smaller_stay_pages():
    data = developed(pdf(LETTER, LETTER), "c_scale,w_306/f_pdf", "pdf").data
    assert pages_of(data) == [(306, 396)] * 2


def test_a_document_becomes_a_tiff_of_pages_and_back():
    tiff = developed(pdf((72, 48), (72, 48)), "f_tif", "pdf").data
    assert Image.open(io.BytesIO(tiff)).n_frames == 2
    assert len(pages_of(developed(tiff, "f_pdf", "tif").data)) == 2


@pytest.mark.parametrize("source", [Source(page=3), Source(pages=(PageRange(2, 4),)), Source(layers=("x",))])
def test_what_has_no_pages_is_opened_whichever_is_asked_for(source):
    assert from_source(sample("jpg"), "jpg", source).size == (120, 80)
    assert from_source(sample("png"), "png", source).size == (120, 80)


@pytest.mark.parametrize("page", [4, 100])
def test_a_page_that_is_not_there_is_refused(page):
    with pytest.raises(Invalid, match=f"Invalid page {page}: the image has 3"):
        developed(pdf(LETTER, LETTER, LETTER), f"pg_{page}/f_png", "pdf")
    with pytest.raises(Invalid, match=f"Invalid page {page}"):
        from_pages(pdf(LETTER, LETTER, LETTER), PageRange(page, None))


def test_the_same_picture_gives_the_same_document():
    assert developed(sample("png"), "f_pdf", "png").data == developed(sample("png"), "f_pdf", "png").data
    data = pdf(LETTER, LETTER, LETTER)
    assert from_pages(data, PageRange(1, 2)) == from_pages(data, PageRange(1, 2))


# --- TIFF -------------------------------------------------------------------------------------------------------


def tiff(*sizes: tuple[int, int]) -> bytes:
    colors = [RED, GREEN, BLUE]
    first, *others = [Image.new("RGB", size, color) for size, color in zip(sizes, colors, strict=False)]
    return encoded(first, "TIFF", save_all=True, append_images=others)


@pytest.mark.parametrize(("page", "color"), [(1, RED), (2, GREEN), (3, BLUE)])
def test_a_page_of_a_tiff(page, color):
    data = tiff((60, 40), (60, 40), (60, 40))
    assert facts(data, "tif").pages == 3
    assert is_near(seen(data, f"pg_{page}/f_png", "tif").getpixel((30, 20)), color, 2)


def test_all_pages_of_a_tiff_stay():
    picture = seen(tiff((60, 40), (60, 40), (30, 60)), "c_scale,w_30/f_tif", "tif")
    assert picture.n_frames == 3
    picture.seek(2)
    # Of another size: in the middle of a sheet like the first.
    assert picture.size == (30, 20)
    assert is_near(picture.convert("RGB").getpixel((15, 10)), BLUE, 4)
    assert is_near(picture.convert("RGB").getpixel((2, 2)), WHITE, 4)


def test_black_and_white_as_fax_machines_write_it():
    how = Encode("tif", is_bilevel=True)
    data = developed(encoded(corners(), "PNG"), Plan(encode=how), "png").data
    picture = Image.open(io.BytesIO(data))
    assert (picture.mode, picture.info["compression"]) == ("1", "group4")
    # White and green are light, red and blue are dark.
    assert [picture.getpixel(at) > 0 for at in ((5, 5), (110, 5), (5, 70), (110, 70))] == [False, True, False, True]


# --- PSD --------------------------------------------------------------------------------------------------------


def test_the_layers_of_a_psd():
    data = layered()
    found = facts(data, "psd")
    assert (found.width, found.height, found.pages) == (120, 80, 3)
    whole = seen(data, "f_png", "psd").convert("RGB")
    assert is_near(whole.getpixel((60, 40)), (250, 240, 10), 3)
    assert is_near(whole.getpixel((115, 5)), GREEN, 3)


@pytest.mark.parametrize("source", [Source(page=2), Source(layers=("disc",))])
def test_one_layer_stands_where_it_lies_on_a_clear_canvas(source):
    picture = from_source(layered(), "psd", source)
    assert (picture.size, picture.mode) == ((120, 80), "RGBA")
    assert picture.getpixel((60, 40)) == (250, 240, 10, 255)
    assert picture.getpixel((10, 70))[3] == 0


def test_several_layers_by_their_names():
    picture = from_source(layered(), "psd", Source(layers=("disc", "top")))
    assert picture.getpixel((60, 40))[3] == picture.getpixel((5, 5))[3] == 255
    assert picture.getpixel((110, 70))[3] == 0


def test_a_layer_that_is_not_there_is_named():
    with pytest.raises(Invalid, match="no layer named nope"):
        from_source(layered(), "psd", Source(layers=("disc", "nope")))
    with pytest.raises(Invalid, match="no embedded picture 2"):
        from_source(layered(), "psd", Source(embedded=(2,)))


@pytest.mark.parametrize(
    ("wanted", "size"),
    [((1,), (60, 40)), ((2,), (30, 20)), (("b.jpg",), (30, 20)), (("layer a.png",), (60, 40)), ((9, 2), (30, 20))],
)
def test_a_picture_inside_of_a_psd(wanted, size):
    data = with_smart_objects(("a.png", encoded(corners(60, 40), "PNG")), ("b.jpg", encoded(corners(30, 20), "JPEG")))
    picture = from_source(data, "psd", Source(embedded=wanted))
    assert picture.size == size
    assert are_near(spots(picture), [RED, GREEN, BLUE, WHITE], 40)


@pytest.mark.parametrize(
    ("inside", "words"),
    [(pdf(LETTER), "has the format pdf, which is not read"), (b"MZ" * 99, "has the format unknown")],
)
def test_what_cannot_be_read_inside_of_a_psd_is_named(inside, words):
    with pytest.raises(Invalid, match=words):
        from_source(with_smart_objects(("a", inside)), "psd", Source(embedded=(1,)))


def test_a_document_inside_of_a_document():
    picture = from_source(with_smart_objects(("a.psb", psd(corners(60, 40)))), "psd", Source(embedded=(1,)))
    assert picture.size == (60, 40)
    assert are_near(spots(picture), [RED, GREEN, BLUE, WHITE], 2)


def test_a_link_to_a_file_elsewhere_is_not_followed():
    with pytest.raises(Invalid, match="no embedded picture 1"):
        from_source(with_smart_objects(("/etc/passwd", b""), is_linked=True), "psd", Source(embedded=(1,)))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_psd_is_written(mode):
    source = corners().convert(mode)
    data = developed(encoded(source, "PNG"), "f_psd", "png").data
    document = PSDImage.open(io.BytesIO(data))
    assert document.size == (120, 80)
    assert np.array_equal(np.asarray(document.composite().convert("RGB")), np.asarray(source.convert("RGB")))


# --- ICO --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("chain", "size", "color"), [("", 64, BLUE), ("pg_1/", 64, BLUE), ("pg_3/", 16, RED)])
def test_an_icon_by_its_number(chain, size, color):
    data = ico(16, 32, 64)
    assert facts(data, "ico").pages == 3
    picture = seen(data, f"{chain}f_png", "ico").convert("RGB")
    assert picture.size == (size, size)
    assert is_near(picture.getpixel((5, 5)), color, 2)


def test_an_icon_with_a_mask_of_old():
    out = io.BytesIO()
    Image.new("RGBA", (32, 32), (9, 200, 9, 255)).save(out, "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    assert is_near(seen(out.getvalue(), "f_png", "ico").convert("RGB").getpixel((9, 9)), (9, 200, 9), 2)


@pytest.mark.parametrize(("width", "size"), [(48, (48, 32)), (600, (256, 171))])
def test_an_icon_is_written_no_larger_than_it_may_be(width, size):
    data = developed(encoded(corners(), "PNG"), f"c_scale,w_{width}/f_ico", "png").data
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == ("ICO", size)


def test_the_words_of_pages_reach_the_document():
    plan = parse("pg_2-3/f_pdf", vocabulary())
    assert len(pages_of(developed(pdf(LETTER, LETTER, LETTER), plan, "pdf").data)) == 2
