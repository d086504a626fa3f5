"""Giving: the roles that people, groups and keys were given and where, and the form that gives one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.assets import folders
from safelight.console import role_words, sheets
from safelight.console.guest import Guest
from safelight.console.role_words import Choices
from safelight.console.words import mark as _
from safelight.kernel.errors import Forbidden, NotFound, WrongField
from safelight.kernel.rights import Act, Where
from safelight.people import grants, permits, roles
from safelight.people.grants import Wanted
from safelight.people.model import Place, Principal, Reach, Role, Scope
from safelight.people.policies import FOLDER
from safelight.ports.database import Session

PATHS_MAX = 200
"""So many folders are offered while one is typed; any other can be typed."""
TOO_MUCH = _("You cannot give a role that may more than you.")
NO_FOLDER = _("A role in a folder needs one: which?")
NO_CLOUD = _("A folder lies in one cloud: choose which.")
UNKNOWN = _("There is no such folder in this cloud, or you may not see it.")
NEEDLESS = _("This role holds in whole clouds. Leave the folder empty, or choose a role that holds in a folder.")


@dataclass(frozen=True)
class Given:
    """A role that one was given, as a table shows it."""

    role_id: str
    role: str
    place: Place
    cloud: str
    """The name of the cloud; nothing: all of them, or the account."""
    folder: str
    is_gone: bool = False
    """The folder was deleted, or the cloud is none that the guest sees: nothing is allowed by it here."""


@dataclass(frozen=True)
class Form:
    """What the form offers."""

    choices: Choices
    places: Sequence[tuple[str, str]] = ()
    paths: Sequence[str] = ()
    first: str = role_words.FIRST


async def given(session: Session, guest: Guest, principal: Principal, cloud: Cloud | None = None) -> Sequence[Given]:
    """All that one was given; with a cloud, what holds there."""
    wanted = Wanted(principal.kind, principal.id, cloud_id=cloud.id if cloud else None)
    found = await grants.list_all(session, guest.account_id, wanted)
    known = await roles.named(session, guest.account_id, {grant.role_id for grant in found})
    ids = [grant.place.content_id for grant in found if grant.place.content == FOLDER]
    names = {each.id: each.name for each in guest.clouds}
    there = await folders.places_of(session, [*names], ids)
    return [
        Given(
            grant.role_id,
            role_words.name_of(guest.visit.language, known[grant.role_id]) if grant.role_id in known else grant.role_id,
            grant.place,
            names.get(_cloud_id(grant.place, there), ""),
            there[grant.place.content_id].folder if grant.place.content_id in there else "",
            is_gone=(bool(grant.place.content) and grant.place.content_id not in there)
            or (bool(grant.place.cloud_id) and grant.place.cloud_id not in names),
        )
        for grant in found
    ]


async def form(session: Session, guest: Guest) -> Form:
    """For people and groups: what this guest may give, anywhere."""
    language = guest.visit.language
    places = [Where(), *(Where(cloud.id) for cloud in guest.clouds)]
    found = await roles.list_all(session, guest.account_id)
    choices = role_words.choices(
        language, found, lambda role: any(permits.may_give(guest.rights, role, where) for where in places)
    )
    clouds = [("", sheets.spoken(language, _("All clouds"))), *((cloud.id, cloud.name) for cloud in guest.clouds)]
    return Form(choices, clouds, await _paths(session, guest, guest.clouds))


async def form_for_key(session: Session, guest: Guest, cloud: Cloud) -> Form:
    """For a key of a cloud: who may make keys hands on what they may there themselves."""
    found = [role for role in await roles.list_all(session, guest.account_id) if role.scope is Scope.CLOUD]
    here = Where(cloud.id)
    choices = role_words.choices(guest.visit.language, found, lambda role: _reaches(guest, role, here))
    return Form(choices, (), await _paths(session, guest, [cloud]))


async def give(session: Session, guest: Guest, principal: Principal) -> None:
    """What the form says. Raises WrongField, and Forbidden for what the guest may not hand on."""
    form = guest.visit
    role = await roles.get(session, guest.account_id, form.text("given_role"))
    cloud = next((each for each in guest.clouds if each.id == form.text("given_cloud")), None)
    if form.text("given_cloud") and cloud is None:
        raise NotFound("There is no such cloud, or you may not see it.")
    place, where = await _place(session, guest, role, cloud, form.text("given_folder"), "given_")
    if not permits.may_give(guest.rights, role, where):
        raise Forbidden(TOO_MUCH)
    await roles.check_principal(session, guest.account_id, principal)
    await roles.check_place(session, guest.account_id, role, place)
    await grants.give(session, guest.account_id, principal, role.id, place, guest.now)


async def give_key(
    session: Session, guest: Guest, cloud: Cloud, principal: Principal, role_id: str, path: str, prefix: str = ""
) -> None:
    """The same for a key. `prefix`: how the fields of the form begin."""
    role = await roles.get(session, guest.account_id, role_id)
    place, where = await _place(session, guest, role, cloud, path, prefix)
    if role.scope is not Scope.CLOUD or not _reaches(guest, role, where):
        raise Forbidden(TOO_MUCH)
    await roles.check_place(session, guest.account_id, role, place)
    await grants.give(session, guest.account_id, principal, role.id, place, guest.now)


async def take(session: Session, guest: Guest, principal: Principal) -> None:
    """What was given in that place. Taking what is gone already is no error. Raises Forbidden as `give` does."""
    role = await roles.get(session, guest.account_id, guest.visit.text("role"))
    if not permits.may_give(guest.rights, role, Where(guest.visit.text("cloud"))):
        raise Forbidden(TOO_MUCH)
    await take_key(session, guest, principal)


async def take_key(session: Session, guest: Guest, principal: Principal) -> None:
    """The same for a key, of which the page has checked that it may no more than the guest."""
    form = guest.visit
    place = Place(form.text("cloud"), form.text("content"), form.text("content_id"))
    await grants.take(session, guest.account_id, principal, form.text("role"), place)


async def _place(
    session: Session, guest: Guest, role: Role, cloud: Cloud | None, path: str, prefix: str
) -> tuple[Place, Where]:
    """Where the role is to hold, for its row and for the question whether that may be. Raises WrongField."""
    path = path.strip("/ ")
    if role.reach is not Reach.CONTENT:
        if path:
            raise WrongField(NEEDLESS, f"{prefix}folder")
        cloud_id = "" if role.scope is Scope.ACCOUNT or cloud is None else cloud.id
        return Place(cloud_id), Where(cloud_id)
    if not path:
        raise WrongField(NO_FOLDER, f"{prefix}folder")
    if cloud is None:
        raise WrongField(NO_CLOUD, f"{prefix}cloud")
    # Who may not see the folder is not told whether there is one.
    if not guest.rights.may(Act.READ, Where(cloud.id, path)):
        raise WrongField(UNKNOWN, f"{prefix}folder")
    try:
        folder = await folders.get(session, cloud.id, path)
    except NotFound as error:
        raise WrongField(UNKNOWN, f"{prefix}folder") from error
    return Place(cloud.id, FOLDER, folder.id), Where(cloud.id, folder.path)


def _reaches(guest: Guest, role: Role, where: Where) -> bool:
    return all(guest.rights.may(act, where) for act in permits.acts_of(role))


async def _paths(session: Session, guest: Guest, clouds: Sequence[Cloud]) -> Sequence[str]:
    """Of the clouds whose files the guest sees as a whole."""
    seen = [cloud.id for cloud in clouds if guest.may(Act.READ, cloud)]
    return await folders.first_paths(session, seen, PATHS_MAX)


def _cloud_id(place: Place, there: Mapping[str, Where]) -> str:
    return there[place.content_id].cloud_id if place.content_id in there else place.cloud_id
