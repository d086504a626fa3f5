"""PP-17, PP-18, PP-33: which letters people get is theirs to say; the API of it, with its proofs."""

import pytest

from safelight.mail.lists import LISTS
from safelight.mail.model import Letter, LetterClass, State
from safelight.mail.send import post
from tests.clauses.conftest import Preferring
from tests.mail.conftest import PostOffice
from tests.web.identity.conftest import EMAIL, sign_in

PATH = "/account/v1/preferences"
DEFAULTS = {"reminders": True, "usage": True, "changes": True, "news": False}
KINDS = {
    "test": LetterClass.SERVICE,
    "reminder": LetterClass.REMINDER,
    "notice": LetterClass.NOTICE,
    "news": LetterClass.MARKETING,
}


@pytest.fixture
async def ann(preferring):
    return await preferring.add()


@pytest.fixture
def office(preferring) -> PostOffice:
    """With the keys of the house, so that both know an address by the same mark."""
    office = PostOffice(preferring.database, preferring.clock)
    office.keys = preferring.rooms.keys.store
    return office


async def sent(office: PostOffice, user) -> set[str]:
    """Of a letter of each class to that person, those that left."""
    found = set()
    for template, kind in KINDS.items():
        facts = {"place": "here"} if template == "test" else {"headline": "Head", "words": "Words"}
        async with office.database.transaction() as session:
            letter = Letter(template, kind, user.email, "en", facts, user.id)
            letter_id = await post(session, letter, now=office.clock.now())
        if (await office.carried(letter_id)).state is State.SENT:
            found.add(template)
    return found


def wanted(answer) -> dict[str, bool]:
    assert answer.status_code == 200, answer.text
    return {each["name"]: each["is_wanted"] for each in answer.json()["lists"]}


async def test_pp_17_each_list_says_its_class_and_service_letters_are_no_list(preferring: Preferring, ann):
    async with preferring.browser(**{"accept-language": "de"}) as client:
        await sign_in(client)
        told = (await client.get(PATH)).json()["lists"]
    assert {each["name"]: each["is_wanted"] for each in told} == DEFAULTS
    assert {each["class"] for each in told} == {"reminder", "notice", "marketing"}
    assert {each["title"] for each in told} == {each.titles["de"] for each in LISTS.values()}
    assert {each["changed_at"] for each in told} == {None}


async def test_pp_17_who_refuses_all_still_gets_service_letters_and_nothing_else(preferring, ann, office):
    async with preferring.browser() as client:
        await sign_in(client)
        answer = await client.patch(PATH, json=dict.fromkeys(LISTS, False))
    assert wanted(answer) == dict.fromkeys(LISTS, False)
    assert {each["changed_at"] for each in answer.json()["lists"]} == {"2026-01-02T03:04:05Z"}
    assert await sent(office, ann) == {"test"}


async def test_pp_18_marketing_comes_to_who_asked_for_it_and_leaves_with_one_click(preferring, ann, office):
    assert await sent(office, ann) == {"test", "reminder", "notice"}
    async with preferring.browser() as client:
        await sign_in(client)
        assert wanted(await client.patch(PATH, data={"news": "true"})) == DEFAULTS | {"news": True}
        assert await sent(office, ann) == set(KINDS)
        letter = [office.read(each) for each in office.mailer.taken][-1]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        web, by_mail = (each.strip(" <>") for each in str(letter["List-Unsubscribe"]).split(","))
        assert by_mail.startswith("mailto:")
        assert EMAIL not in web
        html = letter.get_body(("html",)).get_content()
        assert "<img" not in html
        assert "Dunkelgasse 1" in html
    async with preferring.browser() as anybody:
        path = "/unsubscribe/" + web.rpartition("/")[2]
        assert (await anybody.get(path)).status_code == 200
        assert await sent(office, ann) == set(KINDS)
        answer = await anybody.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert await sent(office, ann) == {"test", "reminder", "notice"}


async def test_pp_33_what_is_refused_by_any_way_is_refused_on_the_page_too_and_can_be_asked_for_again(
    preferring, ann, office
):
    await sent(office, ann)
    reminder = next(each for each in map(office.read, office.mailer.taken) if each["List-Unsubscribe"])
    path = "/unsubscribe/" + str(reminder["List-Unsubscribe"]).split(">")[0].rpartition("/")[2]
    async with preferring.browser() as client:
        assert (await client.post(path, data={"all": "1"})).status_code == 200
        await sign_in(client)
        assert wanted(await client.get(PATH)) == dict.fromkeys(LISTS, False)
        assert await sent(office, ann) == {"test"}
        assert wanted(await client.patch(PATH, json={"reminders": True}))["reminders"] is True
    assert await sent(office, ann) == {"test", "reminder"}


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
async def test_pp_33_a_page_of_another_site_changes_nothing(preferring, ann, headers):
    async with preferring.browser() as client:
        await sign_in(client)
        answer = await client.patch(PATH, json={"news": True}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert wanted(await client.get(PATH)) == DEFAULTS


@pytest.mark.parametrize(
    ("words", "status", "field"),
    [({"gossip": True}, 422, "gossip"), ({"news": "maybe"}, 422, "news"), ({"news": ["true", "false"]}, 422, "news")],
)
async def test_pp_33_what_is_no_list_or_no_answer_is_refused_and_nothing_changes(preferring, ann, words, status, field):
    async with preferring.browser() as client:
        await sign_in(client)
        answer = await client.patch(PATH, json={"reminders": False, **words})
        assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)
        assert wanted(await client.get(PATH)) == DEFAULTS


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_pp_33_nobody_else_reads_or_changes_them(preferring, ann, method):
    async with preferring.browser() as client:
        answer = await client.request(method, PATH, json={"news": True} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
        assert answer.headers["cache-control"] == "no-store"
