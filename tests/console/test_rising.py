"""Nobody rises by a page: neither by the key of somebody else, nor by a group that may more than they."""

import re

import pytest

from safelight.kernel.rights import Act
from safelight.people import grants, groups, roles, roster
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Scope, UserRole
from safelight.people.policies import POLICIES
from tests.console.conftest import House

OWNER_ROLE = "cld::role::account::master_admin"


@pytest.mark.parametrize(
    ("role", "status"),
    [("", 403), ("cld::role::prodenv::media_library_admin", 403), ("cld::role::prodenv::reports", 200)],
)
async def test_a_key_is_given_a_new_secret_by_who_may_what_it_may(house: House, role: str, status: int):
    kim = await house.person("Kim", UserRole.REPORTS)
    keeps = [id for id in POLICIES if id.endswith(Act.KEYS.value)]
    async with house.database.transaction() as session:
        account, now = house.owner.account_id, house.clock.now()
        key = await house.keys.issue(session, house.cloud.id, name="Shop", now=now)
        if role:
            await grants.give(
                session, account, Principal(PrincipalKind.API_KEY, key.api_key), role, Place(house.cloud.id), now
            )
        words = {"id": None, "name": "Keys", "description": "", "scope": Scope.CLOUD, "reach": Reach.GLOBAL}
        keeper = await roles.create(session, account, policies=keeps, now=now, **words)
        await grants.give(
            session, account, Principal(PrincipalKind.USER, kim.id), keeper.id, Place(house.cloud.id), now
        )
    await house.sign_in("kim@firm.example")
    answer = await house.send(f"/console/demo/keys/{key.api_key}/rotate", "/console/demo/keys")
    assert answer.status_code == status
    assert bool(re.search(r'id="secret">([^<]+)<', answer.text)) is (status == 200)
    async with house.database.transaction() as session:
        found = await house.keys.find(session, house.cloud.id, key.api_key)
    assert (found.secret.reveal() == key.secret.reveal()) is (status == 403)


@pytest.mark.parametrize(
    ("role", "joins"), [(None, True), (OWNER_ROLE, False), ("cld::role::prodenv::master_admin", True)]
)
async def test_nobody_joins_a_group_that_may_more_than_they(house: House, role: str | None, joins: bool):
    adam = await house.person("Adam", UserRole.ADMIN)
    async with house.database.transaction() as session:
        account, now = house.owner.account_id, house.clock.now()
        group = await groups.create(session, account, "Owners", now)
        if role is not None:
            await grants.give(session, account, Principal(PrincipalKind.GROUP, group.id), role, Place(), now)
    await house.sign_in("adam@firm.example")
    path = f"/admin/groups/{group.id}"
    answer = await house.send(f"{path}/join", path, user=adam.id)
    assert answer.status_code == (303 if joins else 403)
    async with house.database.transaction() as session:
        inside = (await roster.get(session, account, adam.id)).groups
    assert bool(inside) is joins


@pytest.mark.parametrize("by_group", [True, False])
async def test_nobody_changes_who_may_more_than_they_by_a_role(house: House, by_group: bool):
    await house.person("Adam", UserRole.ADMIN)
    vera, plain = await house.person("Vera", UserRole.MEDIA_LIBRARY_USER), await house.person("Paul", UserRole.REPORTS)
    async with house.database.transaction() as session:
        account, now = house.owner.account_id, house.clock.now()
        who = Principal(PrincipalKind.USER, vera.id)
        if by_group:
            group = await groups.create(session, account, "Owners", now)
            await groups.join(session, account, group.id, vera.id)
            who = Principal(PrincipalKind.GROUP, group.id)
        await grants.give(session, account, who, OWNER_ROLE, Place(), now)
    await house.sign_in("adam@firm.example")
    for person, is_out in ((vera, False), (plain, True)):
        path = f"/admin/users/{person.id}"
        await house.send(f"{path}/switch", "/admin/users", to="off")
        async with house.database.transaction() as session:
            assert (await roster.get(session, account, person.id)).is_enabled is not is_out
