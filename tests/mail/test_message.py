"""The bytes of a letter: its headers, that each class has its own, and that nobody writes into them."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.mail import preferences
from safelight.mail.marks import mark_of
from safelight.mail.message import sender_of
from safelight.mail.model import State

REFUSABLE = ("reminder", "notice", "news")


async def posted(office, template, **words):
    async with office.database.transaction() as session:
        mark = mark_of(office.keys, "ada@example.net")
        words_of = {"address_mark": mark, "way": preferences.Way.ACCOUNT, "now": office.clock.now()}
        await preferences.choose(session, "user-one", {"news": True}, **words_of)
    letter = await office.send(template, user_id="user-one", **words)
    assert letter.state is State.SENT
    return office.read(letter.id)


@pytest.mark.parametrize("template", REFUSABLE)
async def test_what_can_be_refused_has_both_ways_and_the_one_click(office, template):
    message = await posted(office, template)
    web, letter = str(message["List-Unsubscribe"]).split(", ")
    assert web.startswith("<https://media.example.org/unsubscribe/")
    assert letter.startswith("<mailto:bounces@example.org?subject=unsubscribe%20")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = office.mailer.taken[str(message["Message-ID"])[1:33]].message
    assert b"\r\nList-Unsubscribe: <https://media.example.org/unsubscribe/" in raw


@pytest.mark.parametrize(
    ("template", "kind"),
    [("test", "service"), ("reminder", "reminder"), ("notice", "notice"), ("news", "marketing")],
)
async def test_a_letter_says_its_one_class(office, template, kind):
    assert (await posted(office, template)).get_all("X-Safelight-Class") == [kind]


async def test_a_service_letter_cannot_be_refused_and_has_no_such_header(office):
    message = await posted(office, "test")
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None


async def test_a_letter_is_text_first_and_html_second_and_nothing_else(office):
    message = await posted(office, "notice", language="de", headline="Grüße – ä", words="Größer als „vorher“.\n\nEnde.")
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert "Größer als „vorher“.\n\nEnde." in text.get_content().replace("\r\n", "\n")
    assert "<p>Größer als „vorher“.</p>" in html.get_content()
    assert (message["Subject"], message["Content-Language"]) == ("Grüße – ä", "de")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Safelight <letters@example.org>"
    raw = office.mailer.taken[str(message["Message-ID"])[1:33]].message
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


async def test_a_fact_cannot_bring_a_header(office):
    message = await posted(office, "notice", headline="x\r\nBcc: eve@example.org", words="w")
    assert message["Bcc"] is None
    assert message["Subject"] == "x Bcc: eve@example.org"


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a b@example.org", "a@example.org\r\nBcc: x@y", "a@example.org,b@c"]
)
async def test_a_letter_goes_to_one_address_or_to_none(office, to):
    with pytest.raises(Invalid):
        await office.post(to=to)


async def test_an_address_may_be_written_in_any_script(office):
    letter = await office.send(to="jörg@bücher.example")
    assert "jörg@xn--bcher-kva.example".encode() in office.mailer.taken[letter.id].message


@pytest.mark.parametrize("text", ["", "nobody", "a@b, c@d", "@", "a@"])
def test_the_sender_is_one_address(text):
    with pytest.raises(Invalid):
        sender_of(text, name="Safelight", bounces=None)


def test_the_sender_may_have_a_name():
    assert sender_of("Us <a@example.org>", name="x", bounces=None).name == "Us"
