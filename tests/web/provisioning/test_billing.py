"""What the clouds of an account stored and made, counted from what is there."""

from safelight.assets import catalogue
from safelight.assets.model import Facts, NewAsset
from safelight.derived import files
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from tests.api import derived_of

MIB = 1024 * 1024


async def test_months_are_told_of_the_account_and_of_each_cloud(owner, clock):
    shop = await owner.ask("POST", "sub_accounts", name="Shop", cloud_name="shop")
    await owner.ask("POST", "sub_accounts", name="Shelf", cloud_name="shelf")
    facts = Facts(512 * MIB, "0" * 32, "jpg", 4, 3)
    new = NewAsset(
        cloud_id=shop["id"],
        name="a",
        version_id=new_id(),
        kind=Kind.IMAGE,
        access=Access.UPLOAD,
        folder="",
        facts=facts,
        display_name="a",
    )
    async with owner.door.database.transaction() as session:
        asset = (await catalogue.add(session, new, may_overwrite=True, now=clock.now())).asset
        for number in range(3):
            await files.add(session, derived_of(asset, number, f"w_{number}"))
    told = await owner.ask("GET", "billing_usage", include_prodenv_breakdown="true")
    cycle = told["metric_usage"][0]["cycles"][0]
    assert (cycle["from_day"], cycle["to_day"]) == ("2026-01-01", "2026-01-31")
    assert (cycle["breakdown"]["storage_image"], cycle["breakdown"]["transformations_image"]) == (0.5, 0.004)
    shelf, shop = cycle["product_environment_breakdown"]
    assert (shelf["cloud_name"], shelf["storage_image"]) == ("shelf", 0.0)
    assert (shop["cloud_name"], shop["storage_image"]) == ("shop", 0.5)
    assert (await owner.ask("GET", "billing_usage", year=2025))["metric_usage"][0]["usage"] == 0
    assert (await owner.refused("GET", "billing_usage", year=2027))[0] == 400
