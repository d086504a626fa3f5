"""People and groups of an account, over HTTP as SDKs ask."""

import asyncio

import pytest
from sqlalchemy import update

from safelight.people.store import users

ANN = {"name": "Ann", "email": "ann@firm.example", "role": "billing"}


async def made(owner, **words):
    return await owner.ask("POST", "users", **{**ANN, **words})


async def test_somebody_is_invited_and_shown(owner, now):
    user = await made(owner, sub_account_ids=[])
    assert user == {
        "id": user["id"],
        "name": "Ann",
        "role": "billing",
        "email": "ann@firm.example",
        "pending": True,
        "enabled": True,
        "status": "pending",
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
        "all_sub_accounts": True,
        "sub_account_ids": [],
        "sub_account_count": 0,
        "groups": [],
        "group_count": 0,
        "account_id": "firm",
    }
    assert await owner.ask("GET", f"users/{user['id']}") == user
    assert (await owner.ask("GET", "users"))["users"] == [user]


async def test_somebody_is_changed_and_removed(owner):
    user = await made(owner)
    path = f"users/{user['id']}"
    changed = await owner.ask("PUT", path, name="Anna", email="anna@firm.example", role=None)
    assert (changed["name"], changed["email"], changed["role"]) == ("Anna", "anna@firm.example", "billing")
    assert await owner.ask("DELETE", path) == {"message": "ok"}
    for method in ("GET", "PUT", "DELETE"):
        assert await owner.refused(method, path) == (404, f"Cannot find user with id {user['id']}")


async def test_somebody_goes_to_some_clouds(owner):
    cloud = await owner.ask("POST", "sub_accounts", name="Shop", cloud_name="shop")
    await owner.ask("POST", "sub_accounts", name="Shelf")
    user = await made(owner, sub_account_ids=[cloud["id"]])
    assert (user["all_sub_accounts"], user["sub_account_ids"], user["sub_account_count"]) == (False, [cloud["id"]], 1)
    path = f"users/{user['id']}/sub_accounts"
    assert await owner.ask("GET", path) == {
        "sub_accounts": [{"id": cloud["id"], "name": "Shop", "cloud_name": "shop", "enabled": True}]
    }
    risen = await owner.ask("PUT", f"users/{user['id']}", role="master_admin")
    assert (risen["all_sub_accounts"], risen["sub_account_count"]) == (True, 2)
    assert len((await owner.ask("GET", path))["sub_accounts"]) == 2
    assert (await owner.refused("POST", "users", **{**ANN, "email": "b@c.de", "sub_account_ids": ["none"]}))[0] == 404


async def test_people_are_found_as_each_sdk_asks(owner, clock):
    cloud = await owner.ask("POST", "sub_accounts", name="Shop")
    ann, bob = await made(owner), await made(owner, name="Bob", email="bob@firm.example")
    async with owner.door.database.transaction() as session:
        came = {"accepted_at": clock.now(), "last_login_at": clock.now()}
        await session.execute(update(users).where(users.c.id == bob["id"]).values(**came))
    today, tomorrow = "2026-01-02", "2026-01-03"
    for words, found in (
        ({"ids": ann["id"]}, "A"),
        ({"ids": f"{ann['id']},{bob['id']}"}, "BA"),
        ({"ids": [ann["id"], bob["id"]]}, "BA"),
        ({"ids": ann["id"], "pending": "false"}, ""),
        ({"pending": "true"}, "A"),
        ({"pending": "", "prefix": "", "sub_account_id": "", "ids": ""}, "BA"),
        ({"status": "active"}, "B"),
        ({"status": "pending", "prefix": "an"}, "A"),
        ({"emails": "bob@firm.example"}, "B"),
        ({"sub_account_id": cloud["id"]}, "BA"),
        ({"last_login": "true", "from": today, "to": today}, "B"),
        ({"last_login": "true", "from": "2026-01-02 03:04:04.5", "to": "2026-01-02 03:04:04.5"}, ""),
        ({"last_login": "false", "from": today, "to": today}, "A"),
        ({"last_login": "true", "union_type": "exclude", "from": today, "to": today}, "A"),
        ({"last_login": "true", "from": tomorrow}, ""),
        ({"activity": "true"}, "B"),
        ({"sort_by": "name", "sort_order": "asc", "page": 1, "page_size": 1}, "A"),
    ):
        answer = await owner.ask("GET", "users", **words)
        assert "".join(user["name"][0] for user in answer["users"]) == found, words
    assert (await owner.ask("GET", f"users/{bob['id']}"))["last_login"] == "2026-01-02T03:04:05Z"
    status, message = await owner.refused("GET", "users", sub_account_id="nowhere")
    assert (status, message) == (404, "Cannot find sub account with id nowhere")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"name": ""}, "Missing required parameter - name"),
        ({"email": ""}, "Missing required parameter - email"),
        ({"email": "ann"}, "email ann is invalid"),
        ({"role": "king"}, "Invalid value king for parameter role: must be one of master_admin, admin, billing, "),
    ],
)
async def test_what_is_nobody_is_refused(owner, words, message):
    status, told = await owner.refused("POST", "users", **{**ANN, **words})
    assert (status, told[: len(message)]) == (400, message)


@pytest.mark.parametrize(
    "words",
    [
        {"status": "gone"},
        {"sort_by": "age"},
        {"sort_order": "up"},
        {"page": "0"},
        {"page_size": "1001"},
        {"last_login": "true", "from": "soon"},
        {"last_login": "true", "union_type": "both"},
        {"pending": "maybe"},
    ],
)
async def test_a_list_that_cannot_be_is_refused(owner, words):
    assert (await owner.refused("GET", "users", **words))[0] == 400


async def test_one_address_is_one_person(owner):
    await made(owner)
    assert await owner.refused("POST", "users", **ANN) == (409, "email ann@firm.example has already been taken")


async def test_people_join_and_leave_groups(owner):
    ann, bob = await made(owner), await made(owner, name="Bob", email="bob@firm.example")
    group = await owner.ask("POST", "user_groups", name="Editors")
    path = f"user_groups/{group['id']}"
    assert (await owner.ask("PUT", path, name="Writers"))["id"] == group["id"]
    assert (await owner.ask("GET", path))["name"] == "Writers"
    joined = await owner.ask("POST", f"{path}/users/{ann['id']}")
    assert joined == {"users": [{"id": ann["id"], "name": "Ann", "email": "ann@firm.example"}]}
    await owner.ask("POST", f"{path}/users/{bob['id']}")
    assert [user["name"] for user in (await owner.ask("GET", f"{path}/users"))["users"]] == ["Ann", "Bob"]
    named = {"user_groups": [{"id": group["id"], "name": "Writers"}]}
    assert await owner.ask("GET", f"users/{ann['id']}/groups") == named
    assert await owner.ask("GET", f"user_groups/{ann['id']}") == named  # as clients before 1.46.3 ask
    assert (await owner.ask("GET", f"users/{ann['id']}"))["groups"] == named["user_groups"]
    assert (await owner.ask("DELETE", f"{path}/users/{bob['id']}"))["users"] == joined["users"]
    assert await owner.ask("GET", "user_groups") == named
    assert await owner.ask("DELETE", path) == {"ok": True}
    assert await owner.refused("GET", path) == (404, f"Cannot find user group with id {group['id']}")
    assert await owner.refused("POST", "user_groups") == (400, "Missing required parameter - name")


async def test_of_two_who_invite_the_same_person_at_once_one_is_told_so(owner):
    answers = await asyncio.gather(*(owner.client.post("users", json=ANN) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    bob = await made(owner, name="Bob", email="bob@firm.example")
    cy = await made(owner, name="Cy", email="cy@firm.example")
    moved = (owner.client.put(f"users/{user['id']}", json={"email": "new@firm.example"}) for user in (bob, cy))
    assert sorted(answer.status_code for answer in await asyncio.gather(*moved)) == [200, 409]
