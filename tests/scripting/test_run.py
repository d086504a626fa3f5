"""What a script can do: say what it thinks, and nothing else."""

import asyncio
from datetime import UTC, datetime

import pytest

from safelight.kernel.errors import Busy, Invalid, TooMuch
from safelight.scripting import run
from safelight.scripting.model import Script
from safelight.scripting.run import RunScript
from safelight.settings import ScriptSettings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = ScriptSettings(seconds_max=1, memory_bytes_max=16 * 1024 * 1024)


def script(text: str, **words: object) -> Script:
    return Script(**{"text": text, "seen": {"said": {"n": 1}}, "answer": "said", "now": NOW, **words})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", {"n": 1}),
        ("said.n += 1.5", {"n": 2.5}),
        ("said['list'] = ['a', `${said.n}-ü`, said.missing?.deep ?? null]", {"n": 1, "list": ["a", "1-ü", None]}),
        ("var {n} = said; said = n > 0 ? 'yes' : 'no'", "yes"),
        ("said = undefined", None),
        ("said = '\\u00eb\\ud83d\\ude00'; '\\ud800'", "\u00eb\U0001f600"),
        ("said = '\\\\u0000' // the end", "\\u0000"),
        ("said = new Date().toISOString() + Date.now()", "2026-03-01T12:00:00.000Z1772366400000"),
        ("said = new Date(0).getUTCFullYear() + Date.UTC(1970, 0)", 1970),
        (
            "said = [typeof require, typeof std, typeof os, typeof fetch, typeof process, typeof globalThis.print]",
            ["undefined"] * 6,
        ),
    ],
)
async def test_a_script_changes_what_it_sees(text: str, answer: object):
    assert await RunScript(SETTINGS)(script(text)) == answer


async def test_our_own_lines_come_first():
    assert await RunScript(SETTINGS)(script("said = twice(4)", before="const twice = n => 2 * n")) == 8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("said.missing.deep", "TypeError: cannot read property 'deep' of undefined"),
        ("let a = ;", "SyntaxError: "),
        ("throw new Error('no pictures of cats')", "Error: no pictures of cats"),
        ("function f() { f() }; f()", "RangeError: Maximum call stack size exceeded"),
        ("said.self = said", "TypeError: circular reference"),
        ("import('os')", "The script"),
        ("said = 12n", "TypeError: BigInt"),
        ("said = 'a\0b'", "SyntaxError: the script is no plain text"),
        ("said = '\ud800'", "SyntaxError: the script is no plain text"),
        ("said = '\\ud800'", "The script leaves an answer that is no plain value"),
        ("said = {a: ['\\u0000']}", "The script leaves an answer that is no plain value"),
    ],
)
async def test_an_error_is_told_in_its_own_words(text: str, words: str):
    if words == "The script":
        # Nothing can be imported: the promise is never kept, and nobody waits for it.
        assert await RunScript(SETTINGS)(script(text)) == {"n": 1}
        return
    with pytest.raises(Invalid) as told:
        await RunScript(SETTINGS)(script(text))
    assert told.value.message.startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "while (true) {}",
        "let a = []; while (true) a.push('x'.repeat(1000) + a.length)",
        "new Array(1e9) + ''",
        "/(a+)+$/.test('a'.repeat(40) + 'b')",
        "said = 'x'.repeat(1e6)",
        "said = {toJSON() { while (true) {} }}",
        "Object.prototype.toJSON = () => { for (;;) {} }; said = {}",
    ],
)
async def test_what_passes_a_limit_is_ended(text: str):
    with pytest.raises(TooMuch, match="The script"):
        await RunScript(SETTINGS)(script(text))


async def test_what_a_script_may_be_told_is_bounded():
    with pytest.raises(TooMuch, match="more to tell"):
        await RunScript(SETTINGS)(script("", seen={"said": "x" * 2**20}))


async def test_only_so_many_run_and_wait_at_once():
    running = RunScript(ScriptSettings(at_once=1, waiting_max=1))
    tasks = [asyncio.create_task(running(script("said.n = 2"))) for _ in range(3)]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answer for answer in answers if answer == {"n": 2}]
    assert [answer for answer in answers if isinstance(answer, Busy)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "takes longer"),
        (b"nonsense", "answers too much"),
        (b"[1]", "answers too much"),
        (b'{"answer": 1}', "answers too much"),
        (b'{"answer": "{"}', "no plain value"),
        (b'{"limit": "memory"}', "of memory"),
        (b"[" * 100_000, "answers too much"),
    ],
)
def test_what_a_process_writes_is_not_trusted(said: bytes, words: str):
    with pytest.raises((Invalid, TooMuch), match=words):
        run.read(said, SETTINGS)


async def test_what_is_told_twice_is_the_same():
    first, second = [await RunScript(SETTINGS)(script("said = [1, 'a', {b: 2}]")) for _ in range(2)]
    assert first == second
