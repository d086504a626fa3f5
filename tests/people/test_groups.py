"""Groups hold people; they come and go without each other."""

import pytest

from safelight.kernel.errors import Invalid, NotFound
from safelight.people import grants, groups, roster
from safelight.people.model import Place, Principal, PrincipalKind


async def test_people_join_and_leave(firm):
    ann, bob = await firm.invite("Ann"), await firm.invite("Bob")
    group = await groups.create(firm.session, firm.account.id, "Editors", firm.now)
    assert group.members == ()
    for user in (bob, ann, ann):
        joined = await groups.join(firm.session, firm.account.id, group.id, user.id)
    assert [member.name for member in joined.members] == ["Ann", "Bob"]
    known = await roster.get(firm.session, firm.account.id, ann.id)
    assert [named.name for named in known.groups] == ["Editors"]
    left = await groups.leave(firm.session, firm.account.id, group.id, ann.id)
    assert [member.id for member in left.members] == [bob.id]
    assert await groups.leave(firm.session, firm.account.id, group.id, ann.id) == left


async def test_a_group_is_renamed_and_removed(firm):
    group = await groups.create(firm.session, firm.account.id, "Editors", firm.now)
    assert (await groups.rename(firm.session, firm.account.id, group.id, "Writers", firm.now)).name == "Writers"
    who = Principal(PrincipalKind.GROUP, group.id)
    await grants.give(firm.session, firm.account.id, who, "cld::role::prodenv::admin", Place(), firm.now)
    await groups.remove(firm.session, firm.account.id, group.id)
    assert not await groups.list_all(firm.session, firm.account.id)
    assert not await grants.list_all(firm.session, firm.account.id, grants.Wanted())


async def test_what_is_not_there_is_not_found(firm):
    group = await groups.create(firm.session, firm.account.id, "Editors", firm.now)
    user, other = await firm.invite(), await firm.other()
    account = firm.account.id
    for attempt in (
        groups.get(firm.session, account, "none"),
        groups.get(firm.session, other.id, group.id),
        groups.rename(firm.session, account, "none", "a", firm.now),
        groups.remove(firm.session, account, "none"),
        groups.join(firm.session, account, "none", user.id),
        groups.join(firm.session, account, group.id, "none"),
        groups.leave(firm.session, account, group.id, "none"),
        groups.leave(firm.session, account, "none", user.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(Invalid):
        await groups.create(firm.session, account, "", firm.now)
