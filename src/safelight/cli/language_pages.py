"""Language pages: docs/reference/transformations, from the parser's words, the effects and their examples."""

from collections.abc import Iterable

from safelight.cli.examples import FEATURES, PICTURES, SUFFIX, USUAL, Example, looks, of_effect
from safelight.cli.markdown import page, table
from safelight.cli.values import default_text, values_text
from safelight.transform.manual import CROP_MODES, FLAGS, GRAVITIES, PARAMETERS, Parameter
from safelight.transform.spec import EffectSpec, Vocabulary

FOLDER = "transformations"
_PICTURES = PICTURES.removeprefix(f"{FOLDER}/")

_KINDS = {
    "action": "changes pixels",
    "qualifier": "says more of what is beside it",
    "delivery": "counts once, at the end",
    "control": "decides what is done",
    "input": "says what is opened",
}
_GROUPS = {"Sizes and cuts": "geometry", "Backgrounds": "backgrounds", "Layers": "layers", "Texts": "texts"}


def language_pages(vocabulary: Vocabulary) -> dict[str, str]:
    """Path below docs/reference -> text."""
    made = {
        "index.md": _index(),
        "parameters.md": _parameters(),
        "gravity.md": _gravity(),
        "flags.md": _flags(),
        "sheet.md": _sheet(vocabulary),
        "effects/index.md": _effects(vocabulary),
    }
    made |= {f"{_GROUPS[group]}.md": _features(group, examples) for group, examples in FEATURES.items()}
    made |= {f"effects/{name}.md": _effect(spec) for name, spec in vocabulary.items()}
    return {f"{FOLDER}/{path}": text for path, text in made.items()}


def _index() -> str:
    intro = (
        "A transformation stands in the address of a picture: components between `/`, done one after the other; in "
        "each of them words with `,` between, in any order; each word a code, `_` and a value."
    )
    rows = [
        ("[Parameters](parameters.md)", "every code, with what it may be, what counts without it, and an example"),
        ("[Effects](effects/index.md)", "every `e_…`, with its picture"),
        ("[Sizes and cuts](geometry.md)", "crop modes, corners, borders and turns, in pictures"),
        ("[Backgrounds](backgrounds.md)", "what `b_` paints, in pictures"),
        ("[Layers](layers.md)", "pictures on pictures"),
        ("[Texts](texts.md)", "letters on pictures"),
        ("[Gravity](gravity.md)", "which part of a picture counts"),
        ("[Flags](flags.md)", "every `fl_…`"),
        ("[Formats](../formats.md)", "what is read, and what is written"),
        ("[Contact sheet](sheet.md)", "all effects and layers side by side"),
    ]
    example = "```text\n/<cloud>/image/upload/c_fill,g_auto,h_300,w_400/e_sepia:60/r_20/f_auto,q_auto/<public ID>\n```"
    tools = (
        "`safelight transform parse` tells what a transformation asks for, `safelight transform explain` says it in "
        "words, and `safelight transform render` makes the picture of a file, without a server."
    )
    return page("Transformations", intro, example, table(("page", "tells"), rows), tools)


def _parameters() -> str:
    kinds = table(("kind", "means"), [(f"{kind}", meaning) for kind, meaning in _KINDS.items()])
    stills = [_row(each) for each in PARAMETERS if not each.is_of_films]
    films = [_row(each) for each in PARAMETERS if each.is_of_films]
    modes = [(f"`{mode}`", meaning) for mode, meaning in CROP_MODES.items()]
    head = ("code", "name", "kind", "may be", "without it", "example")
    order = (
        "Inside a component, whatever the order of its words: conditions and variables first, then what is opened, a "
        "trim, the resize with its bars, the effect, the angle, the corners, the border, the opacity, layers, and the "
        "background of what is still transparent. Delivery codes count once, the last one of each."
    )
    return page(
        "Parameters",
        order,
        table(head, stills),
        kinds,
        "## Crop modes",
        table(("`c_`", "does"), modes),
        "[In pictures](geometry.md).",
        "## Of films and sound",
        "These are read, and pass over still pictures without a trace.",
        table(head, films),
        "## In words",
        *(f"### `{each.code}` {each.name}\n\n{each.about}" for each in PARAMETERS if not each.is_of_films),
    )


def _row(each: Parameter) -> tuple[str, ...]:
    code = "`$`" if each.code == "$" else f"`{each.code}_`"
    return (code, each.name, each.kind, each.values, each.default, f"`{each.example}`")


def _gravity() -> str:
    rows = list(GRAVITIES)
    needs = (
        "Faces are found by what comes along. Things, persons and text are found by models and tools that an operator "
        "supplies: where there are none, the answer is 400 and names the setting."
    )
    return page("Gravity", "`g_` says which part counts.", table(("`g_`", "means", "if not found"), rows), needs)


def _flags() -> str:
    rows = [(f"`{name}`", kind, about) for name, kind, about in FLAGS]
    intro = "`fl_…`, several with `.` between: `fl_png8.attachment:me`."
    return page("Flags", intro, table(("flag", "kind", "does"), rows))


def _features(group: str, examples: tuple[Example, ...]) -> str:
    intro = "Each picture is made of the one on the left, by the chain below it."
    return page(group, intro, *(_shown(example, ".") for example in examples))


def _sheet(vocabulary: Vocabulary) -> str:
    parts = ["Every effect, then every kind of layer, each beside what it was made of."]
    parts += ["## Effects", _grid([example for spec in vocabulary.values() if (example := of_effect(spec))])]
    parts += ["## Looks of `e_art`", _grid([each for spec in vocabulary.values() for each in looks(spec)])]
    for group, examples in FEATURES.items():
        parts += [f"## {group}", _grid(list(examples))]
    return page("Contact sheet", *parts)


def _grid(examples: list[Example]) -> str:
    """Two to a row: before and after, twice."""
    cells = [f"{_image(each.base, '.')} | {_image(each.name, '.')}<br>{each.title}" for each in examples]
    pairs = [(cells[index], cells[index + 1] if index + 1 < len(cells) else " | ") for index in range(0, len(cells), 2)]
    head = ["| before | after | before | after |", "| --- | --- | --- | --- |"]
    return "\n".join(head + [f"| {one} | {other} |" for one, other in pairs])


def _effects(vocabulary: Vocabulary) -> str:
    rows = [
        (f"[`e_{name}`]({name}.md)", spec.summary, f"`{spec.example}`", "needs more" if spec.needs else "")
        for name, spec in vocabulary.items()
    ]
    intro = (
        "Each is one file of `src/safelight/render/effects`. A level that is left out is the default, one out of its "
        "range is an error that names the range."
    )
    of_layers = (
        "`e_multiply`, `e_screen`, `e_overlay`, `e_mask`, `e_cut_out`, `e_displace`, `e_anti_removal` and "
        "`e_style_transfer` say how a layer meets the picture below: see [layers](../layers.md)."
    )
    return page("Effects", intro, of_layers, table(("effect", "does", "example", ""), rows))


def _effect(spec: EffectSpec) -> str:
    items = "".join(f"[:{param.name}]" if param.default is not None else f":{param.name}" for param in spec.params)
    parts = [f"```text\ne_{spec.name}{items}\n```"]
    if spec.params:
        rows = [(f"`{param.name}`", values_text(param), default_text(param.default)) for param in spec.params]
        parts.append(table(("value", "may be", "default"), rows))
    if spec.takes_color:
        parts.append("The colour is given by `co_`.")
    if spec.takes:
        codes = ", ".join(f"`{code}_`" for code in spec.takes)
        parts.append(f"Its place is given by {codes} beside it.")
    if spec.description:
        parts.append(spec.description)
    if spec.needs:
        parts.append(f"It needs {spec.needs}. Where that is missing, the answer is 400.")
    if example := of_effect(spec):
        parts.append(_shown(example, ".."))
        parts += [_shown(look, "..") for look in looks(spec)]
    else:
        parts.append(f"Example: `{spec.example}`")
    return page(f"`e_{spec.name}`", spec.summary, *parts)


def _shown(example: Example, up: str) -> str:
    """Before and after, and the chain."""
    head = f"| {example.base if example.base != USUAL else 'before'} | {example.title} |\n| --- | --- |"
    return f"{head}\n| {_image(example.base, up)} | {_image(example.name, up)} |\n\n`{example.chain}`"


def _image(name: str, up: str) -> str:
    return f"![{name}]({up}/{_PICTURES}/{name}{SUFFIX})".replace("(./", "(")


def pictures_named(vocabulary: Vocabulary) -> Iterable[str]:
    """The file of every picture that the pages show, below docs/reference."""
    named = [example for spec in vocabulary.values() if (example := of_effect(spec))]
    named += [look for spec in vocabulary.values() for look in looks(spec)]
    named += [example for group in FEATURES.values() for example in group]
    return sorted({f"{PICTURES}/{name}{SUFFIX}" for example in named for name in (example.name, example.base)})
