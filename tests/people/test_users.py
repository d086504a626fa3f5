"""People are invited, found by every sign, changed, and gone without a trace."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.people import grants, groups, roster, users
from safelight.people.model import Place, Principal, PrincipalKind, Status, UserRole
from safelight.people.roster import Login, Sort, Wanted
from safelight.people.store import members, user_clouds
from safelight.people.store import users as rows


async def came(firm, user, ago=timedelta()):
    """The person accepts and signs in."""
    values = {"accepted_at": firm.now - ago, "last_login_at": firm.now - ago}
    await firm.session.execute(update(rows).where(rows.c.id == user.id).values(**values))


async def names(firm, **words):
    return [user.name for user in await roster.list_all(firm.session, firm.account.id, Wanted(**words))]


async def test_who_is_invited_is_pending_and_everywhere(firm):
    user = await firm.invite()
    assert (user.is_pending, user.status, user.is_everywhere, user.cloud_ids) == (True, Status.PENDING, True, ())
    await came(firm, user)
    assert (await roster.get(firm.session, firm.account.id, user.id)).status is Status.ACTIVE
    changed = await users.change(firm.session, user, now=firm.now, is_enabled=False)
    assert changed.status is Status.DISABLED


async def test_who_is_sent_to_one_cloud_goes_to_that_one(firm):
    user = await firm.invite(cloud_ids=(firm.one.id,))
    assert (user.is_everywhere, user.cloud_ids) == (False, (firm.one.id,))
    moved = await users.change(firm.session, user, now=firm.now, cloud_ids=(firm.two.id,))
    assert moved.cloud_ids == (firm.two.id,)
    risen = await users.change(firm.session, user, now=firm.now, role=UserRole.MASTER_ADMIN, cloud_ids=(firm.one.id,))
    assert (risen.is_everywhere, risen.cloud_ids) == (True, ())
    await users.change(firm.session, user, now=firm.now, role=UserRole.ADMIN, cloud_ids=(firm.one.id, firm.two.id))
    await users.forget_cloud(firm.session, firm.account.id, firm.one.id)
    assert (await roster.get(firm.session, firm.account.id, user.id)).cloud_ids == (firm.two.id,)


async def test_only_what_is_given_changes(firm):
    user = await firm.invite(cloud_ids=(firm.one.id,))
    changed = await users.change(firm.session, user, now=firm.now, name="Anna")
    assert (changed.name, changed.email, changed.role, changed.cloud_ids) == (
        "Anna",
        user.email,
        user.role,
        user.cloud_ids,
    )
    with pytest.raises(NotFound, match="Cannot find user with id"):
        await roster.get(firm.session, (await firm.other()).id, user.id)


@pytest.mark.parametrize(
    "email",
    ["", "ann", "@firm.example", "ann@", "a b@firm.example", "a@b@c", "a" * 250 + "@b.de", "a\n@b.de", "a,b@c.d"],
)
async def test_what_is_no_address_is_refused(firm, email):
    with pytest.raises(Invalid):
        await firm.invite(email=email)


@pytest.mark.parametrize("name", ["", "  ", "a" * 256, "a\nb"])
async def test_what_is_no_name_is_refused(firm, name):
    with pytest.raises(Invalid):
        await users.invite(
            firm.session, firm.account.id, name=name, email="a@b.example", role=UserRole.ADMIN, now=firm.now
        )


async def test_one_address_is_one_person(firm):
    ann = await firm.invite()
    bob = await firm.invite("Bob")
    with pytest.raises(Conflict, match="already been taken"):
        await firm.invite("Other", email=" ANN@Firm.example ")
    with pytest.raises(Conflict, match="already been taken"):
        await users.change(firm.session, bob, now=firm.now, email=ann.email)
    assert (await users.change(firm.session, ann, now=firm.now, email="Ann@Firm.example")).email == "Ann@Firm.example"


async def test_another_account_s_cloud_is_unknown(firm):
    with pytest.raises(NotFound, match="Cannot find sub account with id nowhere"):
        await firm.invite(cloud_ids=("nowhere",))


async def test_people_are_found_by_every_sign(firm):
    ann, bob = await firm.invite("Ann"), await firm.invite("Bob", cloud_ids=(firm.two.id,))
    await firm.invite("Cy", is_enabled=False)
    await came(firm, bob, ago=timedelta(days=5))
    a_week, a_day = firm.now - timedelta(days=7), firm.now - timedelta(days=1)
    for words, found in (
        ({"ids": (ann.id, "nobody")}, ["Ann"]),
        ({"emails": ("BOB@firm.example",)}, ["Bob"]),
        ({"ids": (ann.id,), "is_pending": False}, []),
        ({"is_pending": False}, ["Bob"]),
        ({"status": Status.DISABLED}, ["Cy"]),
        ({"status": Status.PENDING}, ["Ann"]),
        ({"prefix": "bO"}, ["Bob"]),
        ({"prefix": "%"}, []),
        ({"cloud_id": firm.two.id}, ["Cy", "Bob", "Ann"]),
        ({"cloud_id": firm.one.id}, ["Cy", "Ann"]),
        ({"login": Login(a_week, a_day, is_inside=True)}, ["Bob"]),
        ({"login": Login(a_week, a_day, is_inside=False)}, ["Cy", "Ann"]),
        ({"login": Login(a_day, None, is_inside=True)}, []),
        ({"login": Login(None, None, is_inside=True)}, ["Bob"]),
    ):
        assert await names(firm, **words) == found, words


async def test_people_are_sorted_and_cut(firm):
    for name, role in (("Bob", UserRole.ADMIN), ("ann", UserRole.REPORTS), ("Cy", UserRole.BILLING)):
        await firm.invite(name, role=role)

    async def listed(**words):
        return [user.name for user in await roster.list_all(firm.session, firm.account.id, Wanted(), **words)]

    assert await listed() == ["Cy", "ann", "Bob"]
    assert await listed(sort=Sort.NAME, is_ascending=True) == ["ann", "Bob", "Cy"]
    assert await listed(sort=Sort.ROLE) == ["ann", "Cy", "Bob"]
    assert await listed(sort=Sort.NAME, is_ascending=True, page=2, page_size=2) == ["Cy"]
    assert len(await listed(sort=Sort.ACTIVITY)) == len(await listed(sort=Sort.STATUS)) == 3


async def test_who_is_removed_leaves_nothing_behind(firm):
    user = await firm.invite(cloud_ids=(firm.one.id,))
    group = await groups.create(firm.session, firm.account.id, "All", firm.now)
    await groups.join(firm.session, firm.account.id, group.id, user.id)
    who = Principal(PrincipalKind.USER, user.id)
    await grants.give(firm.session, firm.account.id, who, "cld::role::prodenv::admin", Place(), firm.now)
    await users.remove(firm.session, firm.account.id, user.id)
    assert await names(firm) == []
    assert not await grants.list_all(firm.session, firm.account.id, grants.Wanted())
    for table in (user_clouds, members):
        assert not await firm.session.fetch(table.select())
    with pytest.raises(NotFound):
        await users.remove(firm.session, firm.account.id, user.id)


@pytest.mark.parametrize(
    "leave",
    [
        lambda firm, user: users.remove(firm.session, firm.account.id, user.id),
        lambda firm, user: users.change(firm.session, user, now=firm.now, is_enabled=False),
        lambda firm, user: users.change(firm.session, user, now=firm.now, role=UserRole.ADMIN),
    ],
)
async def test_the_last_owner_cannot_leave(firm, leave):
    owner = await firm.invite(role=UserRole.MASTER_ADMIN)
    await came(firm, owner)
    pending = await firm.invite("Bob", role=UserRole.MASTER_ADMIN)
    with pytest.raises(Conflict, match="Ann is the last owner of the account; make somebody else master_admin first"):
        await leave(firm, owner)
    await users.change(firm.session, owner, now=firm.now, name="Ann", role=UserRole.MASTER_ADMIN)
    await came(firm, pending)
    await leave(firm, owner)
    with pytest.raises(Conflict, match="Bob is the last owner"):
        await leave(firm, pending)


async def test_an_owner_who_never_came_may_go(firm):
    owner = await firm.invite(role=UserRole.MASTER_ADMIN)
    await users.remove(firm.session, firm.account.id, owner.id)
    assert await names(firm) == []
