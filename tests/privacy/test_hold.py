"""Which fields of whom a hold keeps, until when, and who hears of it: pure."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Sheet, Subject
from safelight.privacy import hold
from safelight.privacy.hold import Ground, Hold, Scope, Sort
from tests.conftest import NOW

DAY = timedelta(days=1)
COLUMNS = {
    "user-name": ["users.name"],
    "user-email": ["users.email", "users.email_key"],
    "message": ["messages.sealed"],
    "password": ["passwords.hash"],
    "asset-names": ["assets.name"],
    "asset-content": ["assets.md5"],
}
USERS = Sheet("users", ("user-name", "user-email"), ("id", "account_id", "name", "email", "created_at", "role"))
MESSAGES = Sheet("messages", ("message",), ("id", "created_at", "subject", "text"))
PASSWORDS = Sheet("passwords", ("password",), ("user_id", "hash"), why_not_given="a hash")
ASSETS = Sheet("assets", ("asset-names", "asset-content"), ("cloud_id", "id", "name", "md5"), has_files=True)
COUNTS = Sheet("counts", (), ("day", "amount"))
SHEETS = (USERS, MESSAGES, PASSWORDS, ASSETS, COUNTS)
ANN = Subject("acme", "ann", user_ids=("ann",))
ACME = Subject("acme", user_ids=("ann", "bob"), cloud_ids=("demo",))


def a_hold(sort: Sort = Sort.USER, fields=("message",), **more) -> Hold:
    ids = {"account_id": "acme", "user_id": "ann"} if sort is Sort.USER else {}
    ids = {"account_id": "acme"} if sort is Sort.ACCOUNT else ids
    ids = {"cloud_id": "demo", "asset_id": "a1" if sort is Sort.ASSET else ""} if sort in (
        Sort.CLOUD, Sort.ASSET) else ids  # fmt: skip
    facts = {"ground": Ground.COURT_ORDER, "owner": "Carol", "basis": "12 O 34/26", "review_at": NOW + 90 * DAY}
    return Hold("1", scope=Scope(sort, **ids), fields=fields, created_at=NOW, **facts | more)


@pytest.mark.parametrize(
    ("fields", "sheet", "kept"),
    [
        (["message"], MESSAGES, ("id", "created_at", "subject", "text")),
        (["messages.subject"], MESSAGES, ("id", "created_at", "subject")),
        (["user-email"], USERS, ("id", "account_id", "email", "created_at")),
        (["users.name"], USERS, ("id", "account_id", "name", "created_at")),
        (["users.name", "user-email"], USERS, ("id", "account_id", "name", "email", "created_at")),
        (["message"], USERS, ()),
        (["password"], PASSWORDS, ()),
        (["passwords.hash"], PASSWORDS, ()),
        (["counts.amount"], COUNTS, ("amount",)),
        (["asset-content"], ASSETS, ("cloud_id", "id", "md5")),
    ],
)
def test_it_keeps_the_fields_that_it_names_and_when_they_were(fields, sheet, kept):
    assert hold.kept_fields(fields, sheet, COLUMNS) == kept


@pytest.mark.parametrize(
    ("sort", "subject", "is_covered"),
    [
        (Sort.USER, ANN, True),
        (Sort.USER, ACME, True),
        (Sort.USER, Subject("acme", "bob", user_ids=("bob",)), False),
        (Sort.ACCOUNT, ANN, True),
        (Sort.ACCOUNT, Subject("other", user_ids=("eve",)), False),
        (Sort.ACCOUNT, Subject(email="a@b.example", emails=("a@b.example",)), False),
        (Sort.CLOUD, ACME, True),
        (Sort.ASSET, ACME, True),
        (Sort.CLOUD, ANN, False),
    ],
)
def test_it_covers_who_is_held_and_what_belongs_to_it(sort, subject, is_covered):
    assert a_hold(sort).scope.covers(subject) is is_covered


@pytest.mark.parametrize(
    ("fields", "scope", "words"),
    [
        ([], Sort.USER, "Name 1 to 50"),
        (["password"], Sort.USER, "never handed out"),
        (["shoe size"], Sort.USER, "cannot be held"),
        (["users.shoe"], Sort.USER, "cannot be held"),
        (["message"], Sort.ASSET, "of a single file"),
    ],
)
def test_what_holds_nothing_is_refused(fields, scope, words):
    with pytest.raises(Invalid, match=words):
        hold.check(a_hold(scope).scope, fields, "Carol", "an order", SHEETS, COLUMNS)


@pytest.mark.parametrize(
    ("owner", "basis"), [("", "an order"), (" ", "an order"), ("Carol", ""), ("Carol", "x" * 1001)]
)
def test_a_hold_that_nobody_answers_for_is_refused(owner, basis):
    with pytest.raises(Invalid):
        hold.check(a_hold().scope, ["message"], owner, basis, SHEETS, COLUMNS)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_hold_without_an_end_is_none(days):
    with pytest.raises(Invalid):
        hold.review_by(NOW, days)


@pytest.mark.parametrize("at", [NOW, NOW - DAY, NOW + 366 * DAY])
def test_a_gag_ends_at_a_moment_to_come(at):
    with pytest.raises(Invalid):
        hold.check_gag(at, NOW)


def test_of_several_holds_the_longest_counts_and_each_keeps_its_own_fields():
    short, long = a_hold(fields=["users.name"]), a_hold(Sort.ACCOUNT, ["user-email"], review_at=NOW + 200 * DAY)
    [found] = hold.held([short, long], SHEETS, ANN, COLUMNS, NOW)
    assert (found.sheet, found.ends_on) == ("users", (NOW + 200 * DAY).date())
    assert found.fields == ("id", "account_id", "name", "email", "created_at")
    assert found.ground == "Under a hold, court order (GDPR 17(3)(e))"


def test_what_its_person_must_not_hear_of_stands_apart_until_the_gag_ends():
    gagged = a_hold(is_gagged=True, gag_until=NOW + DAY, review_at=NOW + 200 * DAY)
    open_one = replace(a_hold(), id="2")
    told = hold.held([gagged, open_one], SHEETS, ANN, COLUMNS, NOW)
    assert [(each.is_hidden, each.ends_on) for each in told] == [
        (False, (NOW + 90 * DAY).date()),
        (True, (NOW + 200 * DAY).date()),
    ]
    [later] = hold.held([gagged, open_one], SHEETS, ANN, COLUMNS, NOW + DAY)
    assert (later.is_hidden, later.hold_ids) == (False, ("1", "2"))


@given(
    st.lists(st.tuples(st.sampled_from(list(Sort)), st.integers(1, 365), st.booleans()), max_size=6),
    st.integers(0, 400),
)
def test_nothing_is_kept_without_a_live_ground_and_nothing_that_is_held_is_left_out(made, day):
    now = NOW + day * DAY
    holds = [
        a_hold(sort, ["user-name"], review_at=NOW + days * DAY, ended_at=NOW if is_over else None)
        for sort, days, is_over in made
    ]
    live = [each for each in holds if each.ended_at is None and each.review_at > now and each.scope.covers(ACME)]
    found = hold.held(holds, SHEETS, ACME, COLUMNS, now)
    assert {each.sheet for each in found} == ({"users"} if live else set())
    for each in found:
        assert each.ends_on == max(one.review_at for one in live).date()


@pytest.mark.parametrize(
    ("days_before", "warned", "step"),
    [(15, None, None), (14, None, 14), (10, 14, None), (2, 14, 2), (1, 2, None), (1, None, 2)],
)
def test_it_is_warned_two_weeks_and_two_days_before(days_before, warned, step):
    one = a_hold(warned_days=warned)
    assert hold.warning(one, one.review_at - days_before * DAY) == step
