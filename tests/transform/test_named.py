"""Named transformations: expanded in place, bounded, and pointed at where they stand."""

import pytest

from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from tests.transform.vocabulary import VOCABULARY

NAMES = {
    "small": "c_fit,w_100",
    "brown": "e_sepia",
    "card": "t_small/r_20/t_brown",
    "auto": "f_auto,q_auto,w_auto:100,dpr_auto,h_50",
    "bad": "w_100/e_nope",
    "garbled": "w_100/hello",
    "again": "t_again",
    "wide": "t_small.small.small.small.small.small.small.small.small.small.small",
    "wider": "t_wide.wide.wide.wide.wide.wide.wide.wide.wide.wide.wide.wide",
    "my name": "h_7",
    "nothing": "",
    "stored": "e_sepia/f_png,q_90",
    "unsaid": "e_sepia/f_auto",
    "twice": "bl_stored/w_100",
}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("t_small", "c_fit,w_100"),
        ("bl_stored/w_5/f_jpg", "e_sepia:80/c_scale,w_5/f_jpg"),  # how it is kept says nothing of the whole
        ("bl_my%20name", "c_scale,h_7"),
        ("bl_stored,w_5", "e_sepia:80/c_scale,w_5"),
        ("t_small.brown", "c_fit,w_100/e_sepia:80"),
        ("e_grayscale/t_card/h_5", "e_grayscale/c_fit,w_100/r_20/e_sepia:80/c_scale,h_5"),
        ("h_5,t_small", "c_fit,w_100/c_scale,h_5"),  # before the rest of its component
        ("t_my%20name", "c_scale,h_7"),
        ("t_nothing,w_2", "c_scale,w_2"),
        # What the client's request must settle has no effect inside a name.
        ("t_auto", "c_scale,h_50/q_auto"),
        ("t_small/dpr_2.0", "c_fit,w_200"),
    ],
)
def test_a_name_stands_for_its_chain(text, canonical):
    assert canon(parse(text, VOCABULARY, NAMES.get)) == canonical


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("w_1/t_small.unknown", "Unknown transformation unknown", "t_small.unknown"),
        (
            "w_1/t_bad",
            "The effect `nope` is unknown, or not available in this release. (in the named transformation `bad`)",
            "t_bad",
        ),
        ("t_garbled", "Invalid transformation component: hello (in the named transformation `garbled`)", "t_garbled"),
        ("t_again", "stand too deep or too often inside each other", "t_again"),
        ("t_wider", "stand too deep or too often inside each other", "t_wider"),
        ("t_a..b", "Unknown transformation ", "t_a..b"),
        ("t_" + "a" * 1025, "Unknown transformation a+", "t_" + "a" * 1025),
        ("w_1/bl_stored", "A baseline (`bl_`) stands in the first component.", "bl_stored"),
        ("bl_stored/bl_stored", "A baseline (`bl_`) stands in the first component.", "bl_stored"),
        ("if_w_gt_1/bl_stored/if_end", "A baseline (`bl_`) stands in the first component.", "bl_stored"),
        ("bl_nobody", "Unknown transformation nobody", "bl_nobody"),
        (
            "bl_unsaid",
            "A baseline (`bl_`) names its format, and has no baseline itself. (in the named transformation `unsaid`)",
            "bl_unsaid",
        ),
        (
            "bl_twice",
            "A baseline (`bl_`) names its format, and has no baseline itself. (in the named transformation `twice`)",
            "bl_twice",
        ),
    ],
)
def test_a_fault_inside_a_name_points_at_the_name(text, message, fault):
    with pytest.raises(TransformError, match=message.replace("(", r"\(").replace(")", r"\)")) as caught:
        parse(text, VOCABULARY, NAMES.get)
    assert text[caught.value.start : caught.value.end] == fault


def test_all_names_are_asked_for_once_before_one_is_missed():
    asked: list[str] = []

    def look(name: str) -> str | None:
        asked.append(name)
        return {"a": "t_c.d/w_1", "b": "t_d"}.get(name)

    with pytest.raises(TransformError, match="Unknown transformation c"):
        parse("t_a.b.a/t_e", VOCABULARY, look)
    assert sorted(asked) == ["a", "b", "c", "d", "e"]
