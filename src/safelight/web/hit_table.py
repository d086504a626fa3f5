"""Hits: the answers that one process has ready, from the letters of a request to a finished head and body."""

import os
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from safelight.delivery.model import Media
from safelight.derived.uses import Uses
from safelight.web import caching
from safelight.web.hit_body import SHEET_BYTES_MIN, SHEETS_MAX, Body, Sheet, laid_out
from safelight.web.hit_heads import HEADS_MAX, Head, Heads

# Roughly what an answer costs beside its body.
ENTRY_BYTES = 3072
# Answers without their bodies may take up to this part of the whole memory.
ENTRIES_SHARE = 4
# Of one path, so many values of the headers that it varies by; browsers send a few dozen.
VARIANTS_MAX = 64
TARGET_BYTES_MAX = 4096
# All values together that choose one of them. Browsers send 200 bytes; who sends more is not remembered.
VARIANT_BYTES_MAX = 1024
CHANGES_MAX = 1024
# What proxies add, and clients split, and no answer depends on.
HEADERS_IDLE = frozenset({b"x-forwarded-for", b"forwarded", b"via", b"cookie"})
# Stands for "any asset": who was not the first choice for a path must go when any other asset appears.
ANY = "*"
EVERY_CLOUD = "*"

Key = tuple[bytes, bytes]


@dataclass(frozen=True, eq=False)
class Answer:
    """A public file, and the head of its answer. `path` is where it lies, for stores that have files.

    Each is only like itself: so what is counted by answers (hit_lines.py) need not look at all that they hold.
    """

    media: Media
    head: bytes
    path: Path | None = None


@dataclass(frozen=True)
class Counts:
    """What one process answered from its table since it began."""

    hits: int
    sent_bytes: int


@dataclass
class _Target:
    """The answers of one host and path, by the values of the headers that choose between them."""

    cloud_id: str
    asset_id: str
    varies_by: tuple[bytes, ...]
    owners: set[str] = field(default_factory=set[str])
    """The assets that any of the answers was made with: when one of them changes, all of it goes."""
    answers: dict[tuple[bytes | None, ...], Answer] = field(default_factory=dict[tuple[bytes | None, ...], Answer])


def owners_of(media: Media) -> frozenset[str]:
    """The assets whose change makes an answer stale."""
    return frozenset((media.asset_id, *media.depends_on, *(() if media.is_first_choice else (ANY,))))


def single(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes] | None:
    """Headers by their lower-case name; None if one comes twice, which is left to those who know what it means."""
    by_name = dict(headers)
    if len(by_name) == len(headers):
        return by_name
    headers = [header for header in headers if header[0] not in HEADERS_IDLE]
    by_name = dict(headers)
    return by_name if len(by_name) == len(headers) else None


class Hits:
    """A table with an end: what was not asked for longest goes first.

    It is off until `drop_all` says that from now on every change will be heard of (web/hit_changes.py).
    """

    def __init__(
        self,
        *,
        bytes_max: int,
        file_bytes_max: int,
        heads_max: int = HEADS_MAX,
        forget: Callable[[str], None] = lambda cloud_id: None,
    ) -> None:
        """`forget`: who else remembers of a cloud what lets an answer enter; it goes with the answers."""
        self.file_bytes_max = min(file_bytes_max, bytes_max // 2)
        self.is_on = False
        self.uses = Uses()
        """Which files were handed out, from here or past here."""
        self.heads = Heads(heads_max)
        """Requests that were answered before, known by their letters."""
        self._bytes_max = bytes_max
        self._forget = forget
        self._targets: OrderedDict[Key, _Target] = OrderedDict()
        self._owned: dict[str, dict[str, set[Key]]] = {}
        self._entries = 0
        self._bodies: OrderedDict[tuple[str, str], Body] = OrderedDict()
        self._bodies_bytes = 0
        self._sheets = 0
        self._changes: deque[tuple[int, str, str]] = deque(maxlen=CHANGES_MAX)
        self._generation = 0
        self._generation_known = 0
        self._hits = 0
        self._sent_bytes = 0

    # --- reading

    def find(self, host: bytes, target: bytes, headers: Mapping[bytes, bytes]) -> Answer | None:
        key = (host, target)
        found = self._targets.get(key)
        if found is None:
            return None
        self._targets.move_to_end(key)
        return found.answers.get(tuple([headers.get(name) for name in found.varies_by]))

    def find_again(self, head: Head) -> Answer | None:
        """For a request that was found before."""
        found = self._targets.get(head.key)
        if found is None or found.varies_by != head.varies_by:
            return None
        self._targets.move_to_end(head.key)
        return found.answers.get(head.varied)

    def varies_by(self, key: Key) -> tuple[bytes, ...]:
        """The headers that choose between the answers of one host and target."""
        found = self._targets.get(key)
        return () if found is None else found.varies_by

    def body(self, answer: Answer) -> Body | None:
        """The bytes of a small file; None when they are at hand neither here nor on disk.

        Where the store has no files, the answer stays: who is asked then opens what it names (web/delivery.py).
        """
        name = _name(answer)
        body = self._bodies.get(name)
        if body is not None:
            self._bodies.move_to_end(name)
            if len(body) >= SHEET_BYTES_MIN and isinstance(body, bytes) and self._sheets < SHEETS_MAX:
                return self._lay_out(name, body)
            return body
        if answer.path is None:
            return None
        data = _read(answer.path, answer.media.size_bytes)
        if data is None:
            self.drop(answer.media.cloud_id, answer.media.asset_id)
            return None
        self._keep_body(name, data)
        return data

    def count(self, answer: Answer, sent_bytes: int) -> None:
        self.uses.note(answer.media.blob_key)
        self._hits += 1
        self._sent_bytes += sent_bytes

    def counts(self) -> Counts:
        return Counts(self._hits, self._sent_bytes)

    # --- writing

    @property
    def generation(self) -> int:
        """Read before the facts of an answer are looked up, given to `put`: what changed in between does not enter."""
        return self._generation

    def put(
        self, generation: int, host: bytes, target: bytes, headers: Mapping[bytes, bytes], answer: Answer, body: bytes
    ) -> None:
        """Remember an answer with status 200, unless something happened to its asset since `generation`."""
        media = answer.media
        if not self._may_enter(generation, media) or len(host) + len(target) > TARGET_BYTES_MAX:
            return
        key = (host, target)
        varies_by = tuple(name.lower().encode() for name in media.varies_by)
        variant = tuple([headers.get(name) for name in varies_by])
        if sum(len(value or b"") for value in variant) > VARIANT_BYTES_MAX:
            return
        found = self._targets.get(key)
        if found is not None and (found.asset_id != media.asset_id or found.varies_by != varies_by):
            self._remove(key)
            found = None
        if found is None:
            found = _Target(media.cloud_id, media.asset_id, varies_by)
            self._targets[key] = found
        for owner in owners_of(media) - found.owners:
            found.owners.add(owner)
            self._owned.setdefault(media.cloud_id, {}).setdefault(owner, set()).add(key)
        if variant not in found.answers:
            if len(found.answers) >= VARIANTS_MAX:
                del found.answers[next(iter(found.answers))]
                self._entries -= 1
            self._entries += 1
        found.answers[variant] = answer
        self._keep_body(_name(answer), body)

    def drop(self, cloud_id: str, asset_id: str) -> None:
        """An asset changed; with an empty id, anything of the cloud may have."""
        self._note(cloud_id, asset_id)
        if not asset_id:
            self._forget(cloud_id)
        of_cloud = self._owned.get(cloud_id)
        if of_cloud is None:
            return
        owners = (asset_id, ANY) if asset_id else tuple(of_cloud)
        for key in {key for owner in owners for key in of_cloud.get(owner, ())}:
            # What was erased does not stay in memory until it is its turn to go.
            for answer in self._remove(key).answers.values():
                self._let_go(_name(answer))

    def drop_all(self) -> None:
        """Forget everything, and begin anew."""
        self._generation += 1
        self._generation_known = self._generation
        self._forget(EVERY_CLOUD)
        self._changes.clear()
        self._targets.clear()
        self._owned.clear()
        self._entries = 0
        for name in tuple(self._bodies):
            self._let_go(name)

    def _note(self, cloud_id: str, asset_id: str) -> None:
        self._generation += 1
        if len(self._changes) == CHANGES_MAX:
            self._generation_known = self._changes[0][0]
        self._changes.append((self._generation, cloud_id, asset_id))

    def _may_enter(self, generation: int, media: Media) -> bool:
        if not self.is_on or generation < self._generation_known:
            return False
        owners = owners_of(media)
        for number, cloud_id, asset_id in reversed(self._changes):
            if number <= generation:
                break
            if cloud_id == media.cloud_id and (asset_id in owners or not asset_id or ANY in owners):
                return False
        return True

    def _remove(self, key: Key) -> _Target:
        target = self._targets.pop(key)
        self._entries -= len(target.answers)
        of_cloud = self._owned[target.cloud_id]
        for owner in target.owners:
            of_cloud[owner].discard(key)
            if not of_cloud[owner]:
                del of_cloud[owner]
        if not of_cloud:
            del self._owned[target.cloud_id]
        return target

    def _keep_body(self, name: tuple[str, str], body: bytes) -> None:
        self._let_go(name)
        self._bodies[name] = body
        self._bodies_bytes += len(body)
        while self._entries * ENTRY_BYTES > self._bytes_max // ENTRIES_SHARE and len(self._targets) > 1:
            self._remove(next(iter(self._targets)))
        while self._bodies_bytes + self._entries * ENTRY_BYTES > self._bytes_max and len(self._bodies) > 1:
            self._let_go(next(iter(self._bodies)))

    def _lay_out(self, name: tuple[str, str], data: bytes) -> Body:
        """What is asked for a second time is worth the trouble."""
        body = self._bodies[name] = laid_out(data)
        self._sheets += isinstance(body, Sheet)
        return body

    def _let_go(self, name: tuple[str, str]) -> None:
        """Nobody holds a body for longer than it takes to send it, and nothing is waited for in between."""
        body = self._bodies.pop(name, b"")
        self._bodies_bytes -= len(body)
        if isinstance(body, Sheet):
            self._sheets -= 1
            body.close()


def answer_of(media: Media, path: Path | None) -> Answer:
    """An answer to keep, with the head of its 200 written out once."""
    return Answer(media, head_of(media, caching.Reply(200, 0, media.size_bytes)), path)


def head_of(media: Media, reply: caching.Reply) -> bytes:
    """The lines of an answer's headers that are the same each time."""
    lines = [f"{name}: {value}\r\n" for name, value in caching.headers_of(media, reply)]
    return "".join(lines).encode("latin-1")


def _name(answer: Answer) -> tuple[str, str]:
    """What a body is known by: a file that had to be made again may differ from what it was."""
    return answer.media.blob_key, answer.media.md5


def _read(path: Path, size_bytes: int) -> bytes | None:
    """A small file in one call: while the machine has it in memory, that is quicker than asking a thread to do it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        body = os.pread(fd, size_bytes + 1, 0)
    except OSError:
        return None
    finally:
        os.close(fd)
    return body if len(body) == size_bytes else None
