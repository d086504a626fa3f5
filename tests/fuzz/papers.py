"""Files of a policy and signed notes that are nearly right: read whole, or refused with words."""

from pathlib import Path
from random import Random

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
NOTE = "media.example.com/ledger\n3\nw4wXfJ==\n\n— media.example.com/ledger Xr1bWgAA\n"


def one(random: Random, number: int) -> str:
    match number % 3:
        case 0:
            text = "\n".join(random.sample(OVER, random.randint(1, 3)))
            return _policy(scrambled(random, text).encode(errors="surrogatepass"), is_over=True)
        case 1:
            start = random.randrange(len(LINES))
            lines = [*LINES[:start], *LINES[start + random.randint(0, 3) :]]
            return _policy(mutated(random, "\n".join(lines).encode()), is_over=False)
        case _:
            return _note(scrambled(random, NOTE))


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
