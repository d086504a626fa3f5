"""Who may see what, by the Admin API: settings of the cloud, keys for tokens of delivery, bearer tokens."""

import pytest

OPEN = {
    "strict_transformations": False,
    "strict_referrers": [],
    "restricted_types": ["list"],
    "allowed_referrers": None,
    "allowed_fetch_domains": None,
    "denied_fetch_domains": [],
    "hide_pending": False,
    "strip_private": False,
    "token_name": "__cld_token__",
}
HEX = "00112233ff990011"


async def test_a_new_cloud_is_open_but_for_lists(client):
    answer = await client.get("access_settings")
    assert (answer.status_code, answer.json()) == (200, OPEN)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({"strict_transformations": True}, {"strict_transformations": True}),
        ({"strict_referrers": ["Shop.Example"]}, {"strict_referrers": ["shop.example"]}),
        ({"restricted_types": "fetch,list, pdf"}, {"restricted_types": ["fetch", "list", "pdf"]}),
        ({"allowed_referrers": ["*.shop.example", "none", "none"]}, {"allowed_referrers": ["*.shop.example", "none"]}),
        ({"allowed_fetch_domains": ["files.example"]}, {"allowed_fetch_domains": ["files.example"]}),
        ({"denied_fetch_domains": "Evil.Example,*.b"}, {"denied_fetch_domains": ["evil.example", "*.b"]}),
        ({"token_name": "ticket"}, {"token_name": "ticket"}),
        ({"hide_pending": "true"}, {"hide_pending": True}),
        ({}, {}),
    ],
)
async def test_what_is_said_changes_and_the_rest_stays(client, said, becomes):
    assert (await client.put("access_settings", json=said)).json() == {**OPEN, **becomes}
    assert (await client.get("access_settings")).json() == {**OPEN, **becomes}


@pytest.mark.parametrize("nothing", [None, [], ""])
async def test_a_list_that_is_emptied_opens_what_it_closed(client, nothing):
    lists = (
        *("strict_referrers", "restricted_types", "allowed_referrers", "allowed_fetch_domains"),
        "denied_fetch_domains",
    )
    closed = {name: ["fetch"] if name == "restricted_types" else ["a.example"] for name in lists}
    assert (await client.put("access_settings", json=closed)).json() == {**OPEN, **closed}
    assert (await client.put("access_settings", json=dict.fromkeys(lists, nothing))).json() == {
        **OPEN,
        "restricted_types": [],
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"restricted_types": ["nonsense"]}, "nonsense is no type that can be restricted; these are: "),
        ({"allowed_referrers": ["https://a.example/"]}, "https://a.example/ is no name of a host; "),
        ({"denied_fetch_domains": ["http://a"]}, "http://a is no name of a host; "),
        ({"allowed_fetch_domains": ["a*b"]}, "a*b is no name of a host; "),
        ({"token_name": "a=b"}, "The name of tokens has "),
        ({"strict_transformations": "perhaps"}, "Invalid boolean value perhaps"),
        ({"strict_referrers": [f"h{n}.example" for n in range(201)]}, "Too many hosts: 201. Maximum is 200."),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(client, said, told):
    answer = await client.put("access_settings", json={"strict_transformations": True, **said})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(told)
    assert (await client.get("access_settings")).json() == OPEN


async def test_a_key_for_tokens_is_told_once(client):
    made = (await client.post("token_keys")).json()
    assert len(made["key"]) == 64
    brought = (await client.post("token_keys", json={"key": HEX.upper()})).json()
    assert brought["key"] == HEX
    assert (await client.post("token_keys", json={"key": HEX})).status_code == 409
    assert (await client.post("token_keys", json={"key": "xyz"})).status_code == 400
    listed = (await client.get("token_keys")).json()["token_keys"]
    assert {one["id"] for one in listed} == {made["id"], brought["id"]}
    assert all("key" not in one for one in listed)
    assert (await client.request("DELETE", f"token_keys/{made['id']}")).json() == {"message": "deleted"}
    assert (await client.request("DELETE", f"token_keys/{made['id']}")).status_code == 404
    assert [one["id"] for one in (await client.get("token_keys")).json()["token_keys"]] == [brought["id"]]


async def test_a_bearer_token_is_told_once_and_revoked(api, client):
    made = (await client.post("access_tokens", json={"name": "ci", "scopes": ["asset_management"], "hours": 2})).json()
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("ci", ["asset_management"], None)
    assert (made["created_at"], made["expires_at"]) == ("2026-01-02T03:04:05Z", "2026-01-02T05:04:05Z")
    headers = {"Authorization": f"Bearer {made.pop('token')}"}
    assert (await client.get("access_tokens")).json() == {"access_tokens": [made]}
    answer = await client.get("ping", headers=headers, auth=None)
    assert answer.json() == {"status": "ok"}
    assert answer.headers["X-FeatureRateLimit-Remaining"]
    (listed,) = (await client.get("access_tokens")).json()["access_tokens"]
    assert listed["last_used_at"] == "2026-01-02T03:04:05Z"
    assert (await client.request("DELETE", f"access_tokens/{made['id']}")).json() == {"message": "deleted"}
    refused = await client.get("ping", headers=headers, auth=None)
    assert (refused.status_code, refused.json()["error"]["message"]) == (401, "Invalid token")
    assert (await client.request("DELETE", f"access_tokens/{made['id']}")).status_code == 404


@pytest.mark.parametrize("said", [{"hours": 0}, {"hours": 9999}, {"scopes": "root"}, {"name": "x" * 256}])
async def test_a_bearer_token_that_cannot_be_is_refused(client, said):
    assert (await client.post("access_tokens", json=said)).status_code == 400


async def test_with_a_token_alone_nothing_more_is_opened(client):
    letters = (await client.post("access_tokens")).json()["token"]
    for method, path in (
        ("PUT", "access_settings"),
        ("POST", "token_keys"),
        ("DELETE", "token_keys/x"),
        ("POST", "access_tokens"),
        ("DELETE", "access_tokens/x"),
    ):
        answer = await client.request(method, path, headers={"Authorization": f"Bearer {letters}"}, auth=None)
        assert answer.status_code == 403, path


@pytest.mark.parametrize("nothing", [[], None, "[]"])
async def test_rules_of_an_asset_are_written_and_taken_away(api, client, nothing):
    await api.add("a")
    rules = [{"access_type": "anonymous", "start": "2030-01-01T00:00:00Z"}, {"access_type": "token"}]
    shown = (await client.post("resources/image/upload/a", json={"access_control": rules})).json()
    assert shown["access_control"] == rules
    kept = (await client.post("resources/image/upload/a", json={"tags": "x"})).json()
    assert kept["access_control"] == rules
    freed = (await client.post("resources/image/upload/a", json={"access_control": nothing})).json()
    assert "access_control" not in freed
