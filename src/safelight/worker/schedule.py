"""What runs by the clock: the whole list."""

from safelight.ports.queue import Periodic

SCHEDULE: tuple[Periodic, ...] = (
    Periodic("* * * * *", "fold_usage"),
    Periodic("* * * * *", "check_quotas"),
    Periodic("*/10 * * * *", "sweep_chunks"),
    Periodic("4-59/10 * * * *", "evict_derived"),
    Periodic("6-59/10 * * * *", "evict_fetched"),
    Periodic("* * * * *", "tend_requests"),
    Periodic("* * * * *", "complete_indexes"),
    Periodic("0 * * * *", "sign_ledger"),
    Periodic("2 * * * *", "keep_terms"),
    Periodic("2-59/10 * * * *", "sweep_selections"),
    Periodic("17 2 * * *", "sweep_leftovers"),
    Periodic("23 2 * * *", "watch_accounts"),
    Periodic("37 5 * * *", "warn_going"),
    Periodic("43 5 * * *", "warn_people"),
    Periodic("29 3 * * *", "sweep_derived"),
    Periodic("51 4 * * *", "keep_recipients"),
    Periodic("10 3 * * *", "selfcheck"),
    Periodic("41 4 * * *", "release_figures"),
)
"""In UTC. A round that nobody ran is not made up for: the next one does its work too.

What is kept for a time goes with `keep_terms`, which makes all rounds of boot/retaining.py, one after the other.
"""
