"""`g_`: where the cut, the picture in its bars, or a layer goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.transform.errors import TransformError
from safelight.transform.gravity import gravity_of, gravity_text
from safelight.transform.lexer import lex
from safelight.transform.plan import Area, AutoGravity, Compass, Focus, Liquid, SightGravity, XyCenter

NORTH = Compass.NORTH


def read(text: str):
    (((word,),)) = lex(text)
    return gravity_of(word)


@pytest.mark.parametrize(
    ("text", "gravity"),
    [
        ("g_south_east", Compass.SOUTH_EAST),
        ("g_xy_center", XyCenter()),
        ("g_liquid", Liquid()),
        ("g_cld-decompose_tile", Compass.CENTER),
        ("g_face", SightGravity(("face",), NORTH)),
        ("g_faces", SightGravity(("faces",), NORTH)),
        ("g_face:center", SightGravity(("face",))),
        ("g_face:auto", SightGravity(("face",), AutoGravity())),
        ("g_faces:auto:subject:cat_30", SightGravity(("faces",), AutoGravity("subject", (Focus("cat", 30),)))),
        ("g_adv_face", SightGravity(("face",), NORTH)),
        ("g_adv_faces", SightGravity(("faces",), NORTH)),
        ("g_adv_eyes", SightGravity(("eyes",), NORTH)),
        ("g_body", SightGravity(("body",))),
        ("g_body:face", SightGravity(("body", "face"), NORTH)),
        ("g_no_faces", SightGravity(("no_faces",))),
        ("g_custom", SightGravity(("custom",))),
        ("g_custom:face", SightGravity(("custom", "face"), NORTH)),
        ("g_custom:adv_faces", SightGravity(("custom", "faces"), NORTH)),
        ("g_ocr_text", SightGravity(("text",))),
        ("g_ocr_text:adv_ocr", SightGravity(("text",))),
        ("g_cat:dog", SightGravity(("cat", "dog"))),
        (
            "g_cat:dog:auto:microwave_30:bicycle_avoid",
            SightGravity(
                ("cat", "dog"), AutoGravity(focuses=(Focus("microwave", 30), Focus("bicycle", is_avoided=True)))
            ),
        ),
        ("g_person:kitchen:cup:g_center_1", SightGravity(("person", "kitchen", "cup"))),
        ("g_region_!my%20face!", SightGravity(("region:my face",))),
        ("g_region_!a!:face", SightGravity(("region:a", "face"), NORTH)),
        ("g_clipping_path_!vinyl!", SightGravity(("path:vinyl",))),
        (
            "g_track_person:obj_tie:position_north:adaptivesize_70",
            SightGravity(("track_person:obj_tie:position_north:adaptivesize_70",)),
        ),
        ("g_auto", AutoGravity()),
        ("g_auto:good", AutoGravity()),
        ("g_auto:aoi_1_2_3_4", AutoGravity(focuses=(Focus(Area(1, 2, 3, 4)),))),
        ("g_auto:adv_faces", AutoGravity(focuses=(Focus("faces"),))),
        (
            "g_auto:classic:custom_no_override:30:thirds_0",
            AutoGravity("classic", (Focus("custom_no_override"),), 30, False),
        ),
    ],
)
def test_a_gravity_is_read(text, gravity):
    assert read(text) == gravity
    assert read(f"g_{gravity_text(gravity)}") == gravity


@pytest.mark.parametrize(
    "text",
    [
        "g_up",
        "g_face:up",
        "g_face:auto:nowhere",
        "g_face:center:center",
        "g_person:kitchen:g_focus_1",
        "g_cat_30",
        "g_region_!!",
        "g_region_!a",
        "g_region_!a!b",
        "g_track_person:obj_",
        "g_track_person:nothing_1",
    ],
)
def test_what_is_no_gravity_is_refused(text):
    with pytest.raises(TransformError, match="Invalid gravity in transformation"):
        read(text)


def test_a_gravity_looks_for_so_many_things():
    with pytest.raises(TransformError, match="A gravity may look for 20 things"):
        read("g_" + ":".join(["cat"] * 21))


FOCUSES = st.one_of(
    st.builds(Focus, st.sampled_from(["cat", "face", "ocr_text", "stop_sign"]), st.none() | st.integers(1, 100)),
    st.builds(Focus, st.builds(Area, *[st.integers(0, 999_999)] * 4)),
    st.just(Focus("dog", is_avoided=True)),
)
AUTOS = st.builds(
    AutoGravity,
    st.sampled_from(["", "subject", "classic"]),
    st.lists(FOCUSES, max_size=5).map(tuple),
    st.none() | st.integers(0, 100),
    st.booleans(),
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda name: not {"%", "!", "$"} & set(name)
)
SIGHTS = st.builds(
    lambda first, rest, otherwise: SightGravity((*first, *rest), otherwise),
    st.just(()) | st.tuples(st.one_of(NAMES.map("region:{}".format), NAMES.map("path:{}".format))),
    st.lists(st.sampled_from(["face", "faces", "eyes", "text", "body", "custom", "cat"]), min_size=1, max_size=5),
    AUTOS | st.sampled_from(Compass),
)


@given(st.one_of(st.sampled_from(Compass), AUTOS, SIGHTS, st.just(XyCenter()), st.just(Liquid())))
def test_the_canonical_text_of_a_gravity_means_the_same(gravity):
    assert read(f"g_{gravity_text(gravity)}") == gravity
