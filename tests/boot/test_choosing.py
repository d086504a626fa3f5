"""A letter leaves by a carrier of others only as declared, is written down before, and waits while they are off."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from safelight.accounts.keys import Keys
from safelight.boot import choosing
from safelight.kernel.choice import ChoiceKind, Wanted, Way
from safelight.kernel.holdings import Subject
from safelight.kernel.secret import Secret
from safelight.mail.model import State
from safelight.people import choices
from safelight.settings import Settings
from tests.mail.conftest import PostOffice

POLICY = """
recipients:
  post: {title: Post Ltd, role: processor, purposes: [mail.service, mail.reminder], entities: [letter-content],
    hosts: [post.example], country: AT, dpa_sha256: "%s", flows_down: true}
""" % ("0" * 64)


@pytest.fixture
def rooms(database, clock, tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY)

    def made(host: str = "mx.post.example", *, mode: str = "strict") -> SimpleNamespace:
        settings = Settings(data=tmp_path)
        settings = replace(
            settings,
            mail=replace(settings.mail, smtp=Secret(f"smtp://{host}?from=a@b.example")),
            privacy=replace(settings.privacy, policy=tmp_path / "policy.yaml", mode=mode),
        )
        keys = Keys(PostOffice(database, clock).keys)
        return SimpleNamespace(
            settings=settings, clock=clock, database=database, keys=keys, base_url="http://a.example"
        )

    return made


class Office(PostOffice):
    """With a carrier."""

    rooms: SimpleNamespace

    @property
    def carry(self):
        return replace(super().carry, may_leave=choosing.letters_may_leave(self.rooms))


@pytest.fixture
def office(database, clock, rooms) -> Office:
    office = Office(database, clock)
    office.rooms = rooms()
    return office


async def told(office: Office, user_id: str = "ann") -> list[tuple[str, str, int]]:
    disclosed = choosing.disclosures_of(office.rooms)
    subject = Subject("acme", user_id, user_ids=(user_id,))
    async with office.database.transaction() as session:
        return [(each.recipient, each.purpose, each.count) for each in await disclosed.list(session, subject)]


async def test_what_left_is_told_with_who_carried_it(office):
    for _ in range(2):
        assert (await office.send(user_id="ann")).state is State.SENT
    await office.send("reminder", user_id="ann")
    assert sorted(await told(office)) == [("post", "mail.reminder", 1), ("post", "mail.service", 2)]
    assert await told(office, "eve") == []


async def test_for_another_purpose_nothing_leaves_where_it_is_strict(office, rooms):
    async with office.database.transaction() as session:
        await choices.choose(session, "ann", Wanted(ChoiceKind.LETTERS, True, Way.ACCOUNT, "news"), office.clock.now())
    assert (await office.send("news", user_id="ann")).state is State.WAITING
    assert await told(office) == []
    office.rooms = rooms(mode="warn")
    assert (await office.send("news", user_id="ann")).state is State.SENT
    assert await told(office) == [("post", "mail.marketing", 1)]


async def test_who_is_off_gets_nothing_and_letters_wait(office, rooms):
    office.rooms = rooms(mode="warn")
    register = choosing.register_of(office.rooms)
    async with office.database.transaction() as session:
        await register.switch_off(session, "post", "a breach there")
    posted = await office.send(user_id="ann")
    assert (posted.state, office.mailer.tries, await told(office)) == (State.WAITING, 0, [])
    async with office.database.transaction() as session:
        await register.switch_on(session, "post")
    assert (await office.carried(posted.id)).state is State.SENT


@pytest.mark.parametrize("host", ["localhost", "mail.internal", "192.0.2.1", "10.0.0.7"])
async def test_a_machine_of_ones_own_is_nobody_else(rooms, host: str):
    assert choosing.letters_may_leave(rooms(host)) is None
