"""Roles come along or are made of policies that fit; they are given to those who are there, where they can hold."""

import pytest
from sqlalchemy import insert

from safelight.accounts.keys import Keys
from safelight.accounts.provisioning_keys import ProvisioningKeys
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from safelight.people import grants, groups, roles, store
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Scope
from safelight.people.policies import POLICIES
from safelight.people.system_roles import SYSTEM_ROLES

EDITOR = "cld::role::content::folder::editor"
ADMIN = "cld::role::prodenv::admin"
OWNER = "cld::role::account::master_admin"
UPLOADS = "cld::policy::global::folder_and_asset_management::create_asset"


async def made(firm, **words):
    words = {"name": "Uploader", "scope": Scope.CLOUD, "reach": Reach.GLOBAL, "policies": (UPLOADS,), **words}
    return await roles.create(firm.session, firm.account.id, now=firm.now, **words)


def test_each_role_that_comes_along_has_policies_that_fit_it():
    for role in SYSTEM_ROLES.values():
        assert roles.check_policies(role.policies, role.scope, role.reach) == role.policies
        assert role.is_ours
        assert role.policies


def test_statements_name_what_is_known_and_leave_open_what_is_not():
    policy = POLICIES["cld::policy::content::folder::add_assets"]
    assert "<folder_id>" in policy.statement()
    assert 'resource.folder_id == "f1"' in policy.statement(content={"folder_id": "f1"})
    assert "when" not in POLICIES[UPLOADS].statement()


async def test_an_account_makes_changes_and_removes_roles(firm):
    role = await made(firm, id="uploader", description="Uploads.")
    assert await roles.get(firm.session, firm.account.id, "uploader") == role
    assert (await roles.list_all(firm.session, firm.account.id))[-1] == role
    changed = await roles.change(firm.session, firm.account.id, role.id, now=firm.now, name="Up", policies=())
    assert (changed.name, changed.description, changed.policies) == ("Up", "Uploads.", ())
    await roles.remove(firm.session, firm.account.id, role.id)
    with pytest.raises(NotFound):
        await roles.get(firm.session, firm.account.id, role.id)


async def test_what_comes_along_cannot_be_changed(firm):
    with pytest.raises(Forbidden):
        await roles.change(firm.session, firm.account.id, ADMIN, now=firm.now, name="Mine")
    with pytest.raises(Forbidden):
        await roles.remove(firm.session, firm.account.id, ADMIN)


@pytest.mark.parametrize(
    "words",
    [
        {"id": "cld::role::mine"},
        {"id": "a b"},
        {"name": ""},
        {"description": "a" * 1001},
        {"policies": ("none",)},
        {"scope": Scope.ACCOUNT},
        {"reach": Reach.CONTENT},
    ],
)
async def test_what_is_no_role_is_refused(firm, words):
    with pytest.raises(Invalid):
        await made(firm, **words)


async def test_an_id_is_taken_once_in_an_account(firm):
    await made(firm, id="uploader")
    with pytest.raises(Conflict):
        await made(firm, id="uploader")


async def test_a_role_that_somebody_has_is_removed_only_by_force(firm):
    role = await made(firm)
    who = Principal(PrincipalKind.USER, (await firm.invite()).id)
    for _ in range(2):
        await grants.give(firm.session, firm.account.id, who, role.id, Place(firm.one.id), firm.now)
    assert len(await grants.list_all(firm.session, firm.account.id, grants.Wanted(role_id=role.id))) == 1
    with pytest.raises(Conflict, match="force"):
        await roles.remove(firm.session, firm.account.id, role.id)
    await roles.remove(firm.session, firm.account.id, role.id, is_forced=True)
    assert not await grants.list_all(firm.session, firm.account.id, grants.Wanted())


async def test_everybody_who_belongs_to_the_account_can_have_roles(firm):
    group = await groups.create(firm.session, firm.account.id, "All", firm.now)
    key = await Keys(MemoryKeys()).issue(firm.session, firm.one.id, name="", now=firm.now)
    owner = await ProvisioningKeys(MemoryKeys()).issue(firm.session, firm.account.id, now=firm.now)
    other = await firm.other()
    for kind, id in (
        (PrincipalKind.USER, (await firm.invite()).id),
        (PrincipalKind.GROUP, group.id),
        (PrincipalKind.API_KEY, key.api_key),
        (PrincipalKind.PROVISIONING_KEY, owner.api_key),
    ):
        await roles.check_principal(firm.session, firm.account.id, Principal(kind, id))
        for account, named in ((firm.account.id, "none"), (other.id, id)):
            with pytest.raises(NotFound, match=f"Cannot find {kind.value}"):
                await roles.check_principal(firm.session, account, Principal(kind, named))


@pytest.mark.parametrize(
    ("role_id", "place", "error"),
    [
        (OWNER, Place(), None),
        (OWNER, Place("one"), Invalid),
        (ADMIN, Place(), None),
        (ADMIN, Place("one"), None),
        (ADMIN, Place("none"), NotFound),
        (ADMIN, Place("one", "folder_id", "f"), Invalid),
        (EDITOR, Place("one", "folder_id", "f"), None),
        (EDITOR, Place("one"), Invalid),
        (EDITOR, Place("one", "asset_id", "f"), Invalid),
        (EDITOR, Place("one", "folder_id", "f" * 256), Invalid),
        (EDITOR, Place("one", "collection_id", "c"), Invalid),
    ],
)
async def test_a_role_holds_only_where_it_can(firm, role_id, place, error):
    place = Place(firm.one.id if place.cloud_id == "one" else place.cloud_id, place.content, place.content_id)
    checked = roles.check_place(firm.session, firm.account.id, SYSTEM_ROLES[role_id], place)
    if error is None:
        await checked
    else:
        with pytest.raises(error):
            await checked


async def test_what_holds_everywhere_holds_in_each_cloud(firm):
    who = Principal(PrincipalKind.USER, (await firm.invite()).id)
    for place in (Place(), Place(firm.one.id), Place(firm.two.id, "folder_id", "f")):
        await grants.give(firm.session, firm.account.id, who, ADMIN, place, firm.now)

    async def held(**words):
        return len(await grants.list_all(firm.session, firm.account.id, grants.Wanted(**words)))

    assert [await held(), await held(cloud_id=firm.one.id), await held(content="folder_id", content_id="f")] == [
        3,
        2,
        1,
    ]
    await grants.take(firm.session, firm.account.id, who, ADMIN, Place(firm.one.id))
    await grants.take(firm.session, firm.account.id, who, ADMIN, Place(firm.one.id))
    assert await held(kind=PrincipalKind.USER, principal_id=who.id) == 2


async def test_who_has_a_role_is_told_however_many_they_are(firm):
    alike = {"account_id": firm.account.id, "principal": "user", "role_id": ADMIN, "created_at": firm.now}
    nowhere = {"cloud_id": "", "content": "", "content_id": ""}
    people = [f"person-{number}" for number in range(grants.GRANTS_MAX + 1)]
    await firm.session.execute(
        insert(store.grants), [{**alike, **nowhere, "id": who, "principal_id": who} for who in people]
    )
    assert len(await grants.list_all(firm.session, firm.account.id, grants.Wanted(role_id=ADMIN))) > grants.GRANTS_MAX
