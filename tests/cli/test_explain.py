"""A transformation in words: each word of it says what it does, and an error points at its letters."""

import json

import pytest

from safelight.cli.explain import explained
from safelight.cli.main import main
from safelight.render.effect import vocabulary
from safelight.transform.manual import FLAGS, PARAMETERS


@pytest.mark.parametrize(
    ("text", "number", "about"),
    [
        ("c_fill,w_300", 0, "Crop mode: the box is full; what is too much is cut off."),
        ("w_300/e_sepia:60", 1, "Give the image the brown tone of an old print."),
        ("e_trim:10", 0, "Cut a uniform border off."),
        (
            "fl_tiled.relative",
            0,
            "Repeat the layer all over the picture. Sizes of the layer are multiples of the picture",
        ),
        ("fl_awebp", 0, "Keep all frames of an animation."),
        ("g_face", 0, "Gravity: the largest face, or all; if it is not found, `north`"),
        ("g_zebra", 0, "Gravity: what has this name; if it is not found, the middle."),
        ("e_multiply", 0, "The layer darkens the picture below."),
        ("e_accelerate:10", 0, "An effect of films, which pictures pass over."),
        ("e_gen_fill", 0, "Paint what is transparent"),
        ("$a_10", 0, "Variable. Gives a value a name."),
    ],
)
def test_a_word_says_what_it_does(text, number, about):
    assert explained(text, vocabulary())[number].about.startswith(about)


@pytest.mark.parametrize("each", PARAMETERS, ids=lambda each: each.code)
def test_every_code_has_words(each):
    assert all(found.about.endswith(".") for found in explained(each.example, vocabulary()))


def test_every_flag_has_words():
    assert all(about.endswith(".") for _, _, about in FLAGS)


def test_the_command_tells_it_component_by_component(capsys):
    assert main(["transform", "explain", "c_fill,h_20,w_30/e_sepia:60"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == "1."
    assert "e_sepia:60  Give the image the brown tone" in told
    assert told.endswith("In canonical form: c_fill,h_20,w_30/e_sepia:60\n")


def test_a_path_is_explained_too(capsys):
    assert main(["transform", "explain", "/demo/image/upload/w_30/a.jpg"]) == 0
    assert "w_30  Width." in capsys.readouterr().out


def test_programs_get_a_list(capsys):
    assert main(["transform", "explain", "--json", "w_30"]) == 0
    ((told),) = json.loads(capsys.readouterr().out)
    assert (told["component"], told["word"]) == (1, "w_30")


def test_a_fault_is_shown_under_its_letters(capsys):
    assert main(["transform", "explain", "w_30/e_blurr"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["  w_30/e_blurr", "       ^^^^^^^"]
