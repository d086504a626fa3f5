"""Roles are given on the pages of people, groups and keys: by cloud and folder, by who may what they allow."""

import re

import pytest

from safelight.assets import folders
from safelight.kernel.rights import Act
from safelight.people import grants, groups, roles
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Scope, UserRole
from safelight.people.policies import POLICIES
from tests.console.conftest import House

FOLDER_EDITOR = "cld::role::content::folder::editor"
VIEWER = "cld::role::prodenv::media_library_user"
OWNER = "cld::role::account::master_admin"
PATH = "campaigns/2026"


async def make_folder(house: House) -> str:
    async with house.database.transaction() as session:
        return (await folders.create(session, house.cloud.id, PATH, house.clock.now())).id


async def held(house: House, kind: PrincipalKind, id: str) -> list[tuple[str, Place]]:
    async with house.database.transaction() as session:
        found = await grants.list_all(session, house.owner.account_id, grants.Wanted(kind, id))
    return [(grant.role_id, grant.place) for grant in found]


async def path_of(house: House, kind: PrincipalKind) -> tuple[str, str]:
    """The page of one who can be given roles, and how they are called."""
    if kind is PrincipalKind.USER:
        user = await house.person("Vera", UserRole.MEDIA_LIBRARY_USER)
        return f"/admin/users/{user.id}", user.id
    async with house.database.transaction() as session:
        if kind is PrincipalKind.GROUP:
            group = await groups.create(session, house.owner.account_id, "Press", house.clock.now())
            return f"/admin/groups/{group.id}", group.id
        key = await house.keys.issue(session, house.cloud.id, name="Shop", now=house.clock.now())
        return f"/console/demo/keys/{key.api_key}", key.api_key


@pytest.mark.parametrize("kind", [PrincipalKind.USER, PrincipalKind.GROUP, PrincipalKind.API_KEY])
async def test_a_role_in_a_folder_is_given_shown_and_taken(house: House, kind: PrincipalKind):
    folder = await make_folder(house)
    await house.sign_in()
    page, id = await path_of(house, kind)
    words = {"given_role": FOLDER_EDITOR, "given_cloud": house.cloud.id, "given_folder": f"/{PATH}/"}
    given = await house.send(f"{page}/give", page, **words)
    assert given.headers["location"] == f"{page}?done=given", given.text
    place = Place(house.cloud.id, "folder_id", folder)
    assert await held(house, kind, id) == [(FOLDER_EDITOR, place)]
    shown = (await house.client.get(page)).text
    assert PATH in re.sub(r"<[^>]+>", "", shown)
    assert "<td>Editor</td>" in shown
    words = {"role": FOLDER_EDITOR, "cloud": place.cloud_id, "content": place.content, "content_id": place.content_id}
    assert (await house.send(f"{page}/take", page, **words)).headers["location"] == f"{page}?done=taken"
    assert await held(house, kind, id) == []


@pytest.mark.parametrize(
    ("role", "cloud", "folder", "field"),
    [
        (FOLDER_EDITOR, True, "", "given_folder"),
        (FOLDER_EDITOR, True, "no/such", "given_folder"),
        (FOLDER_EDITOR, False, PATH, "given_cloud"),
        (VIEWER, True, PATH, "given_folder"),
    ],
)
async def test_what_does_not_fit_is_told_beside_its_field(
    house: House, role: str, cloud: bool, folder: str, field: str
):
    await make_folder(house)
    await house.sign_in()
    page, id = await path_of(house, PrincipalKind.USER)
    words = {"given_role": role, "given_cloud": house.cloud.id if cloud else "", "given_folder": folder}
    answer = await house.send(f"{page}/give", page, **words)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'aria-describedby="{field}-fault' in answer.text
    assert f'value="{folder}"' in answer.text
    assert "<title>Error: Vera" in answer.text
    assert await held(house, PrincipalKind.USER, id) == []


async def test_nobody_gives_what_they_may_not_themselves(house: House):
    await house.person("Adam", UserRole.ADMIN)
    page, id = await path_of(house, PrincipalKind.USER)
    await house.sign_in("adam@firm.example")
    answer = await house.send(f"{page}/give", page, given_role=OWNER, given_cloud="", given_folder="")
    assert answer.status_code == 403
    assert "may more than you" in answer.text
    assert OWNER not in answer.text
    assert await held(house, PrincipalKind.USER, id) == []


async def test_the_page_of_a_person_tells_what_they_may_and_where_it_comes_from(house: House):
    folder = await make_folder(house)
    await house.sign_in()
    page, id = await path_of(house, PrincipalKind.USER)
    async with house.database.transaction() as session:
        account, now = house.owner.account_id, house.clock.now()
        group = await groups.create(session, account, "Press", now)
        await groups.join(session, account, group.id, id)
        place = Place(house.cloud.id, "folder_id", folder)
        await grants.give(session, account, Principal(PrincipalKind.GROUP, group.id), FOLDER_EDITOR, place, now)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (await house.client.get(page)).text))
    assert "demo see files demo campaigns/2026 upload, change files" in text
    assert "All clouds Viewer their own role see files" in text
    assert "demo campaigns/2026 Editor Press see files, upload, change files" in text


async def test_a_key_is_made_for_one_folder(house: House):
    await make_folder(house)
    await house.sign_in()
    path = "/console/demo/keys"
    wrong = await house.send(path, name="Shop", role=FOLDER_EDITOR, folder="")
    assert (wrong.status_code, '<a href="#folder">' in wrong.text) == (422, True)
    assert 'value="Shop"' in wrong.text
    async with house.database.transaction() as session:
        assert not await house.keys.list(session, house.cloud.id)
    made = await house.send(path, name="Shop", role=FOLDER_EDITOR, folder=PATH)
    assert 'id="secret"' in made.text
    assert f"Editor · {PATH}" in (await house.client.get(path)).text
    async with house.database.transaction() as session:
        (key,) = await house.keys.list(session, house.cloud.id)
    assert key.is_limited
    page = f"{path}/{key.api_key}"
    assert (await house.send(f"{page}/open", page)).status_code == 303
    async with house.database.transaction() as session:
        (key,) = await house.keys.list(session, house.cloud.id)
    assert not key.is_limited
    assert (await house.send(page, name="Door", webhooks="1")).headers["location"] == f"{page}?done=saved"
    async with house.database.transaction() as session:
        (key,) = await house.keys.list(session, house.cloud.id)
    assert (key.name, key.dedicated_for) == ("Door", ("webhooks",))
    await house.send(f"{page}/disable", page)
    await house.send(f"{page}/delete", page)
    assert await held(house, PrincipalKind.API_KEY, key.api_key) == []


async def test_who_may_keys_alone_widens_none_beyond_themselves(house: House):
    kim = await house.person("Kim", UserRole.REPORTS)
    keeps = [id for id in POLICIES if id.endswith(Act.KEYS.value)]
    async with house.database.transaction() as session:
        account, now = house.owner.account_id, house.clock.now()
        words = {"id": None, "name": "Keys", "description": "", "scope": Scope.CLOUD, "reach": Reach.GLOBAL}
        keeper = await roles.create(session, account, policies=keeps, now=now, **words)
        who = Principal(PrincipalKind.USER, kim.id)
        await grants.give(session, account, who, keeper.id, Place(house.cloud.id), now)
        key = await house.keys.issue(session, house.cloud.id, name="Shop", now=now)
        mine = Principal(PrincipalKind.API_KEY, key.api_key)
        await grants.give(session, account, mine, "cld::role::prodenv::reports", Place(house.cloud.id), now)
    await house.sign_in("kim@firm.example")
    page = f"/console/demo/keys/{key.api_key}"
    for role, status in ((VIEWER, 403), (keeper.id, 303)):
        answer = await house.send(f"{page}/give", page, given_role=role, given_folder="")
        assert answer.status_code == status, answer.text
