"""thumbor: a peer, in two processes that read the photos from the disk and keep nothing."""

from pathlib import Path

from bench.peers.model import Peer

NAME = "thumbor"
PROCESSES = 2

# A progressive JPEG, its default, costs more: the plain one is the fairer opponent.
CONFIGURATION = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = {photos!r}
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = None
PROGRESSIVE_JPEG = False
MAX_PIXELS = 200000000
"""
QUALITY = {"jpg": 80, "webp": 80, "avif": 60}
FORMAT = {"jpg": "jpeg", "webp": "webp", "avif": "avif"}


def peer(program: Path, version: str) -> Peer:
    def command(photos: Path, scratch: Path, port: int) -> list[str]:
        configuration = scratch / "thumbor.conf"
        configuration.write_text(CONFIGURATION.format(photos=str(photos)))
        return [str(program), "-i", "127.0.0.1", "-p", str(port), "-c", str(configuration), f"--processes={PROCESSES}"]

    return Peer(f"{NAME} {version}", frozenset(QUALITY), command, path)


def path(name: str, box: int, suffix: str) -> str:
    filters = f"filters:format({FORMAT[suffix]}):quality({QUALITY[suffix]})"
    return f"/unsafe/fit-in/{box}x{box}/{filters}/{name}"
