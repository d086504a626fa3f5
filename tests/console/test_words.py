"""Words: every sentence of the pages is there in German, and each browser gets a language that it asked for."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from safelight.console import words
from safelight.console.done import SAID
from safelight.console.sheets import spoken

ROOM = Path(words.__file__).parent
HOLES = re.compile(r"%\((\w+)\)s")


def sentences() -> list[str | tuple[str, ...]]:
    found = extract_from_dir(
        ROOM,
        method_map=[("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")],
        options_map={"templates/**.html": {"newstyle_gettext": "true"}},
        keywords={"_": None, "ngettext": (1, 2)},
    )
    return [message for _, _, message, _, _ in found]


def test_every_sentence_is_there_in_german_with_the_same_holes():
    known = words.words_of("de")
    assert len(sentences()) > 300
    for sentence in sentences():
        one, many = (sentence, sentence) if isinstance(sentence, str) else (sentence[0], sentence[1])
        told = known.ngettext(one, many, 2) if one != many else known.gettext(one)
        same = {"Admin", "Code", "Name", "Cloud", "Clouds", "Cookies", "Passkeys", "Bytes", "clouds"}
        assert told not in {one, many} or one in same or one.casefold() == told.casefold(), one
        assert set(HOLES.findall(told)) == set(HOLES.findall(many)), one


def test_no_words_stand_in_a_template_beside_the_translators():
    plain = re.compile(r">\s*([A-Z][a-z]+ [a-z]+[^<{]*)<")
    for path in (ROOM / "templates").glob("*.html"):
        assert not plain.search(path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("fr, de", "de"),
        ("en-XA", words.PSEUDO),
        (",;,;q=1," * 1000, "en"),
    ],
)
def test_a_browser_gets_the_first_language_that_there_is(asked: str, language: str):
    assert words.language_of(asked) == language


def test_the_pseudo_language_touches_all_but_what_is_filled_in():
    told = words.words_of(words.PSEUDO).gettext("Keys of %(cloud)s")
    assert told % {"cloud": "demo"} == "[Kéýs öf demo·····]"


def test_what_was_done_is_said_by_the_words_of_the_list_alone():
    assert spoken("de", SAID["saved"]) == "Gespeichert."
    assert all("%" not in sentence for sentence in SAID.values())


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("A password must have at least 14 characters.", "Ein Passwort muss mindestens 14 Zeichen haben."),
        ("anna@example.org has come already", "anna@example.org ist schon da."),
        ("cloud_name 100% already exists", "Den Namen 100% hat schon eine Cloud."),
        ("Nobody ever wrote this sentence.", "Nobody ever wrote this sentence."),
        ("already exists " * 1000, "already exists " * 1000),
    ],
)
def test_a_sentence_that_another_room_filled_in_is_known_again(english: str, german: str):
    assert words.words_of("de").gettext(english) == german
    assert words.words_of("en").gettext(english) == english
