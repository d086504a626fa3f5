"""Files of a policy and signed notes that are nearly right: read whole, or refused with words."""

from pathlib import Path
from random import Random
from typing import Any

import yaml

from safelight.kernel.errors import Invalid
from safelight.privacy import note, policy_read
from safelight.privacy.node import parsed
from tests.fuzz.files import mutated
from tests.fuzz.letters import scrambled

SHIPPED = (Path(policy_read.__file__).parent / policy_read.SHIPPED).read_text()
LINES = SHIPPED.splitlines()
OVER = (
    "controller: {name: Ada, postal: Somewhere 1, contact: ada@example.org}",
    "recipients: {mail: {title: Post, role: processor, purposes: [mail.service], country: DE}}",
    "locations: [{store: database, country: DE, operator: Ada}]",
    "analytics: []",
    "frameworks: {}",
    "controller: {name: &a [*a]}",
    "a: " + "[" * 500,
    "x: !!python/name:os.system",
    "a: 1e999999\nb: 2026-99-99\nc: 0o9\nd: .inf",
)
WHOLE = """
controller: {name: Ada, postal: Somewhere 1, contact: ada@example.org, authority: A, authority_url: https://a.example}
recipients:
  post: {title: Post, role: processor, purposes: [mail.service], entities: [mail-log], hosts: [mail.example.org],
         country: DE, transfer_tool: scc, dpa_sha256: "%s", flows_down: true, active_from: 2027-02-14}
locations: [{store: database.url, country: DE, operator: Ada}]
analytics: [post]
frameworks: {dpf: {enabled: true, certificate: "1", expires_on: 2027-02-14, recourse: Somebody}}
""" % ("a" * 64)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**40, 1e308, float("nan"), "", " ", "x" * 5000, "\u202e", "a\nb", "DE", "2027-02-30"),
    *([], [[]], [None], {}, {"": 1}, {"a": {}}, {"x" * 100: 1}, {1: 2}, ["post"] * 2000),
)
NOTE = "media.example.com/ledger\n3\nw4wXfJ==\n\n— media.example.com/ledger Xr1bWgAA\n"


def one(random: Random, number: int) -> str:
    match number % 8:
        case 0:
            text = "\n".join(random.sample(OVER, random.randint(1, 3)))
            return _policy(scrambled(random, text).encode(errors="surrogatepass"), is_over=True)
        case 1:
            start = random.randrange(len(LINES))
            lines = [*LINES[:start], *LINES[start + random.randint(0, 3) :]]
            return _policy(mutated(random, "\n".join(lines).encode()), is_over=False)
        case 2:
            return _policy(_spoilt(random, SHIPPED), is_over=False)
        case 3 | 4 | 5:
            return _policy(_spoilt(random, WHOLE), is_over=True)
        case _:
            return _note(scrambled(random, NOTE))


def _spoilt(random: Random, text: str) -> bytes:
    """A file of the right form, in which something is of another kind than it should be, missing, or too much."""
    model = yaml.load(text, Loader=yaml.CBaseLoader)
    for _ in range(random.randint(1, 3)):
        _spoil(random, model)
    return yaml.dump(model, Dumper=yaml.CSafeDumper, allow_unicode=True).encode()


def _spoil(random: Random, model: Any) -> None:
    """In one place, however deep it lies."""
    while True:
        places = list(model) if isinstance(model, dict) else list(range(len(model)))
        place = random.choice(places) if places else None
        if place is None:
            return
        if isinstance(model[place], dict | list) and model[place] and random.random() < 0.8:
            model = model[place]
            continue
        match random.randrange(4):
            case 0:
                del model[place]
            case 1 if isinstance(model, dict):
                model[random.choice(("more", "on", "*", "a b", 7))] = model.pop(place)
            case _:
                model[place] = random.choice(ODD)
        return


def _policy(data: bytes, *, is_over: bool) -> str:
    try:
        found = parsed(data, "mine.yaml")
        if is_over:
            policy_read.laid_over(policy_read.shipped(), found)
        else:
            chapters = (Path(policy_read.__file__).parent / policy_read.CHAPTERS).read_bytes()
            policy_read.policy_of(found, parsed(chapters, policy_read.CHAPTERS))
    except Invalid as error:
        refusal = error.message
    else:
        return "a policy"
    assert "mine.yaml" in refusal or "chapters.yaml" in refusal, refusal
    return "refused with a place"


def _note(text: str) -> str:
    try:
        note.parse(text)
    except Invalid:
        return "refused"
    return "a note"
