"""Allowed: rights as pages show them: what somebody may in each place, and where each of it comes from; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.console import levels, role_words, sheets
from safelight.console.words import mark as _
from safelight.kernel.rights import ACCOUNT_ACTS, FOLDER_ACTS, Act, Rights, Where
from safelight.people.model import Role
from safelight.people.permits import Line

ACCOUNT = _("The account")
ALL_CLOUDS = _("All clouds")
BY_LEVEL = _("their own role")
GIVEN = _("given to them")


@dataclass(frozen=True)
class Spot:
    """What may be done in one place."""

    name: str
    folder: str
    acts: Sequence[str]


@dataclass(frozen=True)
class Source:
    """One role in one place, and through whom it came."""

    name: str
    folder: str
    role: str
    through: str
    group_id: str
    acts: Sequence[str]


def spots(language: str, rights: Rights, clouds: Sequence[Cloud]) -> Sequence[Spot]:
    """The account, then each cloud, then folders with what is allowed there beyond the cloud. Empty ones are told."""
    found: list[Spot] = []
    of_account = [act for act in Act if act in ACCOUNT_ACTS and rights.may(act, Where())]
    if of_account and not rights.is_full:
        found.append(Spot(sheets.spoken(language, ACCOUNT), "", _said(language, of_account)))
    for cloud in clouds:
        whole = [act for act in Act if act not in ACCOUNT_ACTS and rights.may(act, Where(cloud.id))]
        found.append(Spot(cloud.name, "", _said(language, whole)))
        folders = sorted({folder for act in FOLDER_ACTS for folder in rights.within(act, cloud.id) or ()})
        for folder in folders:
            more = [act for act in Act if act not in whole and rights.may(act, Where(cloud.id, folder))]
            found.append(Spot(cloud.name, folder, _said(language, more)))
    return found


def sources(
    language: str,
    lines: Sequence[Line],
    of_level: Sequence[Line],
    known: Mapping[str, Role],
    names: Mapping[str, str],
    groups: Mapping[str, str],
) -> Sequence[Source]:
    """`of_level`: those of the lines that come from the one role that everybody has. `names`: clouds by their ids."""
    by_level = {(line.role_id, line.where) for line in of_level}
    acts: dict[tuple[str, Where, str], list[Act]] = {}
    for line in lines:
        acts.setdefault((line.role_id, line.where, line.through.id), []).append(line.act)
    found: list[Source] = []
    for (role_id, where, through), allowed in acts.items():
        is_own = through not in groups
        word = BY_LEVEL if is_own and (role_id, where) in by_level else GIVEN
        found.append(
            Source(
                _place(language, where, names, allowed),
                where.folder,
                role_words.name_of(language, known[role_id]) if role_id in known else role_id,
                sheets.spoken(language, word) if is_own else groups[through],
                "" if is_own else through,
                _said(language, [act for act in Act if act in allowed]),
            )
        )
    return found


def _place(language: str, where: Where, names: Mapping[str, str], acts: Sequence[Act]) -> str:
    if where.cloud_id:
        return names.get(where.cloud_id, where.cloud_id)
    return sheets.spoken(language, ACCOUNT if all(act in ACCOUNT_ACTS for act in acts) else ALL_CLOUDS)


def _said(language: str, acts: Sequence[Act]) -> Sequence[str]:
    return [sheets.spoken(language, levels.ACTS[act]) for act in acts]
