"""Child: a confined process that takes one job after another from its socket, and trusts no source."""

import json
import logging
import os
import pickle
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from safelight.kernel.errors import Invalid, SafelightError, TooMuch
from safelight.render import font_set, message, sandbox, text_font
from safelight.render.message import Message
from safelight.render.model import BROKEN, Analysed, AnalyseJob, Job, LookJob, OpenPart, ProbeJob, RenderJob, Result
from safelight.settings import RenderSettings

# The parent starts us with an output that leads nowhere.
_NOWHERE, _ERRORS = 1, 2

Work = Callable[[Job, Sequence[int]], Result]
"""A job, the open file of its source, and after it those of its parts."""


def settings_text(settings: RenderSettings) -> str:
    """What a child must know; where the darkroom's socket lies, and other programs, is none of its business."""
    folders = {"models": settings.models, "fonts": settings.fonts}
    told = {name: folder and str(folder.absolute()) for name, folder in folders.items()}
    return json.dumps(asdict(replace(settings, socket=None, tesseract=None)) | told)


def settings_of(text: str) -> RenderSettings:
    """The settings that `settings_text` told."""
    said = json.loads(text)
    folders = {name: Path(said[name]) if said[name] else None for name in ("models", "fonts")}
    return RenderSettings(**(said | folders))


def warm() -> None:
    """Do every common thing once, so that the first job meets no cold code."""
    from safelight.render import fonts
    from safelight.render.image import Image

    image = Image.black(16, 16, bands=3).copy(interpretation="srgb").resize(0.5)
    for suffix in (".jpg", ".png", ".webp", ".avif[effort=0]"):
        image.write_to_buffer(suffix)
    # The first letter of a process waits until all fonts were looked through.
    fonts.is_known("sans-serif")


def worker(settings: RenderSettings) -> Work:
    """What a child does with a job and its open files."""
    from safelight.render import pipeline, probe

    text_font.reserve()
    font_set.use(settings.fonts)

    def work(job: Job, files: Sequence[int]) -> Result:
        source, *others = files
        match job:
            case RenderJob():
                opened = zip(job.parts, others, strict=True)
                parts = {part.reference: OpenPart(file, part.format) for part, file in opened}
                return pipeline.render(job.plan, source, job.source_format, settings, parts)
            case ProbeJob():
                return probe.probe(source, job.source_format, settings)
            case AnalyseJob():
                # Only here: what it imports is large, and most children never need it.
                from safelight.render import analysis

                return Analysed(analysis.analyse(source, job.source_format, job.kinds, settings))
            case LookJob():
                from safelight.render import look

                return look.look(source, job.source_format, job.kinds, settings)

    return work


def answer(work: Work, job: Job, files: Sequence[int]) -> Message:
    """The result, or words for the client; what the pictures' libraries say stays inside."""
    try:
        return message.answer_of(work(job, files))
    except SafelightError as error:
        return message.refusal_of(error)
    except (MemoryError, RecursionError):
        return message.refusal_of(TooMuch("The image needs more memory than one render may use."))
    except Exception as error:
        # Pillow and pi-heif raise what they like on broken input: that is the input's fault. A fault of ours would
        # look the same to a client, so its kind goes along for the parent's log; its words may quote the file.
        return message.refusal_of(Invalid(BROKEN), fault=_where(error))


def _where(error: BaseException) -> str:
    """The kind of an error, and the line that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{type(error).__name__} at " + ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)


def noted(reply: Message, job: Job) -> Message:
    """An answer, with what the parent must know beside it: fonts that were not there, and that this child is worn."""
    notes: dict[str, object] = {}
    if isinstance(job, RenderJob) and "rendered" in reply.head:
        from safelight.render import text

        notes |= {"missing_fonts": missing} if (missing := text.missing(job.plan)) else {}
    notes |= {"worn": True} if text_font.is_worn() else {}
    return replace(reply, head=reply.head | notes)


def serve(channel: socket.socket, work: Work, settings: RenderSettings) -> None:
    """Answer jobs until the other side closes the socket."""
    while (received := message.receive_job(channel)) is not None:
        asked, files = received
        try:
            sandbox.allow_cpu_seconds(settings.seconds_max)
            # The parent is trusted: it is the one that confined us.
            job: Job = pickle.loads(asked.body)  # noqa: S301
            message.send(channel, noted(answer(work, job, files), job))
        finally:
            message.close(files)


def run(arguments: list[str], make_work: Callable[[RenderSettings], Work], ready: Callable[[], None]) -> None:
    """Confine this process, say hello, serve. Arguments: the socket's descriptor, the parent's id, the settings."""
    descriptor, parent, text = arguments
    sandbox.die_with_parent(int(parent))
    # Ctrl+C goes to the whole group; the parent decides when its children end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries say about broken pictures would let any uploader write to our log.
    logging.disable()
    warnings.simplefilter("ignore")
    settings = settings_of(text)
    work = make_work(settings)
    with socket.socket(fileno=int(descriptor)) as channel:
        in_place = sandbox.apply(
            settings.memory_bytes_max, [folder for folder in (settings.models, settings.fonts) if folder]
        )
        # Not before: the warming starts threads, and those of before would stand outside the sandbox.
        ready()
        # C libraries print what they like, some of them a line for each broken byte: from here on, into nothing.
        os.dup2(_NOWHERE, _ERRORS)
        try:
            message.send(channel, Message({"hello": in_place}))
            serve(channel, work, settings)
        except (message.Garbled, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    run(sys.argv[1:], worker, warm)
