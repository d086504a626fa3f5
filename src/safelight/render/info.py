"""Info: what came of a plan, as JSON (`fl_getinfo`)."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace

from safelight.render.model import Rendered
from safelight.transform.geometry import Box, Size


def told(made: Rendered, source: Size, file: int, chosen: Sequence[Box]) -> Rendered:
    """The sizes of source and result, and which parts of the source were cut out for their content."""
    facts: dict[str, object] = {
        "input": {"width": source.width, "height": source.height, "bytes": os.fstat(file).st_size},
        "output": {"width": made.width, "height": made.height, "bytes": len(made.data)},
    }
    if chosen:
        facts["g_auto_info"] = [
            {"x": box.left, "y": box.top, "width": box.width, "height": box.height} for box in chosen
        ]
    return replace(made, data=json.dumps(facts, separators=(",", ":")).encode(), format="json")
