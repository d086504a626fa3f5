"""What a person may: by their level, their grants and those of their groups, where folders stand now."""

import pytest

from safelight.accounts import clouds, owners
from safelight.accounts.model import FolderMode
from safelight.assets import folders, reach
from safelight.kernel.rights import Act, Where
from safelight.people import grants, groups, roster, users
from safelight.people.model import Place, Principal, PrincipalKind, UserRole
from safelight.people.policies import FOLDER

EDITOR = "cld::role::content::folder::editor"


@pytest.fixture
async def firm(session, now):
    return await owners.create(session, now=now, name="Firm", handle="firm")


@pytest.fixture
async def cloud(session, firm, now):
    return await clouds.create(session, "one", folder_mode=FolderMode.DYNAMIC, now=now, account_id=firm.id)


async def test_a_person_may_what_their_group_may_in_a_folder_wherever_it_moves(session, firm, cloud, now):
    words = {"name": "Ann", "email": "ann@firm.example", "role": UserRole.REPORTS, "now": now}
    ann = await users.invite(session, firm.id, cloud_ids=(cloud.id,), **words)
    group = await groups.create(session, firm.id, "Editors", now)
    await groups.join(session, firm.id, group.id, ann.id)
    folder = await folders.create(session, cloud.id, "shop", now)
    who = Principal(PrincipalKind.GROUP, group.id)
    await grants.give(session, firm.id, who, EDITOR, Place("", FOLDER, folder.id), now)

    async def rights():
        return await reach.of_user(session, await roster.get(session, firm.id, ann.id))

    before = await rights()
    assert before.within(Act.CHANGE, cloud.id) == ("shop",)
    assert before.may(Act.USAGE, Where(cloud.id))
    assert not before.may(Act.DELETE, Where(cloud.id, "shop"))
    await folders.move(session, cloud.id, "shop", "sold/shop", now)
    assert (await rights()).within(Act.CHANGE, cloud.id) == ("sold/shop",)
    lines = await reach.lines_of_user(session, await roster.get(session, firm.id, ann.id))
    assert {(line.through, line.role_id) for line in lines if line.where.folder} == {(who, EDITOR)}
    await folders.delete(session, cloud.id, "sold/shop", now)
    assert (await rights()).within(Act.CHANGE, cloud.id) == ()
    await users.change(session, ann, now=now, is_enabled=False)
    assert (await rights()).held == frozenset()
