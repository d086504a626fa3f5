"""Letters looked after from the shell."""

import io
import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from safelight.accounts import owners
from safelight.adapters.keys.local import LocalKeys
from safelight.adapters.mailer.folder import FolderMailer
from safelight.boot import letters
from safelight.cli import mail
from safelight.cli.main import build_parser
from safelight.kernel.errors import Invalid, NotFound
from safelight.mail import preferences, store
from safelight.mail.marks import mark_of
from safelight.mail.model import State
from safelight.people import users
from safelight.people.model import UserRole
from safelight.ports.mailer import Envelope
from safelight.settings import Settings


@dataclass
class House:
    """As much of a house as these commands ask."""

    settings: Settings
    clock: object
    keys: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(store=LocalKeys(bytes(32))))
    base_url: str = "http://media.test"


@pytest.fixture
def house(tmp_path, clock) -> House:
    return House(Settings(data=tmp_path), clock)


@pytest.fixture
def tell(house, session, capsys):
    """Do a command with `--json`, and give what it said."""

    async def tell(verb, *words):
        await verb(house, session, build_parser().parse_args(["mail", *words, "--json"]))
        return json.loads(capsys.readouterr().out)

    return tell


async def test_a_letter_is_written_listed_and_shown(house, session, tell, jobs):
    (sent,) = await tell(mail.send_letters, "send", "test", "--to", "ada@example.net", "--language", "de")
    assert await jobs(session) == [("send_letter", {"letter_id": sent["id"]})]
    (listed,) = await tell(mail.list_letters, "list", "--state", "waiting")
    assert (listed["id"], listed["class"], listed["language"]) == (sent["id"], "service", "de")
    assert await tell(mail.list_letters, "list", "--state", "sent") == []
    assert await tell(mail.show_letter, "show", sent["id"]) == listed

    async def hand() -> None:
        await store.note(session, sent["id"], {"state": State.SENT.value})

    raw = b"Subject: Hello\r\nContent-Type: text/plain\r\n\r\nDear Ada\r\n"
    await FolderMailer(letters.folder_of(house.settings)).send(Envelope(sent["id"], "a@b", "c@d", raw), hand)
    shown = await tell(mail.show_letter, "show", sent["id"])
    assert shown["state"] == "sent"
    assert "Subject: Hello" in shown["letter"]
    assert "Dear Ada" in shown["letter"]


async def test_an_address_whose_letters_came_back_is_forgiven(session, house, tell, now):
    mark = mark_of(house.keys.store, "ada@example.net")
    await preferences.note_bounce(session, mark, now)
    assert await tell(mail.forgive_address, "forgive", "Ada@Example.net") == {
        "address": "Ada@Example.net",
        "had_bounced": True,
    }
    assert not await preferences.has_bounced(session, mark)
    assert (await tell(mail.forgive_address, "forgive", "ada@example.net"))["had_bounced"] is False


async def test_everybody_is_who_has_come_and_is_enabled(session, tell, now):
    account = await owners.create(session, now=now, name="Firm", handle="firm")
    for name, is_enabled in (("ann", True), ("bob", False)):
        user = await users.invite(
            session,
            account.id,
            name=name,
            email=f"{name}@firm.example",
            role=UserRole.ADMIN,
            now=now,
            is_enabled=is_enabled,
        )
        await users.accept(session, user, now)
    await users.invite(session, account.id, name="eve", email="eve@firm.example", role=UserRole.ADMIN, now=now)
    facts = ("--fact", "headline=a=b", "--fact", "words=w")
    sent = await tell(mail.send_letters, "send", "news", "--everybody", *facts)
    found = [await store.find(session, each["id"]) for each in sent]
    assert [each.to for each in found] == ["ann@firm.example"]
    assert found[0].facts["headline"] == "a=b"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("send", "nothing", "--to", "ada@example.net"), NotFound),
        (("send", "news", "--to", "ada@example.net"), Invalid),
        (("send", "test", "--to", "nobody"), Invalid),
        (("send", "test", "--to", "ada@example.net", "--fact", "x"), Invalid),
    ],
)
async def test_what_cannot_be_written_is_said(tell, words, error):
    with pytest.raises(error):
        await tell(mail.send_letters, *words)


async def test_a_letter_that_is_not_there(tell):
    with pytest.raises(NotFound):
        await tell(mail.show_letter, "show", "0" * 32)


async def test_how_letters_leave(house, tell, tmp_path):
    told = await tell(mail.show_status, "status")
    assert (told["server"], told["folder"]) == (None, str(tmp_path / "letters"))
    assert (told["from"], told["sent"], told["dkim_record"]) == ("letters@media.test", 0, None)


async def test_what_came_back_is_taken_in(tell, monkeypatch):
    came = io.TextIOWrapper(io.BytesIO(b"Subject: I am away\r\n\r\n"))
    monkeypatch.setattr("sys.stdin", came)
    assert "neither" in (await tell(mail.take_bounce, "bounce"))["done"]
