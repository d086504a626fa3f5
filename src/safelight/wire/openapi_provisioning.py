"""Calls about accounts, for the OpenAPI document: which words each of them reads, and what it answers."""

from collections.abc import Mapping
from typing import Any

from safelight.wire.openapi_calls import Declared
from safelight.wire.openapi_words import FLAG, JSON, LIST, NUMBER, TEXT, Word


def _call(words: str = "", answer: str = "Anything", status: int = 200) -> Declared:
    return Declared(tuple(words.split()), answer, status=status)


_ACCOUNT = "/v1_1/provisioning/accounts/{account}"
_CLOUD = f"{_ACCOUNT}/sub_accounts/{{sub_account}}"
_USER = f"{_ACCOUNT}/users/{{user}}"
_GROUP = f"{_ACCOUNT}/user_groups/{{group}}"
_MAY = "/v2/accounts/{account}/permissions"
_SORTED = "page page_size sort_by sort_order"
_KINDS = "scope_type permission_type management_type"
_WHERE = "scope_id folder_id collection_id param_key param_value"
_AGENT = "email agent_framework agent_llm_model agent_goal sdk_framework"

CALLS: Mapping[str, Declared] = {
    "POST /v1_1/provisioning/agents/accounts": _call(_AGENT),
    "POST /v1_1/provisioning/clouds": _call(f"{_AGENT} delivery_ips"),
    f"GET {_ACCOUNT}/sub_accounts": _call("enabled ids cloud_names prefix", "SubAccounts"),
    f"POST {_ACCOUNT}/sub_accounts": _call(
        "name! cloud_name base_sub_account_id custom_attributes enabled", "SubAccount"
    ),
    f"GET {_CLOUD}": _call("", "SubAccount"),
    f"PUT {_CLOUD}": _call("name cloud_name custom_attributes enabled", "SubAccount"),
    f"DELETE {_CLOUD}": _call("", "Message"),
    f"GET {_CLOUD}/access_keys": _call(_SORTED, "AccessKeys"),
    f"POST {_CLOUD}/access_keys": _call("name enabled", "AccessKey"),
    f"DELETE {_CLOUD}/access_keys": _call("name!", "Message"),
    f"PUT {_CLOUD}/access_keys/{{key}}": _call("name enabled dedicated_for", "AccessKey"),
    f"DELETE {_CLOUD}/access_keys/{{key}}": _call("", "Message"),
    f"GET {_ACCOUNT}/users": _call(
        f"ids emails pending status prefix sub_account_id last_login activity from to union_type {_SORTED}", "Users"
    ),
    f"POST {_ACCOUNT}/users": _call("name! email! role sub_account_ids enabled", "User"),
    f"GET {_USER}": _call("", "User"),
    f"PUT {_USER}": _call("name email role sub_account_ids enabled", "User"),
    f"DELETE {_USER}": _call("", "Message"),
    f"GET {_USER}/groups": _call("", "UserGroups"),
    f"GET {_USER}/sub_accounts": _call("", "Reached"),
    f"GET {_ACCOUNT}/user_groups": _call("", "UserGroups"),
    f"POST {_ACCOUNT}/user_groups": _call("name!", "UserGroup"),
    f"GET {_GROUP}": _call(),
    f"PUT {_GROUP}": _call("name!", "UserGroup"),
    f"DELETE {_GROUP}": _call("", "Done"),
    f"GET {_GROUP}/users": _call("", "Members"),
    f"POST {_GROUP}/users/{{user}}": _call("", "Members"),
    f"DELETE {_GROUP}/users/{{user}}": _call("", "Members"),
    f"GET {_ACCOUNT}/billing_usage": _call("year include_prodenv_breakdown", "Billing"),
    f"GET {_MAY}/policies/system": _call("scope_type permission_type", "DataList"),
    f"GET {_MAY}/policies/custom": _call("", "DataList"),
    f"POST {_MAY}/policies/custom": _call(),
    f"GET {_MAY}/policies/effective": _call(f"principal_type principal_id {_WHERE} {_KINDS}", "Data"),
    f"GET {_MAY}/roles": _call(f"{_KINDS} policy_parameters", "DataList"),
    f"POST {_MAY}/roles": _call("id name! description scope_type! permission_type! system_policy_ids", "Data", 201),
    f"GET {_MAY}/roles/{{role}}": _call("folder_id collection_id param_key param_value", "Data"),
    f"PUT {_MAY}/roles/{{role}}": _call("name description system_policy_ids", "Data"),
    f"DELETE {_MAY}/roles/{{role}}": _call("force", status=204),
    f"GET {_MAY}/roles/{{role}}/principals": _call(f"verbose {_WHERE}", "DataList"),
    f"PUT {_MAY}/roles/{{role}}/principals": _call("operation! principals!", "Message"),
    f"GET {_MAY}/principal_roles": _call(f"principal_type! principal_id! {_WHERE} {_KINDS}", "DataList"),
    f"PUT {_MAY}/principal_roles": _call("operation! principal! roles!", "Message"),
    f"GET {_MAY}/principal_roles/inspect": _call(f"principal_type principal_id {_WHERE} {_KINDS}", "Data"),
    f"POST {_MAY}/principal_roles/inspect": _call(f"principals! policy_parameters scope_id {_KINDS}", "Data"),
}
"""Method and path -> what it reads and answers."""


def _answer(words: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": {**words, **(optional or {})}, "required": [*words]}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_TRUTH = {"type": "boolean"}
_WHOLE = {"type": "integer"}
_MOMENT = {"type": "string", "format": "date-time"}
_OBJECT = {"type": "object"}
_OBJECTS = {"type": "array", "items": _OBJECT}
_TEXTS = {"type": "array", "items": TEXT}
_SINCE = {"created_at": _MOMENT, "updated_at": _MOMENT}

ANSWERS: Mapping[str, dict[str, Any]] = {
    "SubAccount": _answer(
        {
            "id": TEXT,
            "name": TEXT,
            "cloud_name": TEXT,
            "enabled": _TRUTH,
            "custom_attributes": _OBJECT,
            "api_access_keys": _OBJECTS,
            **_SINCE,
        }
    ),
    "SubAccounts": _answer({"sub_accounts": _list_of("SubAccount")}),
    "Reached": _answer({"sub_accounts": _OBJECTS}),
    "AccessKey": _answer(
        {"name": TEXT, "api_key": TEXT, "api_secret": TEXT, **_SINCE, "enabled": _TRUTH, "root": _TRUTH},
        {"dedicated_for": _TEXTS},
    ),
    "AccessKeys": _answer({"access_keys": _list_of("AccessKey"), "total": _WHOLE}),
    "User": _answer(
        {
            "id": TEXT,
            "name": TEXT,
            "role": TEXT,
            "email": TEXT,
            "pending": _TRUTH,
            "enabled": _TRUTH,
            "status": TEXT,
            **_SINCE,
            "all_sub_accounts": _TRUTH,
            "sub_account_ids": _TEXTS,
            "sub_account_count": _WHOLE,
            "groups": _OBJECTS,
            "group_count": _WHOLE,
            "account_id": TEXT,
        },
        {"last_login": _MOMENT},
    ),
    "Users": _answer({"users": _list_of("User")}),
    "Members": _answer({"users": {"type": "array", "items": _answer({"id": TEXT, "name": TEXT, "email": TEXT})}}),
    "UserGroup": _answer({"id": TEXT, "name": TEXT, **_SINCE, "users": _OBJECTS}),
    "UserGroups": _answer({"user_groups": {"type": "array", "items": _answer({"id": TEXT, "name": TEXT})}}),
    "Done": _answer({"ok": _TRUTH}),
    "Billing": _answer({"plan_name": TEXT, "metric_usage": _OBJECTS}),
    "Data": _answer({"data": _OBJECT}),
    "DataList": _answer({"data": _OBJECTS}),
}
"""Schemas of answers; more than these words may come."""

_TEXTS_OF_WORDS = {
    "agent_framework": "The program that asks.",
    "agent_goal": "What it is for.",
    "agent_llm_model": "The model that the program uses.",
    "base_sub_account_id": "The cloud whose settings the new one gets.",
    "cloud_name": "The first word of its URLs; made up if nothing is said.",
    "collection_id": "A collection.",
    "description": "What it is for, in words.",
    "email": "An e-mail address.",
    "folder_id": "A folder.",
    "from": "The first day.",
    "id": "The id that it gets; made up if nothing is said.",
    "management_type": "`system`: comes along; `custom`: made by the account.",
    "operation": "`add` or `remove`.",
    "param_key": "`folder_id` or `collection_id`.",
    "param_value": "Which folder or collection.",
    "permission_type": "`global`, or `content`: of one folder or collection.",
    "principal_id": "Who: an id, or the digits of a key.",
    "principal_type": "`user`, `group`, `apiKey` or `provisioningKey`.",
    "role": "`master_admin`, `admin`, `billing`, `technical_admin`, `reports` or one of the media library.",
    "scope_id": "A cloud, or `all`.",
    "scope_type": "`account`, or `prodenv`: in clouds.",
    "sdk_framework": "The SDK that the program uses.",
    "sort_order": "`asc` or `desc`.",
    "status": "`pending`, `active` or `disabled`.",
    "sub_account_id": "Only who may go to this cloud.",
    "to": "The last day.",
    "union_type": "`include` who signed in in that time, or `exclude` them.",
}
_FLAGS_OF_WORDS = {
    "activity": "The same as `last_login`.",
    "enabled": "Whether it works; for lists, only those that do, or do not.",
    "force": "Also where somebody has it; then it is taken from them.",
    "include_prodenv_breakdown": "Whether to tell of each cloud, too.",
    "last_login": "Only those who signed in in that time, or only the others.",
    "pending": "Only those who have not come yet, or only those who have.",
    "verbose": "Whether to tell where and since when, too.",
}
_LISTS_OF_WORDS = {
    "cloud_names": "Names of clouds.",
    "dedicated_for": "What this key alone signs: `webhooks`.",
    "delivery_ips": "Addresses that files may be given to.",
    "emails": "E-mail addresses.",
    "ids": "Ids.",
    "sub_account_ids": "The clouds that the person may go to; all if nothing is said.",
    "system_policy_ids": "The policies of the role.",
}
_JSONS_OF_WORDS = {
    "custom_attributes": "What is noted about it: an object.",
    "principal": "Who: `type` and `id`.",
    "policy_parameters": "The folder or collection: an object with one entry; for lists of roles, their names.",
    "principals": "Objects with `principal_type` and `principal_id`, and where: `scope_id`, `policy_parameters`; to "
    "inspect, with `type` and `id`.",
    "roles": "Objects with `id`, and where: `scope_id`, `policy_parameters`.",
}
_NUMBERS_OF_WORDS = {
    "page": "Which page, from 1.",
    "page_size": "How many at most on a page.",
    "year": "The year.",
}

WORDS: Mapping[str, Word] = {
    **{name: Word(TEXT, means) for name, means in _TEXTS_OF_WORDS.items()},
    **{name: Word(FLAG, means) for name, means in _FLAGS_OF_WORDS.items()},
    **{name: Word(LIST, means) for name, means in _LISTS_OF_WORDS.items()},
    **{name: Word(JSON, means) for name, means in _JSONS_OF_WORDS.items()},
    **{name: Word(NUMBER, means) for name, means in _NUMBERS_OF_WORDS.items()},
}

PATH_WORDS: Mapping[str, Word] = {
    "account": Word(TEXT, "The `account_id`."),
    "sub_account": Word(TEXT, "The id of the cloud."),
    "key": Word(TEXT, "The digits of the key."),
    "user": Word(TEXT, "The id of the person."),
    "group": Word(TEXT, "The id of the group."),
    "role": Word(TEXT, "The id of the role."),
}
