"""Scripts: what runs the JavaScript of clients, put together for uploads and for jobs."""

from safelight.assets.analyses import Analyse
from safelight.boot.house import House
from safelight.derived.looking import Look
from safelight.ports.database import Database
from safelight.render.model import Render
from safelight.scripting.model import Run
from safelight.scripting.run import RunScript
from safelight.uploads.scripts import Rewrite
from safelight.uploads.scripts_explicit import RewriteExplicit
from safelight.web.telling import Telling
from safelight.wire import intake
from safelight.worker.on_success import OnSuccess


def rewrite_of(rooms: House, database: Database, render: Render) -> Rewrite:
    """One for a process: it knows how many scripts run there."""
    run = RunScript(rooms.settings.script)
    return Rewrite(database, rooms.originals, render, run, intake.incoming, rooms.clock)


def rewrite_explicit_of(rewrite: Rewrite) -> RewriteExplicit:
    return RewriteExplicit(rewrite, intake.explicit)


def on_success_of(rooms: House, render: Render, look: Look, run: Run) -> OnSuccess:
    database = rooms.database
    tell = Telling(Analyse(database, rooms.originals, render), look.faces)
    return OnSuccess(database, rooms.keys, rooms.clock, run, tell, rooms.base_url)
