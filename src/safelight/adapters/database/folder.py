"""Folder: where the embedded server lives, `postgres/` in the data folder, and who may touch what in it."""

import contextlib
import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from safelight.adapters.database.binaries import User
from safelight.kernel.errors import NotAvailable
from safelight.kernel.ids import random_token

NAME = "safelight"
"""The role and the database."""


@dataclass(frozen=True)
class Folder:
    """`server/` and `run/` (the socket) are the server's; the password, the lock and the URL are ours."""

    path: Path

    @property
    def server(self) -> Path:
        return self.path / "server"

    @property
    def run(self) -> Path:
        return self.path / "run"

    def prepare(self, user: User | None) -> None:
        """Make what is not there yet, and let the server's user in."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.run.mkdir(mode=0o700, exist_ok=True)
            if user is not None and self.path.stat().st_uid == 0:
                # The server may walk through, but not change what lies beside its own folders: root works there too.
                os.chown(self.path, 0, user.gid)
                self.path.chmod(0o710)
            if user is not None:
                os.chown(self.run, user.uid, user.gid, follow_symlinks=False)
        except OSError as error:
            raise self._unusable(error) from error

    def open_lock(self) -> int:
        """A file descriptor to lock, for one Safelight at a time."""
        try:
            return os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> NotAvailable:
        return NotAvailable(f"The data folder {self.path.parent} cannot be used: {error.strerror}.")

    def empty_cluster(self, user: User | None) -> tuple[Path, Path]:
        """An empty folder for `initdb`, and a copy of a new password that the server's user may read once."""
        new, shown = self.path / "server.new", self.path / "password.shown"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password = random_token()
        write_private(self.path / "password", password)
        write_private(shown, password)
        if user is not None:
            os.chown(new, user.uid, user.gid)
            os.chown(shown, user.uid, user.gid)
        return new, shown

    def check_version(self, version: str) -> None:
        """Raises NotAvailable when another major release of PostgreSQL made the cluster."""
        ours = version.split(".")[0]
        theirs = (self.server / "PG_VERSION").read_text().strip()
        if theirs == ours:
            return
        advice = (
            "install the newer Safelight that made it"
            if float(theirs) > float(ours)
            else f"set SAFELIGHT_POSTGRES_BIN to PostgreSQL {theirs}, or bring it over with pg_upgrade"
        )
        raise NotAvailable(
            f"The data folder {self.path.parent} holds a database of PostgreSQL {theirs}, this is {ours}: {advice}."
        )

    def url(self, database: str, socket_folder: Path) -> str:
        password = quote((self.path / "password").read_text().strip(), safe="")
        where = quote(str(socket_folder), safe="")
        # Whoever sits on the socket must prove that he knows the password too, before he sees anything.
        return f"postgresql://{NAME}:{password}@/{database}?host={where}&require_auth=scram-sha-256"


def running_url(data: Path) -> str | None:
    """The URL of the server that another process runs on this data folder; None if none does."""
    folder = data.absolute() / "postgres"
    try:
        lock = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with contextlib.suppress(OSError):
            return (folder / "url").read_text().strip()
    finally:
        os.close(lock)
    return None


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, and readable by its owner only."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
