"""What differs between two versions, and whether that is much, is computed (PP-69)."""

import copy

import pytest

from safelight.privacy import policy_page, policy_read
from safelight.privacy.change import Class, changes, class_of


def content():
    return copy.deepcopy(policy_page.content(policy_read.shipped()))


RECIPIENT = {
    "name": "x", "title": "X", "role": "processor", "purposes": ["mail.service"], "entities": [], "hosts": [],
    "country": "DE", "transfer_tool": "none", "agreement_sha256": "", "flows_down": True, "active_from": None,
    "is_direct_marketing": False,
}  # fmt: skip
PLACE = {"store": "s", "country": "XA", "operator": ""}
COOKIE = {"name": "x", "kind": "strictly necessary", "lifetime_seconds": None, "purpose": {"en": "x", "de": "x"}}
NEW = {"name": "x", "title": {"en": "x", "de": "x"}, "basis": "consent", "clause": "PP-12", "is_objectable": False}


def put(*path_and_value):
    *path, last, value = path_and_value

    def change(made):
        for part in path:
            made = made[part]
        if value is None and isinstance(made, dict) and last in made and isinstance(made[last], dict):
            del made[last]
        else:
            made[last] = value

    return change


MINOR = {
    "kept for a shorter time": put("entities", "traffic", "days", 30),
    "kept for a time and no more for ever": put("entities", "user-name", "days", 3000),
    "records less": put("entities", "traffic", None),
    "a purpose less": put("purposes", "product.study", None),
    "a processor more": put("recipients", "x", RECIPIENT),
    "a cookie of a kind that is there": put("cookies", "x", COOKIE),
    "a cookie less": put("cookies", "remember", None),
    "an address": put("controller", "postal", "1 Road"),
    "who answers, said for the first time": put("controller", "name", "Firm"),
    "a right more": lambda made: made["rights"].append("more"),
    "other words": lambda made: made["chapters"][0]["title"].update(en="Who"),
    "a setting": put("entities", "traffic", "setting", None),
}
SUBSTANTIAL = {
    "a new purpose": put("purposes", "x", NEW),
    "another ground": put("purposes", "product.study", "basis", "contract"),
    "kept for longer": put("entities", "traffic", "days", 365),
    "kept for ever": put("entities", "traffic", "days", None),
    "new records": lambda made: made["entities"].update(x=made["entities"]["traffic"] | {"name": "x"}),
    "kept at the end": put("entities", "traffic", "then", "keep"),
    "no more handed out": put("entities", "traffic", "is_exported", False),
    "a new field": lambda made: made["entities"]["traffic"]["fields"].append(
        made["entities"]["traffic"]["fields"][0] | {"name": "x"}
    ),
    "one more purpose of a field": lambda made: made["entities"]["password"]["fields"][0]["purposes"].append("support"),
    "a recipient of another role": put("recipients", "x", RECIPIENT | {"role": "independent"}),
    "a country without protection": put("recipients", "x", RECIPIENT | {"country": "XA", "transfer_tool": "scc"}),
    "a new kind of cookie": put("cookies", "x", COOKIE | {"kind": "marketing"}),
    "a cookie that lives longer": put("cookies", "session", "lifetime_seconds", 60),
    "a right less": lambda made: made["rights"].remove("erasure"),
    "a place in another country": lambda made: made["locations"].append(PLACE),
    "analytics of others": lambda made: made["analytics"].append("x"),
    "a chapter less": lambda made: made["chapters"].pop(),
}  # fmt: skip


@pytest.mark.parametrize("name", [*MINOR, *SUBSTANTIAL])
def test_the_class_follows_from_what_differs(name: str):
    made = content()
    (MINOR.get(name) or SUBSTANTIAL[name])(made)
    found = changes(content(), made)
    assert class_of(found) is (Class.MINOR if name in MINOR else Class.SUBSTANTIAL)
    assert found or name == "a setting"


def test_the_same_is_no_change():
    assert changes(content(), content()) == []
