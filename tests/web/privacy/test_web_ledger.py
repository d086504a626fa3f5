"""Everybody may read the ledger and check it: checkpoint, proofs, keys, lines, and the program that checks receipts."""

import inspect

import httpx
import pytest

from safelight.privacy import merkle, note, verify
from safelight.privacy.note import Verifier
from safelight.web.app import build
from safelight.web.errors import on_error
from safelight.web.metrics import Metrics
from safelight.web.privacy.ledger import LINES_MAX, LedgerDoor
from tests.privacy.evidence import checkpoints_of, write

LINES = 7


@pytest.fixture
async def client(database, clock):
    checkpoints = checkpoints_of(database, clock)
    async with database.transaction() as session:
        await write(session, clock, LINES)
        await checkpoints.make(session)
    app = build(LedgerDoor(database, checkpoints).routes(), on_error=on_error, metrics=Metrics())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://media.test") as client:
        yield client


async def test_the_newest_checkpoint_is_told_as_a_note_and_as_json(client):
    signed = (await client.get("/.well-known/safelight-ledger/checkpoint")).text
    told = (await client.get("/privacy/v1/ledger/checkpoint")).json()
    [key] = (await client.get("/privacy/v1/ledger/keys")).json()["keys"]
    assert told["note"] == signed
    assert note.is_signed(signed, [Verifier.parse(key["key"])])
    assert (told["size"], told["roster"]["size"]) == (LINES + 1, 0)
    assert key["until"] is None


async def test_each_line_is_proved_to_be_in_it(client):
    root = bytes.fromhex((await client.get("/privacy/v1/ledger/checkpoint")).json()["root"])
    for leaf in range(LINES + 1):
        told = (await client.get("/privacy/v1/ledger/proof", params={"leaf": leaf})).json()
        path = [bytes.fromhex(each) for each in told["proof"]]
        assert merkle.proves_inclusion(merkle.leaf_hash(told["body"].encode()), leaf, told["size"], path, root)


async def test_an_older_ledger_is_proved_to_be_how_it_begins(client):
    lines = (await client.get("/privacy/v1/ledger/entries")).json()["entries"]
    root = bytes.fromhex((await client.get("/privacy/v1/ledger/checkpoint")).json()["root"])
    leaf = [merkle.leaf_hash(each.encode()) for each in lines]
    old = merkle.node_hash(merkle.node_hash(leaf[0], leaf[1]), leaf[2])
    told = (await client.get("/privacy/v1/ledger/proof", params={"from": 3, "size": LINES + 1})).json()
    path = [bytes.fromhex(each) for each in told["proof"]]
    assert merkle.proves_consistency(3, LINES + 1, old, root, path)


async def test_lines_come_in_pages(client):
    seen, start = [], 0
    while start is not None:
        page = (await client.get("/privacy/v1/ledger/entries", params={"start": start, "max_results": 3})).json()
        seen += page["entries"]
        start = page["next"]
    assert seen == (await client.get("/privacy/v1/ledger/entries")).json()["entries"]
    assert len(seen) == LINES + 1
    assert LINES_MAX <= 500


async def test_the_verifier_is_handed_out_as_it_is(client):
    answer = await client.get("/.well-known/safelight-ledger/verify.py")
    assert answer.text == inspect.getsource(verify)
    assert answer.headers["content-type"].startswith("text/x-python")


@pytest.mark.parametrize(
    "path",
    [
        "proof",
        "proof?leaf=0&from=1",
        "proof?leaf=99",
        "proof?leaf=-1",
        "proof?leaf=x",
        "proof?leaf=1&size=99",
        "proof?from=9&size=3",
        "proof?leaf=1&tree=2",
        "proof?leaf=9999999999999999999",
        "entries?start=x",
        "entries?count=3",
    ],
)
async def test_what_cannot_be_is_told_in_words(client, path):
    answer = await client.get(f"/privacy/v1/ledger/{path}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


async def test_what_lies_past_the_end_is_an_empty_page(client):
    assert (await client.get("/privacy/v1/ledger/entries?start=99")).json() == {
        "start": 99,
        "entries": [],
        "next": None,
    }
