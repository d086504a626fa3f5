"""Fuzzing in one go: texts, addresses, bodies, requests, files and chains that nobody thought of; what came of them.

`python -m tests.fuzz --chains 10000 --seed 7`; the same seed gives the same inputs.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from safelight.kernel.errors import Invalid, NotFound
from safelight.render.effect import vocabulary
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.url import parse_path
from tests.fuzz import calls, chains, doors, files, forms, mails, papers, searches
from tests.fuzz.letters import scrambled

Result = tuple[Counter[str], list[str]]


def grammar(random: Random, number: int) -> str:
    text = scrambled(random, chains.chain(random))
    plan, refusal = None, None
    try:
        plan = parse(text, vocabulary(), lambda name: "w_20")
    except TransformError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.start <= refusal.end <= len(refusal.text), f"points beside the text: {text}"
        return "refused with a place"
    assert plan is not None
    again = parse(canon(plan), vocabulary(), lambda name: "w_20")
    assert again == plan, f"another meaning in canonical form: {text}"
    return "understood"


def addresses(random: Random, number: int) -> str:
    parts = [
        "demo",
        random.choice(["image", "video", "raw", "images", "i"]),
        random.choice(["upload", "fetch", "private"]),
    ]
    parts += [chains.chain(random)] if random.random() < 0.8 else []
    parts += random.sample(["v12", "s--abcdefgh--", "folder", "w_100", "http://a.example/b?c=d", "name.jpg"], 2)
    path = scrambled(random, "/" + "/".join(parts))
    try:
        return "an asset" if parse_path(path, random.choice(["", "a=b", "__cld_token__=x", "%"])).name else "nothing"
    except (Invalid, NotFound):
        return "refused"


class Pictures:
    """Chains on small pictures."""

    def __init__(self) -> None:
        self.files, self.sources = chains.stock(), chains.sources()
        self.known = {format: chains.known(data, format) for format, data in self.sources.items()}

    def __call__(self, random: Random, number: int) -> str:
        format = sorted(self.sources)[number % len(self.sources)]
        return chains.outcome(chains.chain(random), self.known[format], self.sources[format], self.files)


def tried(name: str, seed: int, count: int, ends_at: float, one: Callable[[Random, int], str]) -> Result:
    """`count` tries, each with its own seed, so that one can be repeated alone."""
    outcomes, faults = Counter[str](), list[str]()
    for number in range(count):
        if time.monotonic() > ends_at:
            outcomes["not tried, out of time"] = count - number
            break
        try:
            outcomes[one(Random(f"{seed}:{name}:{number}"), number)] += 1
        except Exception as error:
            faults.append(f"{name} {number} of seed {seed}: {type(error).__name__}: {error}"[:300])
            print(faults[len(faults) - 1], file=sys.stderr, flush=True)
            outcomes["FAULT"] += 1
    return outcomes, faults


def whole(name: str, seed: int, count: int) -> Result:
    """Those that need something that stands for all of their tries."""
    if name in {"doors", "people"}:
        return doors.run(name, seed, count)
    if name == "calls":
        return calls.run(seed, count)
    return asyncio.run((forms if name == "forms" else files).run(seed, count))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grammar", type=int, default=20_000, help="texts for the parser")
    parser.add_argument("--addresses", type=int, default=20_000, help="paths for the router")
    parser.add_argument("--searches", type=int, default=20_000, help="search expressions")
    parser.add_argument("--forms", type=int, default=5_000, help="bodies of uploads")
    parser.add_argument("--mails", type=int, default=10_000, help="letters that come in")
    parser.add_argument("--papers", type=int, default=3_000, help="files of a policy, signed notes")
    parser.add_argument("--doors", type=int, default=2_000, help="requests to a real installation")
    parser.add_argument(
        "--people", type=int, default=2_000, help="requests to sign-in, accounts, letters, bulk actions"
    )
    parser.add_argument("--calls", type=int, default=2_000, help="calls that the OpenAPI document allows")
    parser.add_argument("--files", type=int, default=400, help="broken files for real children")
    parser.add_argument("--chains", type=int, default=1000, help="chains that are rendered")
    parser.add_argument("--only", type=int, metavar="N", help="repeat the chain of this number alone, with its error")
    parser.add_argument("--seconds", type=float, default=1800, help="stop after so long")
    args = parser.parse_args()
    if args.only is not None:
        print(chains.chain(Random(f"{args.seed}:chains:{args.only}")))
        print(Pictures()(Random(f"{args.seed}:chains:{args.only}"), args.only))
        return 0
    ends_at = time.monotonic() + args.seconds
    faults: list[str] = []
    print("| what | tries | seconds | came of it |\n| --- | --- | --- | --- |")
    for name, count, one in (
        ("grammar", args.grammar, grammar),
        ("addresses", args.addresses, addresses),
        ("searches", args.searches, searches.one),
        ("forms", args.forms, None),
        ("mails", args.mails, mails.one),
        ("papers", args.papers, papers.one),
        ("doors", args.doors, None),
        ("people", args.people, None),
        ("calls", args.calls, None),
        ("chains", args.chains, Pictures()),
        ("files", args.files, None),
    ):
        started = time.monotonic()
        if not count:
            continue
        if one is None:
            outcomes, found = whole(name, args.seed, count)
            print("\n".join(found), file=sys.stderr, flush=True)
        else:
            outcomes, found = tried(name, args.seed, count, ends_at, one)
        faults += found
        words = ", ".join(f"{outcome} {times}" for outcome, times in outcomes.most_common())
        print(f"| {name} | {count} | {time.monotonic() - started:.0f} | {words} |", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
