"""Clients: upload, derive, overwrite, rename and erase without pause, and write down what they were told."""

import hashlib
import io
import threading
import zlib
from random import Random

import httpx
from PIL import Image

from tests.faults.journal import Journal, Slot, World
from tests.installation import Installation

TIMEOUT_SECONDS = 20
LIVE_MAX = 12
"""So many files does one client work on; then it leaves the oldest as it is."""
REFUSED = {400, 401, 403, 404, 409, 413, 420, 429}
PIECES = 3
TRIES_MAX = 6
"""So often a piece is sent until it is acknowledged, with a pause that grows."""
AGAIN_SECONDS = 0.3


def content(number: int) -> tuple[bytes, str, tuple[int, int, int]]:
    """A picture of one colour that no other has; its md5 and its colour."""
    mixed = zlib.crc32(number.to_bytes(4, "big"))
    colour = (mixed & 255, mixed >> 8 & 255, mixed >> 16 & 255)
    file = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(file, "PNG")
    # Bytes after the end of a PNG are allowed: so each file is its own, and not too small to be cut in two.
    data = file.getvalue() + f"{number:09d}".encode() * 400
    return data, hashlib.md5(data).hexdigest(), colour


class Client(threading.Thread):
    """One of several. Nobody else touches its files, so it knows what must be there."""

    def __init__(self, safelight: Installation, journal: Journal, name: str, seed: str) -> None:
        super().__init__(daemon=True, name=name)
        self._safelight, self._journal = safelight, journal
        self._random = Random(seed)
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, auth=safelight.auth)
        self._live: list[Slot] = []
        self._ended = threading.Event()

    def end(self) -> None:
        self._ended.set()

    def run(self) -> None:
        while not self._ended.is_set():
            chance = self._random.random()
            slot = self._random.choice(self._live) if self._live else None
            if slot is None or chance < 0.2:
                self._upload()
            elif chance < 0.3:
                self._upload_in_pieces()
            elif chance < 0.7:
                self.derive(slot)
            elif chance < 0.82:
                self._overwrite(slot)
            elif chance < 0.91:
                self._rename(slot)
            else:
                self._erase(slot)
            self._live = [slot for slot in self._live if slot.name is not None][-LIVE_MAX:]
            self._ended.wait(0.02)
        self._http.close()

    # What it does

    def _upload(self) -> None:
        name = f"{self.name}/{self._journal.number()}"
        slot = self._journal.began(Slot([{name: None}]))
        eager = self._random.choice([{}, {}, {"eager": "w_21"}, {"eager": "w_21|w_22", "eager_async": "true"}])
        self._send(slot, name, "upload", eager)
        self._live.append(slot)

    def _upload_in_pieces(self) -> None:
        """A piece that was not acknowledged is sent again, and some that were, too; the file is whole in the end."""
        number = self._journal.number()
        name = f"{self.name}/{number}"
        slot = self._journal.began(Slot([{name: None}]))
        data, md5, colour = content(self._journal.number())
        slot.seen.add(md5)
        self._journal.colours[md5] = colour
        size = len(data) // PIECES + 1
        pieces = [(start, data[start : start + size]) for start in range(0, len(data), size)]
        again = self._random.randrange(PIECES) if self._random.random() < 0.3 else PIECES
        asked = [*pieces[: again + 1], *pieces[again:]]
        answer = None
        # Who is told that pieces are missing sends all of them again: the clock may have jumped past their time.
        for start, piece in [*asked, *pieces]:
            answer = self._send_piece(name, f"{self.name}-{number}", start, piece, len(data))
            if answer is None or answer.get("etag"):
                break
        is_whole = answer is not None and bool(answer.get("etag"))
        if is_whole and answer is not None and answer["etag"] != md5:
            self._journal.wrong(f"{name} in pieces was answered with {answer['etag']} for {md5}")
        slot.changes({name: md5}, is_acknowledged=is_whole)
        self._live.append(slot)

    def _send_piece(self, name: str, upload_id: str, start: int, piece: bytes, total: int) -> dict[str, object] | None:
        headers = {
            "X-Unique-Upload-Id": upload_id,
            "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{total}",
        }
        for tried in range(TRIES_MAX):
            answer = self._ask("piece", "image/upload", {"public_id": name}, piece, headers)
            if answer is not None or self._ended.wait(AGAIN_SECONDS * 2**tried):
                return answer
        return None

    def _overwrite(self, slot: Slot) -> None:
        assert slot.name is not None
        self._send(slot, slot.name, "overwrite", {"overwrite": "true", "invalidate": "true"})

    def _send(self, slot: Slot, name: str, verb: str, words: dict[str, str]) -> None:
        data, md5, colour = content(self._journal.number())
        slot.seen.add(md5)
        self._journal.colours[md5] = colour
        answer = self._ask(verb, "image/upload", {"public_id": name, **words}, data)
        if answer is not None and answer.get("etag") != md5:
            self._journal.wrong(f"{verb} of {name} was answered with {answer.get('etag')} for {md5}")
        slot.changes({name: md5}, is_acknowledged=answer is not None)

    def _rename(self, slot: Slot) -> None:
        name, there = slot.name, f"{self.name}/{self._journal.number()}"
        assert name is not None
        md5 = slot.worlds[0][name]
        answer = self._ask("rename", "image/rename", {"from_public_id": name, "to_public_id": there})
        after: World = {name: None, there: md5}
        slot.worlds[0].setdefault(there, None)
        slot.changes(after, is_acknowledged=answer is not None)

    def _erase(self, slot: Slot) -> None:
        assert slot.name is not None
        answer = self._ask("erase", "image/destroy", {"public_id": slot.name, "invalidate": "true"})
        if answer is not None and answer.get("result") != "ok":
            self._journal.wrong(f"erase of {slot.name} was answered with {answer}")
        slot.changes({slot.name: None}, is_acknowledged=answer is not None)

    def _ask(
        self,
        verb: str,
        path: str,
        words: dict[str, str],
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, object] | None:
        """The answer of a call that was acknowledged."""
        files = {"file": ("a.png", data)} if data is not None else None
        try:
            answer = self._http.post(f"{self._safelight.api}/{path}", data=words, files=files, headers=headers)
        except httpx.HTTPError as error:
            self._journal.told(verb, type(error).__name__)
            return None
        self._told(verb, answer)
        if answer.status_code in REFUSED:
            self._journal.wrong(f"{verb} {words} was refused: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.status_code == 200 else None

    def _told(self, verb: str, answer: httpx.Response) -> None:
        self._journal.told(verb, answer.status_code)
        if answer.status_code == 500:
            self._journal.wrong(f"{verb} was answered with 500, request {answer.headers.get('x-request-id')}")

    # What it looks at

    def derive(self, slot: Slot) -> None:
        name = slot.name
        assert name is not None
        width = self._random.choice([0, 0, 8, 16, 24, self._random.randint(25, 55)])
        try:
            answer = self._http.get(url_of(self._safelight, name, width))
        except httpx.HTTPError as error:
            self._journal.told("derive", type(error).__name__)
            return
        self._told("derive", answer)
        if answer.status_code == 200:
            if not is_whole(answer.content, width, slot.seen, self._journal):
                self._journal.wrong(f"{name} at {width} was shown by half or as another")
        elif answer.status_code in REFUSED:
            self._journal.wrong(f"{name} at {width} got {answer.status_code}: {answer.headers.get('x-cld-error')}")


def url_of(safelight: Installation, name: str, width: int = 0) -> str:
    size = f"w_{width}/" if width else ""
    return f"{safelight.base}/{safelight.cloud}/image/upload/{size}{name}.png"


def is_whole(data: bytes, width: int, contents: set[str], journal: Journal) -> bool:
    """Is it one of these contents, as it came or in that width?"""
    if not width:
        return hashlib.md5(data).hexdigest() in contents
    try:
        picture = Image.open(io.BytesIO(data)).convert("RGB")
    except OSError:
        return False
    colours = {journal.colours[md5] for md5 in contents}
    return picture.width == width and picture.getpixel((1, 1)) in colours
