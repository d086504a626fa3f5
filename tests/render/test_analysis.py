"""What pictures tell about themselves."""

import math
import tempfile

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.analysis import KINDS, analyse
from safelight.render.likeness import Likeness
from safelight.settings import RenderSettings
from tests.pictures import encoded, photo, scene


def told(data: bytes, format: str, *kinds: str, settings: RenderSettings | None = None):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return analyse(file.fileno(), format, kinds, settings or RenderSettings())


def flat(*color: int, size=(64, 48)) -> bytes:
    return encoded(Image.new("RGBA" if len(color) == 4 else "RGB", size, color), "PNG")


def logo() -> Image.Image:
    picture = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(picture).ellipse((40, 40, 160, 160), fill=(20, 60, 200))
    return picture


def bits(phash: str) -> int:
    assert len(phash) == 16
    return int(phash, 16)


@pytest.mark.parametrize(
    ("color", "google", "cloudinary"),
    [
        ((255, 0, 0), "red", "red"),
        ((0, 0, 255), "blue", "blue"),
        ((0, 128, 0), "green", "green"),
        ((255, 255, 255), "white", "white"),
        ((0, 0, 0), "black", "black"),
        ((128, 128, 128), "gray", "gray"),
        ((255, 150, 0), "orange", "orange"),
        ((255, 235, 59), "yellow", "yellow"),
        ((110, 110, 10), "brown", "brown"),
        ((128, 0, 128), "purple", "purple"),
        ((255, 150, 190), "pink", "pink"),
        ((0, 150, 150), "teal", "cyan"),
        ((120, 180, 250), "blue", "lightblue"),
        ((120, 70, 20), "brown", "brown"),
        ((50, 87, 139), "blue", "blue"),
    ],
)
def test_one_color_is_the_whole_picture(color, google, cloudinary):
    answer = told(flat(*color), "png", "colors")
    assert answer["colors"] == [["#{:02X}{:02X}{:02X}".format(*color), 100.0]]
    assert answer["predominant"] == {"google": [[google, 100.0]], "cloudinary": [[cloudinary, 100.0]]}


def test_colors_come_with_their_shares_and_with_alpha_where_there_is_some():
    picture = Image.new("RGBA", (100, 100), (255, 0, 0, 255))
    picture.paste((0, 0, 255, 0), (0, 0, 100, 25))
    answer = told(encoded(picture, "PNG"), "png", "colors")
    assert [color for color, _ in answer["colors"]] == ["#FF0000FF", "#0000FF00"]
    assert [share for _, share in answer["colors"]] == [75.0, 25.0]


def test_a_photo_has_at_most_32_colors_and_the_first_is_the_most_frequent():
    found = told(photo(400, 300), "jpg", "colors")["colors"]
    shares = [share for _, share in found]
    assert 5 < len(found) <= 32
    assert shares == sorted(shares, reverse=True)


def test_a_fingerprint_survives_scaling_and_compression_but_not_another_picture():
    whole = bits(told(photo(800, 600), "jpg", "phash")["phash"])
    small = bits(told(encoded(scene(800, 600).resize((200, 150)), "JPEG", quality=40), "jpg", "phash")["phash"])
    other = bits(told(encoded(logo(), "PNG"), "png", "phash")["phash"])
    assert (whole ^ small).bit_count() <= 6
    assert (whole ^ other).bit_count() >= 16


@pytest.mark.parametrize(
    ("data", "grayscale", "semi_transparent"),
    [
        (flat(90, 90, 90), True, False),
        (encoded(scene(64, 64).convert("L"), "JPEG"), True, False),
        (flat(90, 90, 90, 128), True, True),
        (photo(64, 64), False, False),
        (flat(200, 10, 10, 255), False, False),
    ],
)
def test_traits(data, grayscale, semi_transparent):
    answer = told(data, "jpg" if data[:2] == b"\xff\xd8" else "png", "traits")
    assert (answer["grayscale"], answer["semi_transparent"]) == (grayscale, semi_transparent)


def test_a_drawing_is_more_of_an_illustration_than_a_photo():
    drawn = told(encoded(logo(), "PNG"), "png", "traits")["illustration_score"]
    taken = told(photo(400, 300), "jpg", "traits")["illustration_score"]
    assert drawn > 0.8
    assert taken < 0.2


def test_a_blurred_picture_has_less_focus_and_a_dark_one_less_light():
    def marks(picture):
        return told(encoded(picture, "PNG"), "png", "quality")["quality_analysis"]

    sharp = marks(scene(400, 300))
    assert marks(scene(400, 300).filter(ImageFilter.GaussianBlur(8)))["focus"] < sharp["focus"] / 2
    assert marks(scene(400, 300).point(lambda level: level // 6))["lighting"] < sharp["lighting"]
    assert marks(scene(40, 30))["resolution"] < sharp["resolution"]
    assert all(isinstance(mark, float) and 0 <= mark <= 1 for mark in sharp.values())


def test_red_on_green_is_harder_to_tell_apart_than_white_on_black():
    def score(front, back):
        picture = Image.new("RGB", (100, 100), back)
        picture.paste(front, (20, 20, 80, 80))
        found = told(encoded(picture, "PNG"), "png", "accessibility")["accessibility_analysis"]
        return found["colorblind_accessibility_score"], found["colorblind_accessibility_analysis"]

    poor, analysis = score((190, 80, 40), (110, 125, 30))
    good, _ = score((255, 255, 255), (0, 0, 0))
    assert poor < 0.8 < good
    assert sorted(analysis["most_indistinct_pair"]) == ["#6E7D1E", "#BE5028"]


def _decoded_mean(blurhash: str) -> tuple[int, int, int]:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
    number = 0
    for letter in blurhash[2:6]:
        number = number * 83 + digits.index(letter)
    return number >> 16, number >> 8 & 255, number & 255


def test_a_placeholder_tells_the_mean_color_and_its_length_the_waves():
    text = told(flat(200, 30, 60), "png", "blurhash")["blurhash"]
    assert _decoded_mean(text) == (200, 30, 60)
    assert len(text) == 4 + 2 * 4 * 3
    assert told(flat(1, 2, 3, size=(1, 1)), "png", "blurhash")["blurhash"]


def test_metadata_names_what_the_camera_wrote():
    answer = told(photo(64, 48, orientation=6, serial="ABC123", position=(50, 8)), "jpg", "metadata")["metadata"]
    assert answer["BodySerialNumber"] == "ABC123"
    assert answer["GPSLatitudeRef"] == "N"
    assert answer["Colorspace"] == "RGB"
    assert "components" not in " ".join(answer.values())


def test_metadata_of_xmp_and_iptc_is_read_and_entities_are_not_followed():
    def jpeg(xmp: bytes, iptc: bytes = b"") -> bytes:
        packet = b"http://ns.adobe.com/xap/1.0/\0" + xmp
        parts = b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet
        if iptc:
            block = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + iptc
            parts += b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
        plain = photo(32, 32)
        return plain[:2] + parts + plain[2:]

    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%s</rdf:RDF>'
    body = (
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg"><dc:subject><rdf:Bag>'
        b"<rdf:li>sea</rdf:li><rdf:li>sky</rdf:li></rdf:Bag></dc:subject></rdf:Description>"
    )
    iptc = b"\x1c\x02\x50\x00\x04Anna" + b"\x1c\x02\x19\x00\x01a" + b"\x1c\x02\x19\x00\x01b"
    answer = told(jpeg(rdf % body, iptc), "jpg", "metadata")["metadata"]
    assert answer["subject"] == "sea, sky"
    assert answer["format"] == "image/jpeg"
    assert answer["By-line"] == "Anna"
    assert answer["Keywords"] == "a, b"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + rdf % b"<rdf:Description/>"
    assert "subject" not in told(jpeg(bomb), "jpg", "metadata")["metadata"]


def test_all_kinds_at_once_lie_in_plain_values():
    answer = told(photo(300, 200), "jpg", *KINDS)
    assert {"colors", "predominant", "phash", "quality_score", "metadata", "blurhash"} <= set(answer)

    def is_plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
        if isinstance(value, list):
            return all(map(is_plain, value))
        return value is None or (isinstance(value, str | bool | int | float) and not isinstance(value, np.generic))

    assert is_plain(answer)
    assert all(math.isfinite(mark) for mark in answer["quality_analysis"].values())


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (2, 3)])
def test_the_smallest_and_thinnest_pictures_have_answers(size):
    assert set(told(flat(10, 200, 30, size=size), "png", *KINDS)) >= {"phash", "colors"}


def test_what_is_no_picture_is_refused():
    with pytest.raises(Invalid):
        told(b"\xff\xd8\xff nothing", "jpg", "colors")
    with pytest.raises(Invalid):
        told(photo(400, 300)[:3000], "jpg", "colors")
    with pytest.raises(Invalid):
        told(photo(8, 8), "jpg", "horoscope")
    with pytest.raises(TooMuch):
        told(photo(64, 64), "jpg", "colors", settings=RenderSettings(source_pixels_max=1000))


# --- what moves -------------------------------------------------------------------------------------------------


def film(moving_px: int, format: str = "GIF", frames: int = 6) -> bytes:
    """A still wall on which a square of so many px jumps."""
    pictures = []
    for at in range(frames):
        picture = Image.new("RGB", (100, 100), (40, 90, 40))
        if moving_px:
            picture.paste((250, 250, 250), (10 * at % 40, 10, 10 * at % 40 + moving_px, 10 + moving_px))
        pictures.append(picture)
    first, *others = pictures
    return encoded(first, format, save_all=True, append_images=others, duration=100, loop=0)


def flicker() -> bytes:
    """Nothing of it stands still."""
    first, *others = [Image.new("RGB", (100, 100), color) for color in ("black", "white") * 2]
    return encoded(first, "GIF", save_all=True, append_images=others, duration=100, loop=0)


@pytest.mark.parametrize(
    ("data", "format", "low", "high"),
    [
        (film(10), "gif", 0.8, 1.0),
        (film(10, "WEBP", 40), "webp", 0.8, 1.0),
        (film(50), "gif", 0.3, 0.7),
        (flicker(), "gif", 0.0, 0.0),
        (film(0, frames=1), "gif", 0.0, 0.0),
        (photo(64, 48), "jpg", 0.0, 0.0),
    ],
)
def test_a_cinemagraph_stands_still_but_for_something(data, format, low, high):
    answer = told(data, format, "cinemagraph")
    assert low <= answer["cinemagraph_analysis"]["cinemagraph_score"] <= high
    assert "phash" in told(data, format, "cinemagraph", "phash")


def alike(one: bytes, other: bytes) -> tuple[int, int]:
    """Bits of the shapes that differ, and the largest difference of the colours."""
    mine, theirs = (Likeness.read(told(data, "png", "likeness")["likeness"]) for data in (one, other))
    turned = sum((a ^ b).bit_count() for a, b in zip(mine.shape, theirs.shape, strict=True))
    return turned, max(abs(a - b) for a, b in zip(mine.layout, theirs.layout, strict=True))


def test_the_likeness_of_a_picture_hardly_changes_with_its_size():
    picture = scene(400, 300)
    turned, apart = alike(encoded(picture, "PNG"), encoded(picture.resize((160, 120)), "PNG"))
    assert turned <= 4
    assert apart <= 2


def test_the_likeness_tells_colours_and_where_they_are():
    red, blue = flat(200, 20, 20), flat(20, 20, 200)
    assert alike(red, blue)[1] > 50
    left, right = Image.new("RGB", (80, 80), "navy"), Image.new("RGB", (80, 80), "navy")
    left.paste("orange", (0, 0, 40, 80))
    right.paste("orange", (40, 0, 80, 80))
    turned, apart = alike(encoded(left, "PNG"), encoded(right, "PNG"))
    assert turned > 20
    assert apart > 40
    clear = told(flat(0, 0, 0, 0), "png", "likeness")["likeness"]
    assert clear == told(flat(255, 255, 255), "png", "likeness")["likeness"]
    assert Likeness.read(clear).has_shape is False
