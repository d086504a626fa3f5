"""Retention page: what goes when, of every kind of record, from the terms that the rooms have and the policy."""

from datetime import timedelta

from sqlalchemy import FromClause, Join

from safelight.boot import promising, retaining
from safelight.cli.markdown import page, table
from safelight.ports.terms import GRACE_HOURS, Term
from safelight.privacy.policy import Policy
from safelight.settings import Settings

DONE = {
    "erase": "it is erased",
    "drop": "its whole day is dropped",
    "destroy_key": "the key of its day is destroyed, and what it sealed is dropped",
    "blank": "what tells of a person is emptied",
    "aggregate": "only how often remains, by day",
    "truncate": "it is shortened",
    "pseudonymise": "the name is taken off",
    "keep": "it is kept",
}


def retention_page() -> str:
    settings = Settings()
    policy, terms = promising.policy_of(settings), retaining.terms_of(settings)
    asked = {term.entity for term in terms}
    timed = [
        (
            f"`{name}`",
            policy.entities[name].title.en,
            policy.entities[name].start.en,
            _period(policy, name),
            DONE[policy.entities[name].then],
            ", ".join(_where(term) for term in terms if term.entity == name),
            next((term.ground for term in terms if term.entity == name and term.ground), "-"),
        )
        for name in policy.entities
        if name in asked
    ]
    owned = [
        (f"`{name}`", entity.title.en, entity.start.en, DONE[entity.then])
        for name, entity in policy.entities.items()
        if name not in asked
    ]
    return page(
        "Retention",
        f"What is kept for a time, and goes by itself: each hour, all rounds one after the other ({_rounds()}). What "
        f"is still there {GRACE_HOURS} hours after its time is an incident. `safelight privacy retention plan --as-of` "
        "tells what any day will bring. See [Evidence](../explanation/evidence.md).",
        table(("kind", "what", "counted from", "how long", "then", "asked of", "kept on the ground that"), timed),
        "## Kept as long as its owner keeps it",
        table(("kind", "what", "as long as", "then"), owned),
    )


def _rounds() -> str:
    return ", ".join(f"`{name}`" for name in retaining.ROUNDS)


def _period(policy: Policy, name: str) -> str:
    entity = policy.entities[name]
    words = f"{entity.days} days" if entity.days != 1 else "1 day"
    return f"{words} (`{entity.setting}`)" if entity.setting else words


def _where(term: Term) -> str:
    name = _named(term.rows)
    began = "when a row says so itself" if term.keep == timedelta(0) else f"after {_hours(term.keep)}"
    return f"`{name}` {began}"


def _named(rows: FromClause) -> str:
    """Of two tables that are asked together, both."""
    return f"{_named(rows.left)} with {_named(rows.right)}" if isinstance(rows, Join) else rows.description


def _hours(keep: timedelta) -> str:
    hours = int(keep.total_seconds() // 3600)
    return f"{hours} hours" if hours % 24 else f"{hours // 24} day{'' if hours == 24 else 's'}"
