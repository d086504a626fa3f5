"""Whose file an address in somebody's words is: of files of ours alone, and of those that everybody can see."""

import pytest

from safelight.accounts import clouds, owners
from safelight.accounts.model import FolderMode
from safelight.assets import catalogue
from safelight.assets.access import LIKE_AUTHENTICATED
from safelight.assets.model import AssetRef, Facts, NewAsset
from safelight.kernel.clock import StillClock
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database, Session
from safelight.privacy.relay import Relays
from tests.privacy import asking

HOST = "https://media.example.com"


@pytest.fixture
def relays(database: Database, clock: StillClock) -> Relays:
    return asking.tend_with(database, clock).requests.others.relays


async def add(session: Session, cloud_id: str, name: str, access: Access, clock: StillClock) -> None:
    facts = Facts(7, "0" * 32, "jpg", 4, 3)
    new = NewAsset(
        cloud_id=cloud_id,
        kind=Kind.IMAGE,
        access=access,
        name=name,
        version_id=new_id(),
        facts=facts,
        folder="",
        display_name=name,
    )
    await catalogue.add(session, new, may_overwrite=True, now=clock.now())


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        (f"See {HOST}/firm/image/upload/party.jpg, on the left", True),
        (f"{HOST}/firm/image/upload/w_100,c_fill/v1/party.png", True),
        (f"{HOST}/firm/image/upload/party?x=1 and more", True),
        (f"nothing, then {HOST}/firm/image/upload/none.jpg {HOST}/firm/image/upload/party", True),
        ("https://elsewhere.example/firm/image/upload/party.jpg", False),
        (f"{HOST}/firm/image/authenticated/secret.jpg", False),
        (f"{HOST}/firm/image/upload/closed.jpg", False),
        (f"{HOST}/other/image/upload/party.jpg", False),
        (f"{HOST}/firm/image/upload/none.jpg", False),
        ("https://[::1", False),
        ("https://media.example.com:x/firm/image/upload/party", False),
        ("https://" * 2000, False),
        (f"{HOST}/firm%00/image/upload/party.jpg", False),
        (f"{HOST}/firm/image/upload/par%00ty.jpg {HOST}/firm/image/upload/party", True),
        ("party.jpg", False),
        ("", False),
    ],
)
async def test_the_owner_of_a_file(relays: Relays, database: Database, clock: StillClock, words: str, is_found: bool):
    async with database.transaction() as session:
        account = await owners.create(session, name="Firm", now=clock.now())
        cloud = await clouds.create(
            session, "firm", folder_mode=FolderMode.DYNAMIC, account_id=account.id, now=clock.now()
        )
        for name, access in (("party", Access.UPLOAD), ("secret", Access.AUTHENTICATED), ("closed", Access.UPLOAD)):
            await add(session, cloud.id, name, access, clock)
        closed = await catalogue.get(session, cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, "closed"))
        await catalogue.update(session, closed, access_control=(LIKE_AUTHENTICATED,), now=clock.now())
        found = await relays.owner_of(session, words)
    assert (found is not None) == is_found
    if found is not None:
        assert found.account_id == account.id
