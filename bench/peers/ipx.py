"""ipx: a peer, in one process of Node.js whose threads use all cores; sharp does its work."""

from pathlib import Path

from bench.peers.model import Peer

NAME = "ipx"
QUALITY = {"jpg": 80, "webp": 80, "avif": 60}
FORMAT = {"jpg": "jpeg", "webp": "webp", "avif": "avif"}


def peer(program: Path, version: str) -> Peer:
    def command(photos: Path, scratch: Path, port: int) -> list[str]:
        where = ["--host", "127.0.0.1", "--port", str(port)]
        return ["node", str(program), "serve", "--dir", str(photos), *where]

    return Peer(f"{NAME} {version}", frozenset(QUALITY), command, path, {"NODE_ENV": "production"})


def path(name: str, box: int, suffix: str) -> str:
    return f"/f_{FORMAT[suffix]},q_{QUALITY[suffix]},s_{box}x{box},fit_inside/{name}"
