"""Every page renders, for those who may see it; forms prove that they are ours; nothing leads away from here."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from pyotp.totp import TOTP

from safelight.console import words
from safelight.console.visit import next_of
from safelight.identity import passkeys, tickets
from safelight.identity.passkeys import Party
from safelight.identity.tickets import Step
from safelight.mail import preferences
from safelight.mail.marks import mark_of
from safelight.people.model import UserRole
from tests.authenticator import Authenticator
from tests.console.conftest import BASE_URL, PASSWORD, House

OUTSIDE = ("/auth/sign-in", "/auth/register", "/auth/reset", "/auth/enable", "/privacy/cookies", "/docs")
INSIDE = (
    *(
        "/console/demo",
        "/console/demo/keys",
        "/admin/users",
        "/admin/groups",
        "/admin/roles",
        "/admin/roles/new",
        "/console/demo/usage",
    ),
    *("/account", "/account/email", "/account/security", "/account/sessions", "/account/activity"),
    *("/account/letters", "/account/leave"),
)


@pytest.mark.parametrize("language", ["en", "de", words.PSEUDO])
async def test_every_page_has_a_title_one_heading_help_and_nothing_inline(house: House, language: str):
    house.client.headers["Accept-Language"] = language
    await house.sign_in()
    titles: dict[str, str] = {}
    for path in (*OUTSIDE, *INSIDE):
        answer = await house.client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        page = answer.text
        assert page.count("<h1") == 1, path
        assert not re.search(r"\sstyle=|\son\w+=|<style", page), path
        assert f'lang="{language}"' in page
        assert path in OUTSIDE or 'href="/docs"' in page
        title = re.search(r"<title>(.*?)</title>", page)
        assert title, path
        titles[path] = title[1]
        for label in re.findall(r'<label for="([^"]+)"', page):
            assert page.count(f'id="{label}"') == 1, (path, label)
    assert len(set(titles.values())) == len(titles), titles


async def test_who_is_not_signed_in_signs_in_first_and_comes_back(house: House):
    answer = await house.client.get("/console/demo/keys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/sign-in?next=%2Fconsole%2Fdemo%2Fkeys")
    page = await house.client.get(answer.headers["location"])
    assert 'name="next" value="/console/demo/keys"' in page.text
    answer = await house.send(
        "/auth/sign-in", email="olivia@firm.example", password=PASSWORD, next="/console/demo/keys"
    )
    assert answer.headers["location"] == "/console/demo/keys"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/account", "/account"),
        ("/console/demo?page=2", "/console/demo?page=2"),
        ("", "/console"),
        ("//elsewhere.example", "/console"),
        ("/\\elsewhere.example", "/console"),
        ("https://elsewhere.example/", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/a\nb", "/console"),
    ],
)
def test_the_way_back_leads_nowhere_else(asked: str, leads_to: str):
    assert next_of(asked) == leads_to


async def test_a_form_without_its_proof_is_refused_and_does_nothing(house: House):
    await house.sign_in()
    right = await house.csrf("/account")
    for words_sent, headers in (
        ({}, {}),
        ({"csrf": "made-up"}, {}),
        ({"csrf": right}, {"Sec-Fetch-Site": "cross-site"}),
        ({"csrf": right}, {"Sec-Fetch-Site": "same-site"}),
    ):
        answer = await house.client.post("/account", data={"name": "Eve", **words_sent}, headers=headers)
        assert answer.status_code == 403
    assert "Eve" not in (await house.client.get("/account")).text


async def test_wrong_words_are_told_and_what_was_typed_stays(house: House):
    known = await house.send("/auth/sign-in", email="olivia@firm.example", password="wrong")
    unknown = await house.send("/auth/sign-in", email="nobody@firm.example", password="wrong")
    assert known.status_code == unknown.status_code == 401
    assert 'value="olivia@firm.example"' in known.text
    assert known.text.replace("olivia", "nobody").count("is wrong") == unknown.text.count("is wrong") == 1
    answer = await house.send(
        "/auth/register/send", "/auth/register", name="Ann", company="Firm", email="ann@x.example", password="short"
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'value="ann@x.example"' in answer.text
    assert "short" not in answer.text.replace("shortly", "")


async def test_an_editor_sees_no_keys_and_no_people_but_their_account(house: House):
    await house.person("Eddie", UserRole.MEDIA_LIBRARY_ADMIN)
    await house.sign_in("eddie@firm.example")
    for path, status in (
        ("/console/demo", 200),
        ("/account", 200),
        ("/admin/roles", 200),
        ("/console/demo/keys", 403),
        ("/admin/users", 403),
        ("/console/elsewhere", 404),
    ):
        assert (await house.client.get(path)).status_code == status, path


async def test_a_key_shows_its_secret_once_and_may_be_less(house: House):
    await house.sign_in()
    made = await house.send("/console/demo/keys", name="Shop", role="cld::role::prodenv::media_library_user")
    assert made.headers["cache-control"] == "no-store"
    shown = re.search(r'id="secret">([^<]+)<', made.text)
    assert shown
    async with house.database.transaction() as session:
        key = (await house.keys.list(session, house.cloud.id))[0]
    assert (key.name, key.secret.reveal(), key.is_limited) == ("Shop", shown[1], True)
    assert shown[1] not in (await house.client.get("/console/demo/keys")).text
    rotated = await house.send(f"/console/demo/keys/{key.api_key}/rotate", "/console/demo/keys")
    assert shown[1] not in rotated.text
    ended = await house.send(f"/console/demo/keys/{key.api_key}/disable", "/console/demo/keys")
    assert ended.headers["location"] == "/console/demo/keys?done=key-ended"
    async with house.database.transaction() as session:
        assert not await house.keys.enabled(session, house.cloud.id)


async def test_a_developer_cannot_make_a_key_for_everything(house: House):
    await house.person("Dora", UserRole.REPORTS)
    await house.sign_in("dora@firm.example")
    assert (await house.client.get("/console/demo/keys")).status_code == 403
    page = await house.client.get("/console/demo")
    answer = await house.client.post(
        "/console/demo/keys", data={"csrf": re.search(r'name="csrf" value="([^"]*)"', page.text)[1], "name": "x"}
    )
    assert answer.status_code == 403
    async with house.database.transaction() as session:
        assert not await house.keys.list(session, house.cloud.id)


async def test_people_are_invited_changed_and_shut_out(house: House):
    await house.sign_in()
    answer = await house.send(
        "/admin/users", name="Vera", email="vera@firm.example", role="media_library_user", where="all"
    )
    assert answer.headers["location"] == "/admin/users?done=invited"
    page = (await house.client.get("/admin/users")).text
    vera = re.search(r"/admin/users/([0-9a-f]{32})\">Vera", page)
    assert vera
    path = f"/admin/users/{vera[1]}"
    assert (await house.send(path, name="Vera", role="media_library_admin", where="all")).status_code == 303
    assert "Editor" in (await house.client.get("/admin/users")).text
    assert (await house.send(f"{path}/switch", path, to="off")).headers["location"] == f"{path}?done=user-off"
    assert (await house.send(f"{path}/remove", path)).headers["location"] == "/admin/users?done=removed"
    again = await house.send("/admin/users", name="O", email="olivia@firm.example", role="admin", where="all")
    assert again.status_code == 409
    assert '<a href="#email">Somebody has this address already' in again.text
    assert 'value="O"' in again.text


async def test_a_group_gets_people_and_roles(house: House):
    await house.sign_in()
    made = await house.send("/admin/groups", name="Press")
    path = made.headers["location"].partition("?")[0]
    await house.send(f"{path}/join", path, user=house.owner.id)
    role = "cld::role::prodenv::media_library_admin"
    given = await house.send(f"{path}/give", path, given_role=role, given_cloud=house.cloud.id)
    assert given.headers["location"] == f"{path}?done=given"
    page = (await house.client.get(path)).text
    assert "Olivia" in page
    assert "<td>Editor</td>" in page
    assert (await house.send(f"{path}/take", path, role=role, cloud=house.cloud.id)).status_code == 303
    assert (await house.send(f"{path}/remove", path)).headers["location"] == "/admin/groups?done=removed"


async def test_what_is_dangerous_is_proved_again(house: House):
    await house.sign_in()
    house.clock.advance(timedelta(minutes=16))
    answer = await house.client.get("/account/security")
    assert answer.headers["location"] == "/auth/prove?next=%2Faccount%2Fsecurity"
    wrong = await house.send("/auth/prove", password="wrong", next="/account/security")
    assert wrong.status_code == 401
    right = await house.send("/auth/prove", password=PASSWORD, next="/account/security")
    assert right.headers["location"] == "/account/security"
    assert (await house.client.get("/account/security")).status_code == 200


async def test_it_may_be_proved_by_an_app_or_a_passkey(house: House):
    await house.sign_in()
    device, now, totps = Authenticator(), house.clock.now, house.ways.totps
    async with house.database.transaction() as session:
        shown = await totps.begin(session, house.owner, now())
        app = TOTP(shown.secret.reveal())
        await totps.confirm(session, house.owner, app.at(now()), now())
        _secret, ticket = await tickets.make(session, Step.REGISTER, now(), user=house.owner)
        party = Party("localhost", BASE_URL)
        asked = await passkeys.register_options(session, house.owner, party, ticket.challenge)
        made = json.dumps(device.make(dict(asked)))
        await passkeys.register(session, house.owner, party, ticket.challenge, made, "Laptop", now())
    house.clock.advance(timedelta(minutes=16))
    words = {"next": "/account/security", "page": "/auth/prove"}
    wrong = await house.send("/auth/prove", code="000000", **words)
    assert wrong.status_code == 401
    right = await house.send("/auth/prove", code=app.at(now()), **words)
    assert right.headers["location"] == "/account/security"
    house.clock.advance(timedelta(minutes=16))
    page = (await house.client.get("/auth/prove")).text
    given = json.loads(unescape(re.search(r'data-given="([^"]*)"', page)[1]))
    proof = {
        "ticket": re.search(r'name="ticket" value="([^"]*)"', page)[1],
        "credential": json.dumps(device.sign(given)),
    }
    assert (await house.send("/auth/prove", **proof, **words)).headers["location"] == "/account/security"
    assert (await house.client.get("/account/security")).status_code == 200
    assert (await house.send("/auth/prove", **proof, **words)).status_code == 410, "a ticket is good once"


async def test_a_page_that_is_not_there_is_told_as_a_page(house: House):
    await house.sign_in()
    answer = await house.client.get("/console/nothing", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.text
    assert "Diese Cloud gibt es nicht" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_who_tries_too_often_is_sent_away_before_anything_is_looked_at(house: House):
    house.tries_max = 1
    assert (await house.send("/auth/sign-in", email="olivia@firm.example", password="wrong")).status_code == 401
    answer = await house.send("/auth/sign-in", email="olivia@firm.example", password=PASSWORD)
    assert answer.status_code == 429
    assert "Please wait a little" in answer.text


async def test_the_page_of_cookies_tells_all_that_a_browser_gets(house: House):
    await house.sign_in(remember="1")
    page = (await house.client.get("/privacy/cookies")).text
    assert {cookie.name for cookie in house.client.cookies.jar} == {"session", "remember", "csrf"}
    assert all(f">{name}</td>" in page for name in ("session", "remember", "csrf"))


async def test_who_has_cookies_switched_off_is_told_why_signing_in_fails(house):
    """PP-61. The page itself is there for everybody."""
    token = await house.csrf()
    house.client.cookies.clear()
    words = {"csrf": token, "email": "olivia@firm.example", "password": PASSWORD}
    for language, told in (("en", "Your browser sent no cookie"), ("de", "kein Cookie geschickt")):
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": language}
        answer = await house.client.post("/auth/sign-in", data=words, headers=headers)
        house.client.cookies.clear()
        assert (answer.status_code, told in answer.text) == (403, True)


async def test_an_address_that_letters_come_back_from_is_shown_to_its_person(house):
    """PP-21."""
    await house.sign_in()
    assert "No letter reached" not in (await house.client.get("/account")).text
    async with house.database.transaction() as session:
        await preferences.note_bounce(session, mark_of(house.store, house.owner.email), house.clock.now())
    assert "No letter reached" in (await house.client.get("/account")).text
