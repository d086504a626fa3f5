"""Pages of an archive: what tells a person what it holds, and a program what its records look like."""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from safelight.kernel.holdings import Holding, Sheet


def pages(
    controller: str,
    as_of: datetime,
    sheets: Sequence[tuple[str, Sheet]],
    holdings: Sequence[Holding],
    counts: Mapping[str, int],
) -> Iterator[tuple[str, str]]:
    """Their names and texts. `sheets` come with their contexts; `counts` with a `~` are of what is not handed out."""
    kept = [
        {"name": each.name, "what": each.what, "why": each.why, "days": each.days, "then": each.fate.value}
        for each in holdings
    ]
    yield "retention.json", json_text(kept, indent=1) + "\n"
    for _, sheet in sheets:
        if not sheet.why_not_given:
            properties: dict[str, dict[str, Any]] = {name: {} for name in sheet.fields}
            schema: dict[str, Any] = {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "title": sheet.name,
                "type": "object",
                "properties": properties,
                "additionalProperties": False,
            }
            yield f"schemas/{sheet.name}.json", json_text(schema, indent=1) + "\n"
    yield "README.txt", README.format(as_of=as_of.isoformat())
    yield "index.html", _index(controller, as_of, sheets, counts)


README = """Everything that this installation knows about you, as of {as_of}.

index.html    what there is, to read without a connection
manifest.json every file with its SHA-256 and the archive it lies in, where there are several; what is not in here and
              why; what should be and is missing. manifest.sig is the signature of it
data/         records, one a line, as JSON; schemas/ tells their fields; csv/ has the same as tables, where a cell that
              a program would compute begins with '
media/        your files, each with what is known of it beside it (schema.org)
retention.json how long everything is kept, and why
receipt.json  proves that this was handed out; the program that it names checks the archive with all that is in it
"""


def _index(controller: str, as_of: datetime, sheets: Sequence[tuple[str, Sheet]], counts: Mapping[str, int]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="data/{context}/{sheet.name}.jsonl">{html.escape(sheet.name)}</a> '
        f'(<a href="csv/{context}/{sheet.name}.csv">CSV</a>)</th>'
        f"<td>{counts.get(sheet.name, 0)}</td><td></td></tr>\n"
        if not sheet.why_not_given
        else f'<tr><th scope="row">{html.escape(sheet.name)}</th><td>{counts.get(f"~{sheet.name}", 0)}</td>'
        f"<td>{html.escape(sheet.why_not_given)}</td></tr>\n"
        for context, sheet in sheets
    )
    return INDEX.format(as_of=html.escape(as_of.isoformat()), controller=html.escape(controller), rows=rows)


INDEX = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Everything about you</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
</style>
<h1>Everything about you</h1>
<p>As of {as_of}. {controller}</p>
<p>Your files lie in <a href="media/">media</a>, and how long everything is kept in
<a href="retention.json">retention.json</a>. <a href="manifest.json">manifest.json</a> lists every file.</p>
<table><caption>Records</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">How many</th>
<th scope="col">Not handed out, because</th></tr></thead>
<tbody>
{rows}</tbody></table>
</html>
"""


def json_text(value: Any, indent: int | None = None) -> str:
    """Lines of records have their fields in order of their names; a document as it is written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=indent is None, indent=indent)
