"""Reach: what a key or a person may, by the roles that they were given and where the folders of these stand now."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from safelight.accounts import owned
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key, Manner, Principal, ProvisioningKey
from safelight.assets import folders
from safelight.assets.model import Added, Asset
from safelight.kernel.errors import Forbidden
from safelight.kernel.rights import EVERYTHING, Act, Rights, Where
from safelight.people import grants, permits, roles
from safelight.people import model as people
from safelight.people.model import Grant, PrincipalKind, User
from safelight.people.permits import Line
from safelight.ports.database import Session


async def asking(session: Session, keys: Keys, cloud: Cloud, manner: Manner, key: Key) -> Principal:
    """Who asks with a key, and what they may. It is read anew each time: what is taken is taken at once."""
    if not key.is_limited:
        return Principal(cloud, manner, key)
    signer = next(iter(await keys.enabled(session, cloud.id)), None)
    key = key.signed_by(None if signer is None else signer.secret)
    return Principal(cloud, manner, key, await of_key(session, cloud, key))


async def asked_then(
    session: Session, keys: Keys, cloud: Cloud, manner: Manner, api_key: str | None, *, was_limited: bool
) -> Principal:
    """Who asked for what is done now, by the digits of the key; None: nobody who has one.

    A key that is disabled or gone by now has asked all the same. But of one that was limited nobody can tell any more
    what it was allowed, when it is gone: nothing.
    """
    key = await keys.find(session, cloud.id, api_key) if api_key else None
    if key is None and not was_limited:
        return Principal(cloud, manner)
    if key is None:
        return Principal(cloud, manner, rights=Rights(f"api_key {api_key}", frozenset()))
    return await asking(session, keys, cloud, manner, key)


async def of_key(session: Session, cloud: Cloud, key: Key) -> Rights:
    """A key that nobody limited may everything in its cloud."""
    if not key.is_limited:
        return EVERYTHING
    who = people.Principal(PrincipalKind.API_KEY, key.api_key)
    wanted = grants.Wanted(who.kind, who.id, cloud_id=cloud.id)
    found = await grants.list_all(session, cloud.account_id, wanted)
    lines = await _lines(session, cloud.account_id, found, [cloud.id])
    return permits.rights(f"api_key {key.api_key}", lines)


async def of_provisioning_key(session: Session, key: ProvisioningKey) -> Rights:
    """A key that nobody limited may everything in its account."""
    if not key.is_limited:
        return EVERYTHING
    found = await grants.list_all(session, key.account_id, grants.Wanted(PrincipalKind.PROVISIONING_KEY, key.api_key))
    return permits.rights(f"provisioning_key {key.api_key}", await _lines(session, key.account_id, found))


async def of_user(session: Session, user: User) -> Rights:
    """What a person may: by their level, by what was given to them, and by what was given to their groups."""
    return permits.rights(f"user {user.name}", await lines_of_user(session, user))


async def lines_of_user(session: Session, user: User) -> Sequence[Line]:
    """The same, with where each of it comes from: for who wants to see it. Nobody who is disabled may anything."""
    if not user.is_enabled:
        return []
    principals = [people.Principal(PrincipalKind.USER, user.id)]
    principals += [people.Principal(PrincipalKind.GROUP, group.id) for group in user.groups]
    found: list[Grant] = []
    for who in principals:
        found += await grants.list_all(session, user.account_id, grants.Wanted(who.kind, who.id))
    return [*permits.lines_of_level(user), *await _lines(session, user.account_id, found)]


async def may_manage(session: Session, rights: Rights, user: User) -> bool:
    """Whether one may change a person: nobody touches those who may more, by level, by role or by group."""
    theirs = await lines_of_user(session, replace(user, is_enabled=True))
    return permits.may_manage(rights, user) and permits.may_fill(rights, theirs)


async def check_joined(session: Session, rights: Rights, account_id: str, group_id: str) -> None:
    """Raises Forbidden for a group that may more than who puts somebody into it."""
    found = await grants.list_all(session, account_id, grants.Wanted(PrincipalKind.GROUP, group_id))
    if not permits.may_fill(rights, await _lines(session, account_id, found)):
        raise Forbidden("Not permitted: the group may more than who would put somebody into it")


def check_asset(rights: Rights, act: Act, asset: Asset, called: str) -> None:
    """Raises NotFound for an asset that one may not see, and Forbidden for what one may not do with it.

    `called`: the word that it was asked for by. A refusal tells no other.
    """
    where = Where(asset.cloud_id, asset.folder)
    rights.check_seen(where, f"Resource not found - {called}")
    rights.check(act, where)


def check_added(rights: Rights, added: Added) -> None:
    """Raises Forbidden where a new version may not stand, or may not take the place of what had its name."""
    asset, before = added.asset, added.asset if added.is_existing else added.before
    if not added.is_existing:
        rights.check(Act.UPLOAD, Where(asset.cloud_id, asset.folder))
    if before is not None and not rights.may(Act.CHANGE, Where(before.cloud_id, before.folder)):
        if added.is_existing and seen(rights, before) is not None:
            return
        # Where the other one stands is not told: the name alone is what both want.
        raise rights.lacks(Act.CHANGE)


def seen(rights: Rights, asset: Asset | None) -> Asset | None:
    """The asset, or None: what one may not see is not there."""
    if asset is None or rights.may(Act.READ, Where(asset.cloud_id, asset.folder)):
        return asset
    return None


async def _lines(
    session: Session, account_id: str, found: Sequence[Grant], cloud_ids: Collection[str] | None = None
) -> Sequence[Line]:
    """`cloud_ids`: where folders are looked for; None: in all clouds of the account."""
    if not found:
        return []
    ids = {grant.place.content_id for grant in found if grant.place.content}
    if ids and cloud_ids is None:
        cloud_ids = [cloud.id for cloud in await owned.list_all(session, account_id)]
    places = await folders.places_of(session, [*(cloud_ids or ())], [*ids])
    known = await roles.named(session, account_id, {grant.role_id for grant in found})
    return permits.lines_of_grants(found, known, places)
