"""Sizes and boxes: the table of the reference, the places of each gravity, and laws for all numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.transform import geometry
from safelight.transform.geometry import Box, Layout, Size, layout, rotated, round_half_up, wants_turn
from safelight.transform.parse import parse
from safelight.transform.plan import (
    AutoGravity,
    AutoTurn,
    Compass,
    Fit,
    Flip,
    Gravity,
    Initial,
    Length,
    Px,
    Ratio,
    Resize,
    XyCenter,
)
from tests.transform.vocabulary import VOCABULARY

SOURCE = Size(864, 576)


def laid_out(text: str, source: Size = SOURCE) -> Layout:
    """What the chain of one resize does."""
    (resize,) = parse(text, VOCABULARY).steps
    assert isinstance(resize, Resize)
    return layout(resize, source, source)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("w_200", Size(200, 133)),
        ("h_200", Size(300, 200)),
        ("c_fit,w_200,h_200", Size(200, 133)),
        ("c_limit,w_2000", Size(864, 576)),
        ("c_mfit,w_1000,h_1000", Size(1000, 667)),
        ("c_mfit,w_100", Size(864, 576)),
        ("c_fill,w_300,h_300", Size(300, 300)),
        ("c_lfill,w_1000,h_300", Size(864, 300)),
        ("c_pad,w_400,h_400", Size(400, 400)),
        ("c_lpad,w_1000,h_1000", Size(1000, 1000)),
        ("c_mpad,w_1000,h_1000", Size(1000, 1000)),
        ("c_mpad,w_500,h_500", Size(864, 576)),
        ("c_crop,w_0.5,h_0.5", Size(432, 288)),
        ("c_crop,w_200,h_100,x_10,y_20", Size(200, 100)),
        ("c_crop,w_200", Size(200, 133)),
        ("ar_1:1,c_fill", Size(576, 576)),
        ("ar_16:9,c_fill,w_400", Size(400, 225)),
        ("ar_16:9,c_pad,h_300", Size(533, 300)),
        ("c_scale,dpr_2.0,w_200", Size(400, 267)),
        ("c_scale,w_0.5", Size(432, 288)),
        ("c_scale,w_1.5", Size(1296, 864)),
        ("c_scale,w_200,h_200", Size(200, 200)),
        ("c_scale,w_200,fl_ignore_aspect_ratio", Size(200, 576)),
        # Beyond the table of the reference.
        ("c_scale,h_200,fl_ignore_aspect_ratio", Size(864, 200)),
        ("c_limit,w_200,h_200", Size(200, 133)),
        ("c_lfill,w_300,h_300", Size(300, 300)),
        ("c_lfill,w_2000,h_2000", Size(864, 576)),
        ("c_crop,w_2000,h_100", Size(864, 100)),
        ("c_pad,w_400", Size(400, 267)),
        ("ar_1:1,c_pad", Size(864, 864)),
        ("ar_1:1,c_crop", Size(576, 576)),
        ("ar_2.0", Size(864, 432)),
        ("ar_0.5", Size(288, 576)),
        ("ar_16:9,w_8", Size(8, 5)),  # 4.5 on paper, whatever floats say
        ("c_thumb,w_100,h_150", Size(100, 150)),
        ("c_auto,w_100,h_150", Size(100, 150)),
        ("w_iw,h_100", Size(864, 100)),
        ("w_1", Size(1, 1)),
    ],
)
def test_the_size_of_a_resize(text, size):
    assert laid_out(text).size == size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c_fill,w_300,h_300", Layout(Size(450, 300), Box(75, 0, 300, 300))),
        ("c_crop,w_0.5,h_0.5", Layout(SOURCE, Box(216, 144, 432, 288))),
        ("c_crop,w_200,h_100,x_10,y_20", Layout(SOURCE, Box(10, 20, 200, 100))),
        ("c_crop,w_200", Layout(SOURCE, Box(332, 222, 200, 133))),
        ("c_pad,w_400,h_400", Layout(Size(400, 267), canvas=Size(400, 400), offset=(0, 67))),
        ("c_pad,w_400,h_400,g_north", Layout(Size(400, 267), canvas=Size(400, 400))),
        ("c_pad,w_400,h_400,g_south,y_10", Layout(Size(400, 267), canvas=Size(400, 400), offset=(0, 123))),
        ("c_lpad,w_1000,h_1000", Layout(SOURCE, canvas=Size(1000, 1000), offset=(68, 212))),
        ("c_mpad,w_500,h_1000", Layout(SOURCE, canvas=Size(864, 1000), offset=(0, 212))),
        ("c_fill,g_auto,w_300,h_300", Layout(Size(450, 300), Box(75, 0, 300, 300), is_chosen_by_content=True)),
        ("c_fill,g_auto,w_300", Layout(Size(300, 200))),  # nothing is cut, so nothing is chosen
        # A cut that loses little is done; one that loses much becomes bars.
        ("c_fill_pad,g_auto,w_300,h_250", Layout(Size(375, 250), Box(38, 0, 300, 250), is_chosen_by_content=True)),
        ("c_fill_pad,g_auto,w_300,h_300", Layout(Size(300, 200), canvas=Size(300, 300), offset=(0, 50))),
        ("c_auto_pad,w_300,h_300", Layout(Size(300, 200), canvas=Size(300, 300), offset=(0, 50))),
        # What is looked for says where; until it is seen, it is where it would be without.
        ("c_fill,g_face,w_300,h_300", Layout(Size(450, 300), Box(75, 0, 300, 300), is_chosen_by_content=True)),
        ("c_crop,g_face,w_200,h_100", Layout(SOURCE, Box(332, 0, 200, 100), is_chosen_by_content=True)),
        ("c_crop,g_dog,w_200,h_100", Layout(SOURCE, Box(332, 238, 200, 100), is_chosen_by_content=True)),
        ("c_thumb,g_face", Layout(SOURCE, Box(0, 0, 864, 576), is_chosen_by_content=True)),
        ("c_thumb,g_face,w_864,h_576", Layout(SOURCE, Box(0, 0, 864, 576), is_chosen_by_content=True)),
        ("c_scale,g_liquid,w_300,h_300", Layout(Size(300, 300))),
        # Points of the whole picture, also where it is made smaller.
        ("c_crop,w_100,h_100,g_xy_center,x_200,y_300", Layout(SOURCE, Box(150, 250, 100, 100))),
        ("c_crop,w_100,h_100,g_xy_center,x_0.5", Layout(SOURCE, Box(382, 238, 100, 100))),
        ("c_fill,w_288,h_288,g_xy_center,x_216,y_0", Layout(Size(432, 288), Box(0, 0, 288, 288))),
        ("c_fill,w_288,h_288,g_xy_center,x_400,y_0", Layout(Size(432, 288), Box(56, 0, 288, 288))),
        # Places are drawn back into the picture.
        ("c_crop,w_200,h_100,x_800,y_-20", Layout(SOURCE, Box(664, 0, 200, 100))),
        ("c_crop,w_200,h_100,x_0.5,y_ih", Layout(SOURCE, Box(432, 476, 200, 100))),
    ],
)
def test_what_is_cut_and_where_it_is_put(text, expected):
    assert laid_out(text) == expected


@pytest.mark.parametrize(
    ("gravity", "left", "top"),
    [
        ("north_west", 10, 20),
        ("north", 110, 20),
        ("north_east", 190, 20),
        ("west", 10, 120),
        ("center", 110, 120),
        ("east", 190, 120),
        ("south_west", 10, 180),
        ("south", 110, 180),
        ("south_east", 190, 180),
    ],
)
def test_x_and_y_count_from_the_edge_that_gravity_names(gravity, left, top):
    cut = laid_out(f"c_crop,w_200,h_200,x_10,y_20,g_{gravity}", Size(400, 400)).cut
    assert cut == Box(left, top, 200, 200)


@pytest.mark.parametrize(
    ("source", "text", "size"),
    [
        (Size(9000, 1), "w_100", Size(100, 1)),  # never to nothing
        (Size(1, 9000), "c_fit,w_100,h_100", Size(1, 100)),
        (Size(1, 1), "c_fill,w_100,h_50", Size(100, 50)),
        (Size(1, 1), "c_crop,w_0.1,h_0.1", Size(1, 1)),
        (Size(400, 600), "c_crop,w_200", Size(200, 300)),
        (Size(3, 2), "c_pad,w_0.001,h_0.001", Size(1, 1)),
    ],
)
def test_small_and_thin_pictures_keep_at_least_one_px(source, text, size):
    assert laid_out(text, source).size == size


@pytest.mark.parametrize(
    ("x", "rounded"),
    [(0.5, 1), (1.5, 2), (2.4999, 2), (-0.5, 0), (66.5, 67), (4.4999, 4), (4.499999999999999, 5)],
)
def test_halves_are_rounded_upwards_also_where_floats_fall_short(x, rounded):
    assert round_half_up(x) == rounded


@pytest.mark.parametrize(
    ("text", "source", "is_turned"),
    [
        ("w_100,h_200,a_auto_right", Size(400, 300), True),
        ("w_200,h_100,a_auto_right", Size(400, 300), False),
        ("w_100,h_100,a_auto_left", Size(400, 300), False),
        ("w_100,h_200,a_auto_left", Size(300, 300), False),
        ("c_fill,ar_1:2,a_auto_left", Size(400, 300), True),
        ("w_100,h_200", Size(400, 300), False),
    ],
)
def test_auto_turns_when_the_box_lies_the_other_way(text, source, is_turned):
    (resize,) = parse(text, VOCABULARY).steps
    assert isinstance(resize, Resize)
    assert wants_turn(resize, source, source) == is_turned


def test_auto_turns_know_their_direction():
    (resize,) = parse("w_100,h_200,a_auto_left", VOCABULARY).steps
    assert isinstance(resize, Resize)
    assert resize.turn is AutoTurn.LEFT


@pytest.mark.parametrize(
    ("turns", "size"),
    [
        ((90.0,), Size(300, 400)),
        ((180.0,), Size(400, 300)),
        ((Flip.HORIZONTAL,), Size(400, 300)),
        ((45.0,), Size(495, 495)),
        ((30.0,), Size(496, 460)),
        ((90.0, Flip.VERTICAL, 270.0), Size(400, 300)),
    ],
)
def test_a_turned_picture_is_held_by_a_larger_box(turns, size):
    assert rotated(Size(400, 300), turns) == size


def test_a_large_picture_is_made_smaller_before_it_is_turned():
    assert geometry.before_rotation(Size(6000, 4000), 45) == Size(3000, 2000)
    assert geometry.before_rotation(Size(6000, 4000), 90) == Size(6000, 4000)


SIDES = st.integers(1, 70_000)
LENGTHS: st.SearchStrategy[Length | None] = st.one_of(
    st.none(),
    st.integers(1, 70_000).map(Px),
    st.floats(0.0001, 20).map(Ratio),
    st.sampled_from([Initial("w"), Initial("h")]),
)
PLACES: st.SearchStrategy[Length | None] = st.one_of(
    st.none(), st.integers(-100_000, 100_000).map(Px), st.floats(-5, 5).map(Ratio)
)
GRAVITIES: st.SearchStrategy[Gravity | None] = st.one_of(
    st.none(), st.sampled_from(Compass), st.just(AutoGravity()), st.just(XyCenter())
)
RESIZES = st.builds(
    Resize,
    width=LENGTHS,
    height=LENGTHS,
    fit=st.sampled_from(Fit),
    aspect=st.one_of(st.none(), st.floats(0.001, 1000)),
    gravity=GRAVITIES,
    x=PLACES,
    y=PLACES,
    keeps_other_side=st.booleans(),
)
SIZES = st.builds(Size, SIDES, SIDES)


@given(RESIZES, SIZES, SIZES)
def test_every_layout_lies_within_itself(resize, current, initial):
    done = layout(resize, current, initial)
    inner = done.scaled
    assert inner.width >= 1
    assert inner.height >= 1
    if done.cut:
        assert 0 <= done.cut.left <= inner.width - done.cut.width
        assert 0 <= done.cut.top <= inner.height - done.cut.height
        inner = Size(done.cut.width, done.cut.height)
        assert inner.width >= 1
        assert inner.height >= 1
    if done.canvas:
        assert 0 <= done.offset[0] <= done.canvas.width - inner.width
        assert 0 <= done.offset[1] <= done.canvas.height - inner.height
    assert done.size == (done.canvas or inner)


@given(
    SIZES,
    st.integers(1, 9000),
    st.integers(1, 9000),
    st.sampled_from([Fit.FILL, Fit.THUMB, Fit.AUTO, Fit.PAD, Fit.LPAD]),
)
def test_modes_that_promise_a_box_give_the_box(source, width, height, fit):
    size = layout(Resize(Px(width), Px(height), fit), source, source).size
    assert size.width == max(width, 1)
    assert size.height == max(height, 1)


@given(SIZES, st.integers(1, 9000), st.integers(1, 9000), st.sampled_from([Fit.LIMIT, Fit.LFILL, Fit.CROP]))
def test_modes_that_never_enlarge_never_do(source, width, height, fit):
    size = layout(Resize(Px(width), Px(height), fit), source, source).size
    assert size.width <= source.width
    assert size.height <= source.height


@given(SIZES, st.integers(1, 9000), st.integers(1, 9000))
def test_fit_touches_the_box_and_stays_inside(source, width, height):
    size = layout(Resize(Px(width), Px(height), Fit.FIT), source, source).size
    assert size.width <= width
    assert size.height <= height
    assert size.width == width or size.height == height
