"""Roles of an account's own are made, changed and removed on the pages, and nobody rises by it."""

import pytest

from safelight.people import grants, roles
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Scope, UserRole
from tests.console.conftest import House

HOOKS, KEYS = "cld::policy::global::webhooks::manage", "cld::policy::global::api_keys::manage"
PATH = "/admin/roles"


async def made(house: House, **words: str) -> str:
    wanted = {"name": "Hooks", "description": "For the shop", "kind": "cloud", "policies": HOOKS, **words}
    answer = await house.send(PATH, f"{PATH}/new", **wanted)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


@pytest.mark.parametrize(
    ("kind", "policy", "scope", "reach"),
    [
        ("account", "cld::policy::global::users_and_groups::manage", Scope.ACCOUNT, Reach.GLOBAL),
        ("cloud", HOOKS, Scope.CLOUD, Reach.GLOBAL),
        ("folder", "cld::policy::content::folder::view_download", Scope.CLOUD, Reach.CONTENT),
    ],
)
async def test_a_role_is_made_for_the_account_for_clouds_or_for_folders(
    house: House, kind: str, policy: str, scope: Scope, reach: Reach
):
    await house.sign_in()
    page = (await house.client.get(f"{PATH}/new?kind={kind}")).text
    assert f'value="{policy}"' in page
    path = await made(house, kind=kind, policies=policy)
    async with house.database.transaction() as session:
        role = await roles.get(session, house.owner.account_id, path.rpartition("/")[2])
    assert (role.name, role.scope, role.reach, role.policies) == ("Hooks", scope, reach, (policy,))
    assert "Hooks" in (await house.client.get(PATH)).text


async def test_a_role_is_changed_and_removed_from_whoever_has_it(house: House):
    await house.sign_in()
    vera = await house.person("Vera", UserRole.MEDIA_LIBRARY_USER)
    path = await made(house)
    id = path.rpartition("/")[2]
    async with house.database.transaction() as session:
        who = Principal(PrincipalKind.USER, vera.id)
        await grants.give(session, vera.account_id, who, id, Place(), house.clock.now())
    page = (await house.client.get(path)).text
    assert f'href="/admin/users/{vera.id}">Vera' in page
    assert (await house.send(path, name="Keys", description="", policies=KEYS)).status_code == 303
    async with house.database.transaction() as session:
        assert (await roles.get(session, vera.account_id, id)).policies == (KEYS,)
    refused = await house.send(f"{path}/remove", path)
    assert (refused.status_code, "Somebody has this role still" in refused.text) == (409, True)
    assert (await house.send(f"{path}/remove", path, force="1")).headers["location"] == f"{PATH}?done=removed"
    assert (await house.client.get(path)).status_code == 404


async def test_a_role_that_allows_nothing_or_has_no_name_is_told_and_what_was_typed_stays(house: House):
    await house.sign_in()
    empty = await house.send(PATH, f"{PATH}/new", name="Hooks", description="For the shop", kind="cloud")
    assert (empty.status_code, '<a href="#policies">' in empty.text) == (422, True)
    assert 'value="For the shop"' in empty.text
    nameless = await house.send(PATH, f"{PATH}/new", name=" ", description="", kind="cloud", policies=HOOKS)
    assert (nameless.status_code, '<a href="#name">' in nameless.text) == (422, True)
    assert f'value="{HOOKS}" checked' in nameless.text


async def test_roles_that_come_along_are_shown_and_cannot_be_changed(house: House):
    await house.sign_in()
    path = f"{PATH}/cld::role::prodenv::media_library_admin"
    page = (await house.client.get(path)).text
    assert "cannot be changed" in page
    assert '<form method="post" action="/admin/roles' not in page
    assert (await house.send(path, name="Mine", policies=HOOKS)).status_code == 403


async def test_nobody_makes_a_role_that_may_more_than_they_and_editors_make_none(house: House):
    await house.person("Adam", UserRole.ADMIN)
    await house.person("Eddie", UserRole.MEDIA_LIBRARY_ADMIN)
    await house.sign_in("adam@firm.example")
    words = {"name": "Money", "description": "", "kind": "account", "policies": "cld::policy::global::billing::manage"}
    answer = await house.send(PATH, f"{PATH}/new", **words)
    assert (answer.status_code, "may more than you" in answer.text) == (403, True)
    async with house.database.transaction() as session:
        assert all(role.is_ours for role in await roles.list_all(session, house.owner.account_id))
    await house.sign_in("eddie@firm.example")
    assert (await house.client.get(PATH)).status_code == 200
    assert (await house.client.get(f"{PATH}/new")).status_code == 403
