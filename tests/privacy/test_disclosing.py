"""What leaves is declared, announced and not refused, and is written down before it leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from safelight.kernel.choice import ChoiceKind, Wanted, Way
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Subject
from safelight.people import choices
from safelight.privacy import policy_read, store_disclosures
from safelight.privacy.disclosing import Disclose, Leaving, Stand, Withheld, never, undeclared, usable_at
from safelight.privacy.disclosures import Disclosures
from safelight.privacy.policy import Recipient, RecipientRole
from safelight.privacy.register import Register
from tests.conftest import NOW

DAY = timedelta(days=1)
POST = Recipient(
    "post", "Post Ltd", RecipientRole.PROCESSOR, ("mail.service",), ("user-email", "letter-content"),
    ("post.example",), "AT", agreement_sha256="0" * 64,
)  # fmt: skip
ADS = replace(
    POST, name="ads", title="Ads Ltd", role=RecipientRole.INDEPENDENT, hosts=("ads.example",), is_direct_marketing=True,
    postal="1 Road", clause="PP-18",
)  # fmt: skip
LETTER = Leaving("mx.post.example", ("user-email", "letter-content"), "mail.service", user_id="ann")
NOBODY = policy_read.shipped()
POLICY = replace(NOBODY, recipients={"post": POST, "ads": ADS})


@pytest.mark.parametrize(
    ("posted", "from_when"),
    [
        ([], NOW),  # nothing was promised yet
        ([(NOW - 9 * DAY, True)], NOW - 9 * DAY),
        ([(NOW - 9 * DAY, False)], None),
        ([(NOW - 90 * DAY, False), (NOW - 9 * DAY, True)], NOW + 21 * DAY),
        ([(NOW - 90 * DAY, False), (NOW - 60 * DAY, True), (NOW - 9 * DAY, True)], NOW - 30 * DAY),
        ([(NOW - 90 * DAY, True), (NOW - 60 * DAY, False)], None),
        ([(NOW - 90 * DAY, True), (NOW - 60 * DAY, False), (NOW - 9 * DAY, True)], NOW + 21 * DAY),
    ],
)
def test_a_new_recipient_is_announced_thirty_days_before(posted, from_when):
    assert usable_at(posted, NOW) == from_when


@pytest.mark.parametrize(
    ("recipient", "stand", "leaving", "why"),
    [
        (POST, Stand(NOW), LETTER, ""),
        (POST, Stand(NOW), replace(LETTER, entities=("user-email", "password")), "password"),
        (POST, Stand(NOW), replace(LETTER, purpose="mail.marketing"), "mail.marketing"),
        (POST, Stand(None), LETTER, "no posted version"),
        (POST, Stand(NOW + DAY), LETTER, "before its day"),
        (replace(POST, active_from=(NOW + DAY).date()), Stand(NOW), LETTER, "before its day"),
        (replace(POST, agreement_until=(NOW - DAY).date()), Stand(NOW), LETTER, "ended"),
        (replace(POST, agreement_until=NOW.date()), Stand(NOW), LETTER, ""),
    ],
)
def test_what_is_not_declared_is_named(recipient, stand, leaving, why: str):
    found = undeclared(recipient, stand, leaving, NOW)
    assert why in found
    assert bool(found) is bool(why)


@pytest.mark.parametrize(
    ("recipient", "stand", "why"),
    [
        (POST, Stand(NOW), ""),
        (POST, Stand(NOW, NOW, "a breach there"), "a breach there"),
        (ADS, Stand(NOW), ""),
        (replace(ADS, clause=""), Stand(NOW), "did not agree"),
        (replace(POST, role=RecipientRole.AFFILIATE), Stand(NOW), "not bound"),
    ],
)
def test_some_things_never_leave(recipient, stand, why: str):
    found = never(recipient, stand, {}, POLICY, LETTER)
    assert why in found
    assert bool(found) is bool(why)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def disclose(clock, told) -> Disclose:
    return Disclose(POLICY, clock, choices.of_person, is_strict=True, tell=told.append)


@pytest.fixture
def disclosed(database, clock) -> Disclosures:
    return Disclosures(database, clock, POLICY, lambda address: f"mark of {address}")


ANN = Subject("acme", "ann", "ann@firm.example", user_ids=("ann",), emails=("ann@firm.example",))


async def test_who_got_what_is_told_once_a_day_with_how_often(session, disclose, disclosed):
    for _ in range(3):
        await disclose(session, LETTER)
    await disclose(session, replace(LETTER, user_id="", address_mark="mark of ann@firm.example"))
    await disclose(session, replace(LETTER, user_id="eve"))
    found = await disclosed.list(session, ANN)
    assert [(each.title, each.entities, each.count) for each in found] == [
        ("Post Ltd", LETTER.entities, 3),
        ("Post Ltd", LETTER.entities, 1),
    ]


@pytest.mark.parametrize("is_strict", [True, False])
async def test_a_host_of_nobody_gets_nothing_where_it_is_strict_and_else_it_is_told(
    session, disclose, disclosed, told, is_strict: bool
):
    unknown, disclose = replace(LETTER, host="elsewhere.example"), replace(disclose, is_strict=is_strict)
    if is_strict:
        with pytest.raises(Withheld, match="no recipient"):
            await disclose(session, unknown)
    else:
        await disclose(session, unknown)
    assert len(told) == 1
    assert [each.recipient for each in await disclosed.list(session, ANN)] == [] if is_strict else ["elsewhere.example"]


async def test_who_refused_is_passed_on_to_nobody_but_who_works_for_us(session, disclose):
    to_ads = replace(LETTER, host="ads.example")
    await disclose(session, to_ads)
    await choices.choose(session, "ann", Wanted(ChoiceKind.DISCLOSURE, False, Way.SIGNAL), NOW)
    with pytest.raises(Withheld, match="refused"):
        await disclose(session, to_ads)
    await disclose(session, LETTER)
    await disclose(session, replace(to_ads, user_id="eve"))


async def test_a_switch_stops_it_at_once_in_every_mode(session, disclose, clock):
    register, disclose = Register(POLICY, clock, frozenset({"ads"})), replace(disclose, is_strict=False)
    await register.switch_off(session, "post", "a breach there")
    with pytest.raises(Withheld, match="a breach there"):
        await disclose(session, LETTER)
    [post] = [row for row in await register.rows(session) if row["name"] == "post"]
    assert (post["state"], post["off_why"]) == ("off", "a breach there")
    await register.switch_on(session, "post")
    await disclose(session, LETTER)
    for name, why, words in (("ads", "x", "keeps the files"), ("post", "", "Say why"), ("none", "x", "no recipient")):
        with pytest.raises(Exception, match=words):
            await register.switch_off(session, name, why)


async def test_an_agreement_that_ends_is_told_once(session, clock):
    until = NOW.date() + 30 * DAY
    policy = replace(POLICY, recipients={"post": replace(POST, agreement_until=until), "ads": ADS})
    register = Register(policy, clock)
    assert [each.name for each in await register.ending(session)] == ["post"]
    assert await register.ending(session) == []


async def test_a_year_is_answered_with_all_who_got_it_for_their_own_marketing_or_none(session, disclosed, disclose):
    none = await disclosed.shine(session, ANN)
    assert (none.year, none.text) == (
        2025, "In 2025 nothing about you was passed on to anybody for their own direct marketing.",
    )  # fmt: skip
    for day, recipient, is_marketing in (
        (date(2024, 12, 31), "ads", True),
        (date(2025, 1, 1), "ads", True),
        (date(2025, 12, 31), "ads", True),
        (date(2025, 6, 1), "post", False),
    ):
        at = NOW.replace(year=day.year, month=day.month, day=day.day)
        row = {"recipient": recipient, "account_id": "", "user_id": "ann", "address_mark": "", "purpose": "x",
               "entities": "user-email", "day": day, "is_marketing": is_marketing, "first_at": at,
               "last_at": at}  # fmt: skip
        await store_disclosures.add(session, row)
    told = await disclosed.shine(session, ANN, language="de")
    assert [(each.recipient, each.first_at.date()) for each in told.disclosed] == [
        ("ads", date(2025, 12, 31)),
        ("ads", date(2025, 1, 1)),
    ]
    assert told.text.splitlines()[1] == "- Ads Ltd, 1 Road: E-Mail-Adressen von Menschen"
    assert len((await disclosed.shine(session, ANN, 2024)).disclosed) == 1
    for year in (2026, 2022, 1, 99999):
        with pytest.raises(Invalid, match="2023 to 2025"):
            await disclosed.shine(session, ANN, year)


async def test_after_three_years_it_goes(database, clock, disclose, disclosed):
    async with database.transaction() as session:
        await disclose(session, LETTER)
    for days, left in ((1095, 1), (2, 0)):
        clock.advance(timedelta(days=days))
        await disclosed.sweep_disclosures({})
        async with database.transaction() as session:
            rows = await store_disclosures.of_subject(
                session, user_ids=["ann"], account_id="", marks=[], since=date(2020, 1, 1),
                until=date(2040, 1, 1), most=9,
            )  # fmt: skip
        assert len(rows) == left
