"""Colours come out as another library computes them, within the tolerances of docs/explanation/colors.md."""

import io

import imagecodecs
import numpy as np
import pytest
import pyvips
from PIL import Image, ImageChops, ImageCms
from psd_tools import PSDImage

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.render import encode, pipeline, profile
from safelight.render.decode import Picture
from safelight.render.model import OpenPart
from safelight.transform.plan import ColorSpace, Encode, Fit, Plan, Px, Resize, Rotate
from safelight.transform.reference import Reference
from tests.pictures import encoded, scene
from tests.render.lab import LIMITS, are_near, corners, developed, is_near, spots

# Levels of 255, by which the mean of a picture, and its worst pixel but for one in a hundred, may differ.
MEAN, WORST = 1.0, 3.0
MEAN_CMYK, WORST_CMYK = 2.5, 8.0

BLACK_STAYS = ImageCms.Flags.BLACKPOINTCOMPENSATION
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def ramp() -> Image.Image:
    """Every sort of colour, in even steps."""
    x, y = np.meshgrid(np.linspace(0, 255, 64), np.linspace(0, 255, 48))
    return Image.fromarray(np.stack([x, y, 255 - (x + y) / 2], axis=2).astype(np.uint8))


def opened(profile_bytes: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile_bytes))


def shown(data: bytes, format: str) -> Image.Image:
    return Image.open(io.BytesIO(developed(data, Plan(encode=Encode("png")), format).data))


def apart(found: Image.Image, expected: Image.Image) -> tuple[float, float]:
    difference = np.abs(np.asarray(found.convert("RGB"), dtype=int) - np.asarray(expected.convert("RGB"), dtype=int))
    return float(difference.mean()), float(np.percentile(difference, 99))


def are_alike(found: Image.Image, expected: Image.Image, mean: float = MEAN, worst: float = WORST) -> bool:
    return all(one <= most for one, most in zip(apart(found, expected), (mean, worst), strict=True))


# --- in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["png", "tif", "webp"])
def test_wide_gamut_becomes_what_it_looks_like_in_srgb(format):
    data = encoded(
        ramp(),
        {"tif": "TIFF"}.get(format, format.upper()),
        icc_profile=profile.display_p3(),
        **({"lossless": True} if format == "webp" else {}),
    )
    expected = ImageCms.profileToProfile(ramp(), opened(profile.display_p3()), SRGB, renderingIntent=1)
    assert are_alike(shown(data, format), expected)


def test_our_profile_of_srgb_changes_nothing():
    expected = ImageCms.profileToProfile(ramp(), opened(profile.tiny_srgb()), SRGB, renderingIntent=1)
    assert are_alike(expected, ramp(), 0.5, 1)
    data = encoded(ramp(), "PNG", icc_profile=profile.tiny_srgb())
    assert are_alike(shown(data, "png"), ramp(), 0.5, 1)


def cmyk_profile() -> bytes:
    """The one that libvips brings for pictures without one."""
    return bytes(pyvips.Image.profile_load("cmyk"))


def inks() -> Image.Image:
    there = opened(cmyk_profile())
    return ImageCms.profileToProfile(scene(120, 80), SRGB, there, 1, "CMYK", flags=BLACK_STAYS)


def in_light(inks: Image.Image) -> Image.Image:
    return ImageCms.profileToProfile(inks, opened(cmyk_profile()), SRGB, 1, "RGB", flags=BLACK_STAYS)


@pytest.mark.parametrize("has_profile", [True, False])
@pytest.mark.parametrize("format", ["jpg", "tif"])
def test_inks_become_what_they_look_like(format, has_profile):
    picture = inks()
    options = {"icc_profile": cmyk_profile()} if has_profile else {}
    # Pillow writes the inks of a JPEG the other way round, with Adobe's mark, as Photoshop does.
    data = encoded(picture, "JPEG", quality=98, **options) if format == "jpg" else encoded(picture, "TIFF", **options)
    assert are_alike(shown(data, format), in_light(picture), MEAN_CMYK, WORST_CMYK)


def test_inks_of_a_psd_become_what_they_look_like():
    out = io.BytesIO()
    # As Photoshop stores them, and unlike that library writes them: none is 255.
    PSDImage.frompil(ImageChops.invert(inks())).save(out)
    assert are_alike(shown(out.getvalue(), "psd"), in_light(inks()))


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("L", 100, (100, 100, 100, 255)),
        ("LA", (100, 128), (100, 100, 100, 128)),
        ("1", 1, (255, 255, 255, 255)),
        ("1", 0, (0, 0, 0, 255)),
    ],
)
def test_grey_and_black_and_white(mode, value, expected):
    data = encoded(Image.new(mode, (20, 20), value), "PNG")
    assert shown(data, "png").convert("RGBA").getpixel((5, 5)) == pytest.approx(expected, abs=1)


def test_a_palette_with_a_clear_colour():
    picture = Image.new("P", (20, 20), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.paste(1, (10, 0, 20, 20))
    for format in ("PNG", "GIF"):
        data = encoded(picture, format, transparency=0)
        result = shown(data, format.lower()).convert("RGBA")
        assert result.getpixel((3, 3))[3] == 0
        assert result.getpixel((15, 3)) == (0, 0, 255, 255)


@pytest.mark.parametrize("interpretation", ["rgb16", "grey16"])
@pytest.mark.parametrize("format", ["png", "tif"])
def test_sixteen_bits_are_rounded_to_eight(format, interpretation):
    bands = 3 if interpretation == "rgb16" else 1
    values = np.linspace(0, 65535, 256 * bands).reshape(1, 256, bands).astype(np.uint16)
    deep = pyvips.Image.new_from_array(values).copy(interpretation=interpretation)
    data = deep.pngsave_buffer() if format == "png" else deep.tiffsave_buffer()
    found = np.asarray(shown(data, format).convert("RGB"), dtype=int)
    expected = np.repeat(values, 3 // bands, axis=2) / 257
    assert np.abs(found - expected).max() <= 1


# --- out --------------------------------------------------------------------------------------------------------


def written(how: Encode, source: bytes | None = None, format: str = "png") -> Image.Image:
    data = developed(source or encoded(ramp(), "PNG"), Plan(encode=how), format).data
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("space", [None, ColorSpace.SRGB, ColorSpace.TRUECOLOR, ColorSpace.NO_CMYK, ColorSpace.TINY])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif"])
def test_srgb_by_all_its_names(format, space):
    picture = written(Encode(format, 100, color_space=space))
    assert picture.mode == "RGB"
    assert are_alike(picture, ramp(), 3, 9) if format == "jpg" else are_alike(picture, ramp())
    carried = picture.info.get("icc_profile")
    assert (carried is not None) == (space is ColorSpace.TINY)
    assert len(carried or b"") < 600


@pytest.mark.parametrize(
    ("space", "source", "mode"),
    [
        (ColorSpace.CMYK, "png", "CMYK"),
        (ColorSpace.CMYK, "inks", "CMYK"),
        (ColorSpace.KEEP_CMYK, "inks", "CMYK"),
        (ColorSpace.KEEP_CMYK, "png", "RGB"),
        (ColorSpace.NO_CMYK, "inks", "RGB"),
        (None, "inks", "RGB"),
    ],
)
def test_inks_only_where_they_are_asked_for(space, source, mode):
    data, format = (encoded(inks(), "JPEG", quality=95), "jpg")
    if source == "png":
        data, format = encoded(scene(120, 80), "PNG"), "png"
    picture = written(Encode("jpg", 95, color_space=space), data, format)
    assert picture.mode == mode
    # Print cannot show every colour of the screen: what went through inks is compared with what went through inks.
    expected = scene(120, 80) if (source, mode) == ("png", "RGB") else in_light(inks())
    found = in_light(picture) if mode == "CMYK" else picture
    assert are_alike(found, expected, MEAN_CMYK, WORST_CMYK)


def through(icc: bytes, format: str = "png", **more: object) -> Image.Image:
    image = pyvips.Image.new_from_array(np.asarray(ramp())).copy(interpretation="srgb")
    data = encode.encode(Picture((image,)), Encode(format, 100, **more), format, 10**7, icc=icc)
    return Image.open(io.BytesIO(data))


def test_a_stored_profile_is_applied_and_goes_along():
    picture = through(profile.display_p3())
    assert picture.info["icc_profile"] == profile.display_p3()
    expected = ImageCms.profileToProfile(ramp(), SRGB, opened(profile.display_p3()), renderingIntent=1)
    assert are_alike(picture, expected)


def test_a_stored_profile_comes_with_the_job(tmp_path):
    named = Reference("looks/wide.icc", Kind.RAW, Access.AUTHENTICATED)
    plan = Plan(encode=Encode("png", icc=named))
    for name, data in (("source", encoded(ramp(), "PNG")), ("icc", profile.display_p3())):
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "source").open("rb") as source, (tmp_path / "icc").open("rb") as icc:
        parts = {named: OpenPart(icc.fileno(), "icc")}
        made = pipeline.render(plan, source.fileno(), "png", LIMITS, parts)
        assert Image.open(io.BytesIO(made.data)).info["icc_profile"] == profile.display_p3()
        with pytest.raises(Invalid, match=r"looks/wide\.icc"):
            pipeline.render(plan, source.fileno(), "png", LIMITS)


def test_a_stored_profile_of_inks():
    picture = through(cmyk_profile(), "jpg")
    assert picture.mode == "CMYK"
    with pytest.raises(Invalid, match="holds no CMYK"):
        through(cmyk_profile(), "png")


def test_a_stored_profile_without_a_place_for_it():
    picture = through(profile.display_p3(), strips_profile=True)
    assert "icc_profile" not in picture.info


@pytest.mark.parametrize("data", [b"", b"no profile" * 100, profile.tiny_srgb()[:200]])
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(Invalid, match="cs_icc"):
        through(data)


def test_alpha_stays_through_a_profile():
    pixels = np.full((20, 20, 4), (200, 40, 40, 128), dtype=np.uint8)
    image = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    data = encode.encode(Picture((image,)), Encode("png", 100), "png", 10**7, icc=profile.display_p3())
    assert Image.open(io.BytesIO(data)).convert("RGBA").getpixel((5, 5))[3] == 128


# --- brighter screens -------------------------------------------------------------------------------------------


def shining() -> bytes:
    """The corners, and in the middle a light four times as bright as white."""
    light = np.ones((80, 120, 4), dtype=np.float16)
    light[..., :3] = (np.asarray(corners(), dtype=np.float64) / 255) ** 2.2
    light[20:60, 50:70, :3] = 4.0
    return bytes(imagecodecs.ultrahdr_encode(light, transfer=0, gamut=0))


def brightest(data: bytes) -> float:
    return float(np.percentile(imagecodecs.ultrahdr_decode(data)[..., :3], 99))


def test_a_picture_with_a_gain_map_shows_its_base():
    base = Image.open(io.BytesIO(shining())).convert("RGB")
    base = ImageCms.profileToProfile(base, opened(base.info["icc_profile"]), SRGB)
    found = shown(shining(), "jpg")
    assert found.size == (120, 80)
    assert are_near(spots(found), spots(base), 6)
    # What the map makes brighter than white is not brighter here than white was.
    assert is_near(found.convert("RGB").getpixel((60, 40)), base.getpixel((60, 40)), 6)


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ((), (120, 80)),
        ((Resize(Px(60)),), (60, 40)),
        ((Resize(Px(90), Px(90), Fit.FIT), Resize(Px(60))), (60, 40)),
    ],
)
def test_a_gain_map_stays_with_the_metadata_of_a_whole_photo(steps, size):
    assert brightest(shining()) > 3
    data = developed(shining(), Plan(steps, encode=Encode("jpg", 90, keeps_metadata=True)), "jpg").data
    assert Image.open(io.BytesIO(data)).size == size
    assert brightest(data) > 3


@pytest.mark.parametrize(
    ("steps", "how"),
    [
        ((Resize(Px(60)),), Encode("jpg", 90)),
        ((Resize(Px(60), Px(60), Fit.FILL),), Encode("jpg", 90, keeps_metadata=True)),
        ((Rotate((90.0,)),), Encode("jpg", 90, keeps_metadata=True)),
        ((), Encode("webp", 90, keeps_metadata=True)),
    ],
)
def test_a_gain_map_that_would_not_fit_is_left_out(steps, how):
    data = developed(shining(), Plan(steps, encode=how), "jpg").data
    assert b"hdr-gain-map" not in data
    assert b"21496" not in data


def test_a_gain_map_turns_with_its_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = shining()
    packet = exif.tobytes()
    turned = data[:2] + b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet + data[2:]
    made = developed(turned, Plan(encode=Encode("jpg", 90, keeps_metadata=True)), "jpg").data
    light = imagecodecs.ultrahdr_decode(made)[..., 0]
    assert light.shape == (120, 80)
    assert light[60, 40] > 3
    assert light[20, 60] < 2


def test_a_gain_map_that_is_damaged_costs_nothing_but_itself():
    data = bytearray(shining())
    at = data.rindex(b"\xff\xd8\xff")
    data[at + 20 : at + 400] = bytes(380)
    made = developed(bytes(data), Plan(encode=Encode("jpg", 90, keeps_metadata=True)), "jpg").data
    assert Image.open(io.BytesIO(made)).size == (120, 80)
