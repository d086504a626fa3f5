"""Permits: the whole matrix of levels and acts; more grants never mean less, and a folder's never reach outside."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel.errors import Forbidden, NotFound
from safelight.kernel.rights import ACCOUNT_ACTS, EVERYTHING, FOLDER_ACTS, Act, Right, Rights, Where, outermost
from safelight.people import permits
from safelight.people.model import Grant, Place, Principal, PrincipalKind, Role, Scope, User, UserRole
from safelight.people.permits import FOLDER_ROLES, LEVELS, ROLES_OF_LEVELS, Level
from safelight.people.policies import COLLECTION, FOLDER, POLICIES
from safelight.people.system_roles import SYSTEM_ROLES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLOUD, OTHER = "cloud", "other"
FOLDERS = {"f-cats": Where(CLOUD, "cats"), "f-big": Where(CLOUD, "Cats/big"), "f-dogs": Where(OTHER, "dogs")}
ME = Principal(PrincipalKind.USER, "me")

ASSETS = {Act.READ, Act.UPLOAD, Act.CHANGE, Act.DELETE, Act.FOLDERS}
EDITS = ASSETS | {Act.MODERATE, Act.METADATA}
BUILDS = EDITS | {Act.TRANSFORMATIONS, Act.PRESETS, Act.WEBHOOKS, Act.KEYS, Act.SETTINGS, Act.USAGE}

MATRIX = {
    Level.OWNER: set(Act),
    Level.ADMIN: BUILDS | {Act.USERS, Act.ROLES, Act.CLOUDS},
    Level.DEVELOPER: BUILDS,
    Level.EDITOR: EDITS,
    Level.VIEWER: {Act.READ},
    Level.BILLING: {Act.BILLING, Act.USAGE},
    Level.REPORTS: {Act.USAGE},
}


def user(role: UserRole, *clouds: str, is_enabled: bool = True) -> User:
    return User("me", "account", "Me", "me@example.org", role, not clouds, is_enabled, NOW, NOW, cloud_ids=clouds)


def of_level(role: UserRole, *clouds: str, is_enabled: bool = True) -> Rights:
    return permits.rights("me", permits.lines_of_level(user(role, *clouds, is_enabled=is_enabled)))


def grant(role_id: str, cloud_id: str = "", content: str = "", content_id: str = "") -> Grant:
    return Grant(ME, role_id, Place(cloud_id, content, content_id), NOW)


def of_grants(*grants: Grant) -> Rights:
    return permits.rights("me", permits.lines_of_grants(grants, SYSTEM_ROLES, FOLDERS))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", UserRole)
def test_the_whole_matrix_of_levels_and_acts(role, act):
    where = Where() if act in ACCOUNT_ACTS else Where(CLOUD, "any/folder")
    assert of_level(role).may(act, where) == (act in MATRIX[LEVELS[role]])


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", UserRole)
def test_who_is_sent_to_one_cloud_may_nothing_in_another_and_nothing_of_the_account_but_money(role, act):
    rights = of_level(role, CLOUD)
    if act in ACCOUNT_ACTS:
        is_money = role is UserRole.BILLING and act is Act.BILLING
        assert rights.may(act, Where()) == is_money
    else:
        assert rights.may(act, Where(CLOUD)) == (act in MATRIX[LEVELS[role]])
        assert not rights.may(act, Where(OTHER))


@pytest.mark.parametrize("role", UserRole)
def test_who_is_disabled_may_nothing(role):
    assert of_level(role, is_enabled=False).held == frozenset()


def test_each_of_the_first_five_levels_may_all_that_the_next_one_may():
    ladder = [MATRIX[level] for level in list(Level)[:5]]
    assert all(lower < higher for higher, lower in pairwise(ladder))


def test_every_policy_allows_something_and_every_act_is_allowed_by_one():
    assert {permits.act_of(each) for each in POLICIES} == set(Act)
    assert permits.act_of("cld::policy::global::gone::manage") is None
    assert {acts for _, cloud in ROLES_OF_LEVELS.values() for acts in permits.acts_of(SYSTEM_ROLES[cloud])} <= set(Act)


@pytest.mark.parametrize(
    ("word", "acts"),
    [
        ("viewer", {Act.READ}),
        ("contributor", {Act.READ, Act.UPLOAD}),
        ("editor", {Act.READ, Act.UPLOAD, Act.CHANGE}),
        ("manager", FOLDER_ACTS),
    ],
)
@pytest.mark.parametrize("act", Act)
def test_the_whole_matrix_of_roles_in_a_folder(word, acts, act):
    rights = of_grants(grant(FOLDER_ROLES[word], CLOUD, FOLDER, "f-cats"))
    assert rights.may(act, Where(CLOUD, "cats")) == (act in acts)
    assert rights.may(act, Where(CLOUD, "CATS/small")) == (act in acts)
    for outside in (Where(CLOUD), Where(CLOUD, "catsup"), Where(CLOUD, "dogs"), Where(OTHER, "cats"), Where()):
        assert not rights.may(act, outside)


@pytest.mark.parametrize(
    "given",
    [
        grant(FOLDER_ROLES["viewer"], CLOUD, FOLDER, "gone"),
        grant(FOLDER_ROLES["viewer"], CLOUD, COLLECTION, "f-cats"),
        grant(FOLDER_ROLES["viewer"], CLOUD, FOLDER, "f-dogs"),
        grant(FOLDER_ROLES["viewer"], CLOUD),
        grant("cld::role::prodenv::admin", CLOUD, FOLDER, "f-cats"),
        grant("cld::role::nothing", CLOUD),
    ],
)
def test_a_grant_that_fits_nothing_gives_nothing(given):
    assert of_grants(given).held == frozenset()


def test_a_role_of_the_account_gives_nothing_of_the_account_where_it_is_given_in_a_cloud():
    mixed = Role("mixed", "Mixed", "", Scope.ACCOUNT, SYSTEM_ROLES["cld::role::account::admin"].reach, (), NOW, NOW)
    mixed = replace(mixed, policies=("cld::policy::global::users_and_groups::manage",))
    lines = permits.lines_of_grants([grant("mixed", CLOUD)], {"mixed": mixed}, {})
    assert lines == []


def test_what_narrows_lists_is_the_folders_without_those_inside_of_others():
    inner, outer = (grant(FOLDER_ROLES["viewer"], CLOUD, FOLDER, each) for each in ("f-big", "f-cats"))
    assert of_grants(inner).within(Act.READ, CLOUD) == ("Cats/big",)
    assert of_grants(inner, outer).within(Act.READ, CLOUD) == ("cats",)
    assert of_grants(inner, outer).within(Act.READ, OTHER) == ()
    assert of_grants(inner, outer).within(Act.DELETE, CLOUD) == ()
    assert of_grants(inner, grant("cld::role::prodenv::media_library_user", CLOUD)).within(Act.READ, CLOUD) is None
    assert EVERYTHING.within(Act.DELETE, CLOUD) is None
    assert outermost(["a/b", "a", "ab", "A/c"]) == ("a", "ab")


def test_a_refusal_names_who_which_permission_and_where():
    key = Rights("api_key 123", frozenset({Right(Act.READ, Where(CLOUD, "cats"))}))
    key.check(Act.READ, Where(CLOUD, "cats/small"))
    key.check_somewhere(Act.READ, CLOUD)
    told = "Not permitted: api_key 123 lacks the permission folder_and_asset_management::"
    with pytest.raises(Forbidden, match=f"{told}delete_asset in the folder cats$"):
        permits.check(key, Act.DELETE, Where(CLOUD, "cats"))
    with pytest.raises(Forbidden, match=f"{told}view_asset$"):
        key.check(Act.READ, Where(CLOUD))
    with pytest.raises(Forbidden, match=f"{told}create_asset$"):
        key.check_somewhere(Act.UPLOAD, CLOUD)
    with pytest.raises(NotFound, match="Resource not found - dog"):
        key.check_seen(Where(CLOUD, "dogs"), "Resource not found - dog")


GRANTS = st.builds(
    grant,
    st.sampled_from(list(SYSTEM_ROLES)),
    st.sampled_from(["", CLOUD, OTHER]),
    st.sampled_from(["", FOLDER, COLLECTION]),
    st.sampled_from(["", *FOLDERS, "gone"]),
)
PATHS = st.sampled_from(["", "cats", "CATS", "cats/big", "cats/small", "catsup", "dogs", "dogs/x"])
WHERES = st.builds(Where, st.sampled_from(["", CLOUD, OTHER]), PATHS)
LISTS = st.lists(GRANTS, max_size=6)


@given(LISTS, LISTS, st.sampled_from(list(Act)), WHERES)
def test_more_grants_never_mean_less(some, more, act, where):
    if of_grants(*some).may(act, where):
        assert of_grants(*some, *more).may(act, where)
    for cloud_id in (CLOUD, OTHER):
        before, after = of_grants(*some).within(act, cloud_id), of_grants(*some, *more).within(act, cloud_id)
        if before is None:
            assert after is None
        elif after is not None:
            assert all(any(Where(CLOUD, outer).covers(Where(CLOUD, one)) for outer in after) for one in before)


@given(st.lists(st.sampled_from(sorted(FOLDER_ROLES.values())), max_size=4), st.sampled_from(list(Act)), WHERES)
def test_what_is_given_in_a_folder_never_reaches_outside_of_it(roles, act, where):
    rights = of_grants(*(grant(role, CLOUD, FOLDER, "f-cats") for role in roles))
    if rights.may(act, where):
        assert where.cloud_id == CLOUD
        assert where.folder.lower() == "cats" or where.folder.lower().startswith("cats/")


@given(LISTS, st.sampled_from(list(Act)), PATHS)
def test_a_narrowed_list_holds_what_the_check_lets_through_and_nothing_else(given_, act, path):
    rights = of_grants(*given_)
    folders = rights.within(act, CLOUD)
    is_listed = folders is None or any(Where(CLOUD, each).covers(Where(CLOUD, path)) for each in folders)
    assert is_listed == rights.may(act, Where(CLOUD, path))


@pytest.mark.parametrize(
    ("role", "given_", "allowed"),
    [
        (UserRole.MASTER_ADMIN, "cld::role::account::master_admin", True),
        (UserRole.ADMIN, "cld::role::account::master_admin", False),
        (UserRole.ADMIN, "cld::role::account::billing", False),
        (UserRole.ADMIN, "cld::role::prodenv::admin", True),
        (UserRole.TECHNICAL_ADMIN, "cld::role::prodenv::media_library_user", False),
    ],
)
def test_one_hands_on_only_what_one_may_oneself(role, given_, allowed):
    assert permits.may_give(of_level(role), SYSTEM_ROLES[given_], Where()) == allowed


def test_nobody_touches_those_who_may_more():
    admin = of_level(UserRole.ADMIN)
    assert not permits.may_manage(admin, user(UserRole.MASTER_ADMIN))
    assert permits.may_manage(admin, user(UserRole.TECHNICAL_ADMIN))
    assert not permits.may_manage(of_level(UserRole.ADMIN, CLOUD), user(UserRole.MEDIA_LIBRARY_USER, CLOUD))
