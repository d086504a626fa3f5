"""Checks of letters and of masking: they pass as things are, and each fault makes its own clause fail."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.keys.local import LocalKeys
from safelight.adapters.mailer.listener import Where, listening
from safelight.adapters.mailer.memory import MemoryMailer
from safelight.boot import house, lettered
from safelight.boot.house import House
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import TooMany
from safelight.mail import correspondence, subjects
from safelight.mail.desk import Desk
from safelight.ports.database import Database
from safelight.ports.keys import KeyStore
from safelight.ports.rows import RowsKeeper
from safelight.privacy import masking
from safelight.privacy.masking import Masked
from safelight.privacy.selfcheck import Finding, failed, passed
from safelight.worker.taking_in import TakeIn
from tests.installation import free_port
from tests.privacy import asking
from tests.privacy.test_erase import KEYS, keepers_with

DESK = Desk("privacy@example.com", asking.SENDER)


@pytest.fixture
def take_in(database: Database, clock: StillClock) -> TakeIn:
    return TakeIn(database, KEYS, clock, DESK, asking.tend_with(database, clock).requests, 1000)


def keeper(keys: KeyStore = KEYS) -> RowsKeeper:
    return subjects.keeper_of(keys, MemoryMailer())


async def are_kept(take_in: TakeIn, kept_by: RowsKeeper) -> Finding:
    async with take_in.database.transaction() as session:
        found = await lettered.are_kept(session, take_in, kept_by)
        for table in ("messages", "privacy_requests", "letters", "ledger_entries"):
            assert await session.fetch(text(f"SELECT 1 FROM {table}")) == []
    return found


async def test_a_letter_of_a_canary_is_kept_and_nothing_of_the_trial_stays(take_in: TakeIn):
    assert (await are_kept(take_in, keeper())).status == "PASS"


async def test_a_flood_of_letters_is_no_fault_of_this_promise(take_in: TakeIn):
    full = replace(take_in, letters_hour_max=0)
    async with take_in.database.transaction() as session:
        with pytest.raises(TooMany):
            await full(session, b"From: ann@example.org\r\nSubject: hello\r\n\r\nwhat do you know of me?\r\n")
    assert (await are_kept(full, keeper())).status == "PASS"


async def test_letters_that_are_not_given_or_not_sealed_fail_pp_03(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch):
    class Plain(LocalKeys):
        def seal(self, plain: bytes, context: str) -> bytes:
            return plain

        def open(self, sealed: bytes, context: str) -> bytes:
            return sealed

    plain = Plain(bytes(32))
    bare = replace(take_in, keys=plain)
    assert "in the clear" in (await are_kept(bare, keeper(plain))).evidence
    assert "what a letter said" in (await are_kept(take_in, keeper(LocalKeys(bytes(32))))).evidence

    async def forgets(*_words: Any) -> None:
        return None

    monkeypatch.setattr(correspondence, "keep", forgets)
    assert "is not in a copy" in (await are_kept(take_in, keeper())).evidence


def test_others_are_masked_and_a_fault_fails_pp_49(monkeypatch: pytest.MonkeyPatch):
    keepers = keepers_with(MemoryBlobs())
    assert lettered.others_are_masked(keepers, is_masking=True).status == "PASS"
    assert "without masking" in lettered.others_are_masked(keepers, is_masking=False).evidence
    mail = next(each for each in keepers if each.context == "mail")
    assert isinstance(mail, RowsKeeper)
    rows = tuple(replace(each, free_texts=()) for each in mail.rows)
    bare = [replace(mail, rows=rows) if each is mail else each for each in keepers]
    assert "messages.text is handed out" in lettered.others_are_masked(bare, is_masking=True).evidence

    def nothing(words: str, *_more: Any) -> Masked:
        return Masked(words)

    monkeypatch.setattr(lettered, "mask", nothing)
    assert "the name of others" in lettered.others_are_masked(keepers, is_masking=True).evidence
    assert masking.mask("a@b.example", masking.Own(), []).counts


async def test_the_listener_is_heard_or_pp_73_fails(tmp_path: Any, clock: StillClock):
    settings = house.model(tmp_path)
    port = free_port()
    heard: list[object] = []

    async def take(came: object) -> None:
        heard.append(came)

    def rooms(listen: str | None) -> House:
        made: Mapping[str, Any] = {"settings": replace(settings, mail=replace(settings.mail, listen=listen))}
        names = ("clock", "database", "queue", "blobs", "keys", "fetcher", "edge", "gate", "ring")
        return House(**made, **dict.fromkeys(names))

    said = passed("somebody is named")
    assert "ingest-mail" in (await lettered.is_heard(rooms(None), DESK, said)).evidence
    assert (await lettered.is_heard(rooms(str(port)), DESK, failed("nobody"))).evidence == "nobody"
    assert (await lettered.is_heard(rooms(str(port)), DESK, said)).status == "FAIL"
    async with listening(Where("127.0.0.1", port), DESK.takes, take, bytes_max=10_000):
        assert (await lettered.is_heard(rooms(str(port)), DESK, said)).status == "PASS"
    async with listening(Where("127.0.0.1", port), lambda _address: False, take, bytes_max=10_000):
        assert (await lettered.is_heard(rooms(str(port)), DESK, said)).status == "FAIL"
    assert len(heard) == 1
