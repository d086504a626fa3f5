"""Roles, policies and who has which, over HTTP as SDKs ask."""

import pytest

BASE = "http://api.test/v2/accounts/firm/permissions"
EDITOR = "cld::role::content::folder::editor"
ADMIN = "cld::role::prodenv::admin"
UPLOAD = "cld::policy::global::folder_and_asset_management::create_asset"
OWN = {
    "id": "uploader",
    "name": "Uploader",
    "description": "Uploads.",
    "permission_type": "global",
    "scope_type": "prodenv",
    "system_policy_ids": [UPLOAD],
}


@pytest.fixture
async def ann(owner) -> str:
    return (await owner.ask("POST", "users", name="Ann", email="ann@firm.example", role="reports"))["id"]


async def test_roles_that_come_along_are_listed_by_kind(owner):
    found = (await owner.ask("GET", f"{BASE}/roles", permission_type="global", scope_type="prodenv"))["data"]
    assert ADMIN in {role["id"] for role in found}
    assert {(role["management_type"], role["permission_type"], role["scope_type"]) for role in found} == {
        ("system", "global", "prodenv")
    }
    content = (await owner.ask("GET", f"{BASE}/roles", permission_type="content", management_type="system"))["data"]
    assert EDITOR in {role["id"] for role in content}
    assert content[0]["policy_parameters"] == ["folder_id"]
    asked = {"permission_type": "content", "policy_parameters": ["folder_id"]}
    assert (await owner.ask("GET", f"{BASE}/roles", **asked))["data"] == content
    assert (await owner.ask("GET", f"{BASE}/roles", management_type="custom"))["data"] == []
    assert (await owner.refused("GET", f"{BASE}/roles", management_type="ours"))[0] == 400


async def test_a_role_is_shown_with_its_policies(owner):
    role = (await owner.ask("GET", f"{BASE}/roles/{EDITOR}", folder_id="f1"))["data"]
    assert role["policies"][0]["id"] == "cld::policy::content::folder::view_download"
    assert 'resource.folder_id == "f1"' in role["policies"][0]["policy_statement"]
    assert isinstance(role["created_at"], int)


async def test_an_account_makes_changes_and_deletes_a_role(owner):
    role = (await owner.ask("POST", f"{BASE}/roles", code=201, **OWN))["data"]
    assert (role["id"], role["management_type"], role["policies"][0]["id"]) == ("uploader", "custom", UPLOAD)
    assert (await owner.refused("POST", f"{BASE}/roles", **OWN))[0] == 409
    changed = (await owner.ask("PUT", f"{BASE}/roles/uploader", name="Up"))["data"]
    assert (changed["name"], changed["description"]) == ("Up", "Uploads.")
    assert await owner.ask("DELETE", f"{BASE}/roles/uploader", code=204) == {}
    assert await owner.refused("GET", f"{BASE}/roles/uploader") == (404, "Cannot find role with id uploader")
    assert (await owner.refused("PUT", f"{BASE}/roles/{ADMIN}", name="a"))[0] == 403


@pytest.mark.parametrize(
    "words",
    [
        {"scope_type": ""},
        {"scope_type": "world"},
        {"permission_type": ""},
        {"name": ""},
        {"id": "cld::a"},
        {"system_policy_ids": ["none"]},
        {"system_policy_ids": ["cld::policy::content::folder::manage"]},
    ],
)
async def test_what_is_no_role_is_refused(owner, words):
    assert (await owner.refused("POST", f"{BASE}/roles", **{**OWN, **words}))[0] == 400


async def test_a_role_is_given_and_taken_from_its_side(owner, ann):
    cloud = (await owner.ask("POST", "sub_accounts", name="Shop"))["id"]
    path = f"{BASE}/roles/{EDITOR}/principals"
    named = {
        "principal_type": "user",
        "principal_id": ann,
        "scope_id": cloud,
        "policy_parameters": {"folder_id": "f1"},
    }
    assert await owner.ask("PUT", path, operation="add", principals=[named]) == {"message": "ok"}
    assert (await owner.ask("GET", path))["data"] == [{"id": ann, "type": "user"}]
    told = (await owner.ask("GET", path, verbose="true", folder_id="f1"))["data"][0]
    assert (told["role_id"], told["scope_id"], told["policy_parameters"]) == (EDITOR, cloud, {"folder_id": "f1"})
    assert (await owner.ask("GET", path, param_key="folder_id", param_value="other"))["data"] == []
    await owner.ask("PUT", path, operation="remove", principals=[named])
    assert (await owner.ask("GET", path))["data"] == []


async def test_a_role_is_given_and_taken_from_the_side_of_who_has_it(owner, ann):
    path, who = f"{BASE}/principal_roles", {"type": "user", "id": ann}
    roles = [{"id": ADMIN}, {"id": EDITOR, "scope_id": "all", "policy_parameters": {"folder_id": "f1"}}]
    assert await owner.ask("PUT", path, operation="add", principal=who, roles=roles) == {"message": "ok"}
    asked = {"principal_type": "user", "principal_id": ann}
    found = (await owner.ask("GET", path, **asked))["data"]
    assert [(role["id"], role["scope_id"], role["policy_parameters"]) for role in found] == [
        (ADMIN, "all", {}),
        (EDITOR, "all", {"folder_id": "f1"}),
    ]
    found = (await owner.ask("GET", path, **asked, permission_type="content"))["data"]
    assert [role["id"] for role in found] == [EDITOR]
    for words in (asked, {"scope_type": "prodenv"}):
        (inspected,) = (await owner.ask("GET", f"{path}/inspect", **words))["data"]["principals"]
        assert (inspected["type"], inspected["id"], len(inspected["roles"])) == ("user", ann, 2)
    assert (await owner.ask("GET", f"{path}/inspect", scope_type="account"))["data"]["principals"] == []
    named = {"principals": [who, {"type": "group", "id": "none"}], "scope_type": "prodenv"}
    found = (await owner.ask("POST", f"{path}/inspect", **named, policy_parameters={"folder_id": "f1"}))["data"]
    assert [(each["id"], [role["id"] for role in each["roles"]]) for each in found["principals"]] == [
        (ann, [EDITOR]),
        ("none", []),
    ]
    effective = (await owner.ask("GET", f"{BASE}/policies/effective", **asked))["data"]
    assert effective["custom_policies"] == []
    (mine,) = effective["principals"]
    assert ((mine["principal_type"], mine["principal_id"]), [role["id"] for role in mine["roles"]]) == (
        ("user", ann),
        [ADMIN, EDITOR],
    )
    statement = mine["roles"][1]["system_policies"][0]["policy_statement"]
    assert f'"{ann}"' in statement
    assert 'resource.folder_id == "f1"' in statement
    await owner.ask("PUT", path, operation="remove", principal=who, roles=roles[:1])
    assert [role["id"] for role in (await owner.ask("GET", path, **asked))["data"]] == [EDITOR]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 400),
        ({"operation": "put"}, 400),
        ({"operation": "add"}, 400),
        ({"operation": "add", "principal": "a", "roles": [{"id": ADMIN}]}, 400),
        ({"operation": "add", "principal": {"type": "dog", "id": "1"}, "roles": [{"id": ADMIN}]}, 400),
        ({"operation": "add", "principal": {"type": "user"}, "roles": [{"id": ADMIN}]}, 400),
        ({"operation": "add", "principal": {"type": "user", "id": "none"}, "roles": [{"id": ADMIN}]}, 404),
        ({"operation": "add", "principal": {"type": "user", "id": "none"}, "roles": [{"id": "none"}]}, 404),
        ({"operation": "add", "principal": {"type": "user", "id": "none"}, "roles": ["a"]}, 400),
        ({"operation": "add", "principal": {"type": "user", "id": "none"}, "roles": [{"id": ADMIN}] * 101}, 400),
        ({"operation": "add", "principal": {"type": "user", "id": "n"}, "roles": [{"id": 1}]}, 400),
        (
            {
                "operation": "add",
                "principal": {"type": "user", "id": "n"},
                "roles": [{"id": ADMIN, "policy_parameters": {"a": 1}}],
            },
            400,
        ),
        ({"operation": "remove", "principal": {"type": "user", "id": "none"}, "roles": [{"id": ADMIN}]}, 200),
    ],
)
async def test_what_cannot_be_given_is_refused(owner, words, status):
    answer = await owner.client.put(f"{BASE}/principal_roles", json=words)
    assert answer.status_code == status, answer.text


async def test_policies_are_a_fixed_list(owner):
    account = (await owner.ask("GET", f"{BASE}/policies/system"))["data"]
    assert {policy["scope_type"] for policy in account} == {"account"}
    clouds = (await owner.ask("GET", f"{BASE}/policies/system", scope_type="prodenv"))["data"]
    assert {policy["permission_type"] for policy in clouds} == {"global", "content"}
    assert (await owner.ask("GET", f"{BASE}/policies/custom"))["data"] == []
    assert (await owner.refused("POST", f"{BASE}/policies/custom", name="a"))[0] == 403
    assert (await owner.refused("GET", f"{BASE}/principal_roles"))[0] == 400
