"""Every letter is written in every language, as text and as HTML, says its class, and shows nothing from elsewhere."""

import re

import pytest

from safelight.kernel.errors import Internal
from safelight.kernel.languages import LANGUAGES
from safelight.mail.model import LetterClass
from safelight.mail.template import OURS, Templates
from safelight.mail.write import Foot, write

FOOT = Foot(
    "Safelight",
    "Dunkelgasse 1\n1010 Wien",
    "https://media.example.org/account/letters",
    "https://media.example.org/unsubscribe/abc",
)
ALL = [(name, language) for name in OURS.names() for language in LANGUAGES]


class Facts(dict):
    """Whatever a letter asks for: an address where it is a link, else a word."""

    def __missing__(self, name: str) -> str:
        return f"https://media.example.org/{name}" if name.endswith(("link", "url")) else f"[{name}] <b>"


def written(name: str, language: str):
    template = OURS.find(name, language)
    facts = Facts()
    return template, write(
        template, template.fill({each: facts[each] for each in template.facts} | template.examples), FOOT
    )


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_letter_is_there_in_each_language_as_text_and_as_html(name, language):
    template, letter = written(name, language)
    assert isinstance(template.kind, LetterClass)
    assert letter.subject
    for shown in (letter.text, letter.html):
        assert "Dunkelgasse 1" in shown
    assert "<b>" not in letter.html
    assert f'lang="{language}"' in letter.html


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_letter_loads_nothing_and_tracks_nobody(name, language):
    html = written(name, language)[1].html
    assert not re.search(r"<(img|link|script|iframe|video|audio|object|embed|input|form)\b|\bsrc=|url\(|@import", html)


@pytest.mark.parametrize("name", OURS.names())
def test_the_languages_of_a_letter_differ_in_words_alone(name):
    first, *others = [OURS.find(name, language) for language in LANGUAGES]
    for other in others:
        assert (other.kind, other.list, other.facts) == (first.kind, first.list, first.facts)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_what_can_be_refused_says_how(name, language):
    template, letter = written(name, language)
    assert (FOOT.unsubscribe_url in letter.text) == (template.list is not None)
    assert (FOOT.unsubscribe_url in letter.html) == (template.list is not None)
    assert template.list is not None or template.kind in {LetterClass.SERVICE, LetterClass.NOTICE}


def _template(tmp_path, source: str) -> object:
    (tmp_path / "one.en.txt").write_text(source, "utf-8")
    return Templates(tmp_path).find("one", "en")


BODY = """class: service
subject: For {{ name }}

Dear {{ name }},
how are you?

[Open it]({{ link }})

- one {{ name }}
- two

    {{ code }}

Or read [the page]({{ link }}) of {{ name }}.

{% if more %}And {{ more }}.{% endif %}
"""


def test_words_become_text_and_html_and_no_fact_becomes_markup(tmp_path):
    template = _template(tmp_path, BODY)
    facts = {"name": "[x](http://evil)", "link": "https://a.example/?a=1&b=2", "code": "12 34", "more": ""}
    letter = write(template, template.fill(facts), FOOT)
    assert letter.subject == "For [x](http://evil)"
    assert letter.text.startswith(
        "Dear [x](http://evil), how are you?\n\nOpen it:\nhttps://a.example/?a=1&b=2\n\n"
        "- one [x](http://evil)\n- two\n\n    12 34\n\n"
        "Or read the page:\nhttps://a.example/?a=1&b=2\nof [x](http://evil).\n\n-- \n"
    )
    assert 'href="http://evil' not in letter.html
    assert '<a class="button" href="https://a.example/?a=1&amp;b=2">Open it</a>' in letter.html


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "/relative", "https://a b", ""])
def test_a_link_leads_to_the_web_or_nowhere(tmp_path, link):
    with pytest.raises(Internal, match="link"):
        _template(tmp_path, BODY).fill({"name": "n", "link": link, "code": "c", "more": "m"})


@pytest.mark.parametrize(
    "source",
    [
        "subject: x\n\nno class",
        "class: service\n\nno subject",
        "class: gossip\nsubject: x\n\nno such class",
        "class: marketing\nsubject: x\n\nmarketing without a list",
        "class: reminder\nsubject: x\nlist: news\n\na list of another class",
        "class: notice\nsubject: x\nlist: nothing\n\nno such list",
    ],
)
def test_a_letter_with_a_wrong_head_is_found_out(tmp_path, source):
    with pytest.raises(Internal):
        _template(tmp_path, source)


@pytest.mark.parametrize(("name", "language"), [("../test", "en"), ("nothing", "en"), ("test", "xx"), ("", "en")])
def test_there_is_no_other_letter(name, language):
    with pytest.raises(Internal):
        OURS.find(name, language)
