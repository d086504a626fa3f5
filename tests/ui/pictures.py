"""Draws the pictures of the console in the manual, in docs/images: look at them before you commit.

`python -m tests.ui.pictures`. People, figures and days are made up and always the same, and so are the pictures, but
for the fonts of the machine.
"""

import asyncio
import io
import socket
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import uvicorn
from PIL import Image
from playwright.async_api import Page, async_playwright
from sqlalchemy import insert
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate, schema
from safelight.assets import folders
from safelight.kernel.clock import StillClock
from safelight.people import grants, groups
from safelight.people.model import Place, Principal, PrincipalKind, UserRole
from safelight.people.permits import FOLDER_ROLES
from safelight.people.policies import FOLDER
from safelight.ports.tables import METADATA
from safelight.usage import quotas
from safelight.usage.store import usage_daily
from tests.conftest import load_tables
from tests.console.conftest import PASSWORD, House
from tests.installation import free_port
from tests.ui.conftest import BROWSERS

FOLDER_OF_PICTURES = Path(__file__).parents[2] / "docs" / "images"
NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
SIZE = {"width": 1120, "height": 800}
WIDTH, QUALITY = 1120, 80
DAYS = 30
CAUSES = (("upload", 40), ("delivery", 260), ("eager", 90))


async def made_up(house: House) -> str:
    """A month of a small firm; the page of the person to look at."""
    now, account = house.clock.now(), house.owner.account_id
    vera = await house.person("Vera", UserRole.MEDIA_LIBRARY_USER)
    async with house.database.transaction() as session:
        folder = await folders.create(session, house.cloud.id, "campaigns/2026", now)
        press = await groups.create(session, account, "Press team", now)
        await groups.join(session, account, press.id, vera.id)
        place = Place(house.cloud.id, FOLDER, folder.id)
        await grants.give(
            session, account, Principal(PrincipalKind.USER, vera.id), FOLDER_ROLES["editor"], place, now
        )  # fmt: skip
        everywhere = Place(house.cloud.id)
        reports = "cld::role::prodenv::reports"
        await grants.give(session, account, Principal(PrincipalKind.GROUP, press.id), reports, everywhere, now)
        await session.execute(insert(usage_daily).values(_figures(house)))
        limits = {"transformations": 15_000, "bandwidth_bytes": 40 * 1024**3}
        await quotas.put(session, house.cloud.id, limits, now=now)
    return f"/admin/users/{vera.id}"


def _figures(house: House) -> list[dict[str, object]]:
    """Weeks with quiet ends, and one campaign."""
    found: list[dict[str, object]] = []
    for ago in range(DAYS):
        day = (house.clock.now() - timedelta(days=ago)).date()
        share = (0.35 if day.weekday() > 4 else 0.8 + 0.07 * (day.toordinal() * 7 % 5)) * (1.9 if ago in (8, 9) else 1)
        kept = {"cloud_id": house.cloud.id, "day": day, "kind": "image"}
        for cause, base in CAUSES:
            found.append({**kept, "meter": "transformations", "cause": cause, "amount": int(base * share)})
        found.append({**kept, "meter": "bandwidth_bytes", "cause": "derived", "amount": int(share * 9e8)})
        found.append({**kept, "meter": "deliveries", "cause": "derived", "amount": int(share * 9000)})
        found.append({**kept, "meter": "storage_bytes", "cause": "original", "amount": int(share * 3e7)})
        found.append({**kept, "meter": "objects", "cause": "original", "amount": int(share * 12)})
        found.append({**kept, "meter": "requests", "kind": "", "cause": "api", "amount": int(share * 700)})
    return found


async def drawn(house: House, port: int) -> None:
    path = await made_up(house)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium())
        for name, where, scheme in (
            ("console-usage", "/console/demo/usage", "light"),
            ("console-person", path, "dark"),
        ):
            context = await browser.new_context(
                base_url=f"http://localhost:{port}", viewport=SIZE, color_scheme=scheme, locale="en-GB"
            )
            page = await context.new_page()
            await _sign_in(page)
            await page.goto(where)
            data = await page.screenshot(full_page=True, animations="disabled", caret="hide")
            picture = Image.open(io.BytesIO(data)).convert("RGB")
            picture.save(FOLDER_OF_PICTURES / f"{name}.webp", "WEBP", quality=QUALITY, method=6)
            await context.close()
        await browser.close()


def _chromium() -> str:
    return next(each for each in BROWSERS if Path(each).exists())


class Web(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


async def _sign_in(page: Page) -> None:
    await page.goto("/auth/sign-in")
    await page.get_by_label("E-mail").fill("olivia@firm.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url("**/console/demo")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), settings={"fsync": "off"})
        url = await server.start()
        try:
            load_tables()
            with psycopg.connect(url) as connection:
                schema.create(connection)
            engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
            async with engine.begin() as connection:
                await connection.run_sync(METADATA.create_all)
            await engine.dispose()
            clock = StillClock(NOW)
            database = PostgresDatabase(
                url, defer=procrastinate.defer, reactions=defaultdict(tuple), pool_size=4, clock=clock
            )
            house = House(database, clock)
            await house.open()
            port = free_port()
            web = Web(uvicorn.Config(house.app, port=port, log_level="error", lifespan="off"))
            serving = asyncio.create_task(web.serve())
            await web.is_up.wait()
            await drawn(house, port)
            web.should_exit = True
            await serving
            await house.client.aclose()
            await database.close()
        finally:
            await server.stop()


if __name__ == "__main__":
    asyncio.run(main())
