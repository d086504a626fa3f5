"""Guards: checks of what is refused or taken out wherever it comes, tried with what must not pass."""

from collections.abc import Sequence

from safelight.accounts import owners
from safelight.boot.house import House
from safelight.boot.retaining import retention_of
from safelight.kernel import cards
from safelight.ports.database import Session
from safelight.privacy.release import about
from safelight.privacy.selfcheck import Finding, judged
from safelight.web import logs

CARDS = ("4111111111111111", "5555 5555 5555 4444", "3782-822463-10005")
"""Numbers that the networks give out for trials."""
TELLING = ("ann@canary.example", "203.0.113.9", "2001:db8::17", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", CARDS[1])
VISITS, PAGES = ("asset-events", "asset-visits"), ("page-views",)


async def cards_are_refused() -> Finding:
    """PP-02"""
    faults: list[str] = []
    for number in CARDS:
        told = f"Ann {number} Bell"
        try:
            owners.check_name(told)
        except cards.CardRefused:
            pass
        else:
            faults.append("a name may hold the number of a card")
        if number in str(logs.tidy(None, "error", {"event": told})):
            faults.append("a line of the log may hold the number of a card")
    return judged(
        sorted(set(faults)), f"{len(CARDS)} numbers for trials, refused in words of people and masked in logs; "
        "nothing is paid here"
    )  # fmt: skip


async def faults_name_nobody() -> Finding:
    """PP-16"""
    error = f"ValueError: no answer for {TELLING[0]} from {TELLING[1]} ({TELLING[2]}), token {TELLING[3]}, {TELLING[4]}"
    line = str(logs.tidy(None, "error", {"event": error, "exception": f"Traceback:\n{error}", "facts": [error]}))
    faults = [f"a report of a fault keeps {what}" for what, word in
              zip(("an e-mail address", "an address", "an address", "a token", "the number of a card"), TELLING,
                  strict=True) if word in line]  # fmt: skip
    return judged(sorted(set(faults)), "a fault with an address, a token and a card was told without any of them")


async def went_in_time(rooms: House, session: Session, entities: Sequence[str]) -> Finding:
    """PP-06, PP-07: of these nothing is left that should have gone."""
    standings = await retention_of(rooms).plan(session, rooms.clock.now())
    faults = [f"{about(each.over.late)} of {each.rule.entity} should have gone" for each in standings
              if each.rule.entity in entities and each.over.late]  # fmt: skip
    return judged(faults, f"{', '.join(entities)}: none is there that should have gone")
