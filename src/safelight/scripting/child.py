"""Child: one confined process, one script. What it may see comes in by stdin, what it said goes out by stdout."""

import importlib
import json
import logging
import resource
import signal
import sys
from typing import Any

from safelight.render import sandbox

STACK_BYTES_MAX = 256 * 1024
PROCESS_BYTES = 512 * 1024 * 1024
"""Address space of Python and the engine themselves, beside the memory of the script."""
ERROR_CHARS_MAX = 300
CPU_SECONDS_SPARE = 1
"""So much processor time more than the script's own, and the kernel ends the process."""

# A script sees the time that it was handed, and no other.
_CLOCK = """(() => {
  const Real = Date;
  const now = NOW;
  function Dated(...parts) {
    if (!new.target) return new Real(now).toString();
    return parts.length ? new Real(...parts) : new Real(now);
  }
  Dated.prototype = Real.prototype;
  Dated.now = () => now;
  Dated.parse = Real.parse;
  Dated.UTC = Real.UTC;
  globalThis.Date = Dated;
})();"""


def answer(engine: Any, asked: dict[str, Any], seconds_max: float, memory_bytes_max: int) -> dict[str, Any]:
    """What the script left in its answer, or the words of its error. `engine` is the module of QuickJS."""
    context = engine.Context()
    context.set_memory_limit(memory_bytes_max)
    context.set_max_stack_size(STACK_BYTES_MAX)
    context.set_time_limit(seconds_max)
    try:
        context.eval(_CLOCK.replace("NOW", str(int(asked["now_ms"]))))
        for name, value in asked["seen"].items():
            context.set(name, context.parse_json(json.dumps(value)))
        context.eval(asked["before"])
        # What it evaluates to is nobody's: it might be nothing that can leave the engine.
        context.eval(asked["text"] + "\n;void 0")
        # It may have put anything there, and be anything: only text comes out, and is read as JSON by the parent.
        found = context.eval(f"JSON.stringify({asked['answer']})")
    except engine.StackOverflow:
        return {"error": "RangeError: Maximum call stack size exceeded"}
    except engine.JSException as error:
        return _fault(str(error))
    except ValueError:
        return {"error": "SyntaxError: the script is no plain text"}
    return {"answer": found if isinstance(found, str) else "null"}


def _fault(words: str) -> dict[str, Any]:
    """An error of the engine. Without memory it has not even a name."""
    first = words.strip().partition("\n")[0][:ERROR_CHARS_MAX]
    if first == "InternalError: interrupted":
        return {"limit": "time"}
    if first in {"null", "InternalError: out of memory"}:
        return {"limit": "memory"}
    return {"error": first}


def main(arguments: list[str]) -> None:
    """Arguments: the parent's id, seconds, bytes."""
    parent, seconds_max, memory_bytes_max = int(arguments[0]), int(arguments[1]), int(arguments[2])
    sandbox.die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()
    asked = json.loads(sys.stdin.buffer.read())
    # Its own module and not the package around it, which starts a thread: those of before the sandbox stay outside.
    engine = importlib.import_module("_quickjs")
    in_place = sandbox.apply(PROCESS_BYTES + 2 * memory_bytes_max)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds_max + CPU_SECONDS_SPARE, seconds_max + CPU_SECONDS_SPARE))
    said = answer(engine, asked, seconds_max, memory_bytes_max)
    if asked.get("tells_layers"):
        said["layers"] = in_place
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
