"""Layers: the files of this machine that stand for what a transformation refers to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from safelight.kernel.errors import Invalid
from safelight.kernel.media import HEAD_BYTES, Access, Kind, sniff
from safelight.render.model import Part, PartFile
from safelight.transform.plan import Layer, Lut, Plan, Step, TextLayer, TextStyle
from safelight.transform.reference import Reference
from safelight.transform.references import references, with_styles
from safelight.transform.text_style import is_style, text_style

_PURPOSES = {".cube": "cube", ".3dl": "3dl", ".icc": "icc", ".icm": "icc"}
_FONT = "font"
# Of stored texts that nobody named.
_STYLE = "Arial_40"
_FAMILY = "Arial"


@dataclass(frozen=True)
class Layers:
    """`named`: a file, or the style of a stored text, by the name of an asset; `other` stands for all the rest."""

    named: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    other: Path | None = None

    def with_source(self, source: Path) -> "Layers":
        """A picture may be laid on itself: by the name of its file."""
        return replace(self, named={source.stem: str(source), **self.named})

    def parts(self, plan: Plan) -> tuple[Plan, tuple[PartFile, ...]]:
        """The plan with the styles of stored texts written out, and the files that it then refers to."""
        texts = [reference for reference in references(plan) if reference.access is Access.TEXT]
        plan = with_styles(plan, {reference: self._style(reference) for reference in texts})
        if self.other is not None:
            plan = self._without_missing(plan)
        return plan, tuple(self._part(reference) for reference in references(plan))

    def _without_missing(self, plan: Plan) -> Plan:
        """Where something stands in for what is missing: usual letters for a font, nothing for tables and profiles."""
        icc = plan.encode.icc
        encode = replace(plan.encode, icc=None) if icc is not None and self._given(icc) is None else plan.encode
        return replace(plan, steps=self._kept(plan.steps), encode=encode)

    def _kept(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        there = (step for step in steps if not isinstance(step, Lut) or self._given(step.table) is not None)
        return tuple(self._usual(step) if isinstance(step, Layer) else step for step in there)

    def _usual(self, layer: Layer) -> Layer:
        source = layer.source
        if isinstance(source, TextLayer) and isinstance(source.style, TextStyle):
            file = source.style.font_file
            if file is not None and self._given(file) is None:
                source = replace(source, style=replace(source.style, font=_FAMILY, font_file=None))
        return replace(layer, source=source, steps=self._kept(layer.steps))

    def _given(self, reference: Reference) -> str | None:
        return self.named.get(reference.name, self.named.get(reference.name.rpartition(".")[0]))

    def _style(self, reference: Reference) -> TextStyle:
        given = self._given(reference)
        if given is None and self.other is None:
            raise Invalid(f"Unknown text {reference.name}: give its style by --layer {reference.name}=Arial_40_bold")
        return text_style(given or _STYLE)

    def _part(self, reference: Reference) -> PartFile:
        given = self._given(reference)
        path = Path(given) if given is not None else self.other if reference.kind is Kind.IMAGE else None
        if path is None or not path.is_file():
            raise Invalid(f"Unknown {reference.kind} {reference.name}: give it by --layer {reference.name}=FILE")
        return PartFile(Part(reference, _purpose(reference, path)), path)


def read_layers(texts: Sequence[str]) -> Layers:
    """`NAME=FILE` each; a file alone stands for whatever has no file of its own."""
    named: dict[str, str] = {}
    other: Path | None = None
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or Path(text).is_file():
            other = Path(text)
        elif not Path(value).is_file() and not is_style(value):
            raise Invalid(f"There is no file {value} for the layer {name}")
        else:
            named[name] = named[name.replace(":", "/")] = value
    return Layers(named, other)


def _purpose(reference: Reference, path: Path) -> str:
    if reference.kind is Kind.RAW:
        return _PURPOSES.get(Path(reference.name).suffix.lower(), _FONT)
    with path.open("rb") as file:
        format = sniff(file.read(HEAD_BYTES))
    if format is None or not format.readable:
        raise Invalid(f"Unsupported layer {path}: only images can be laid on an image")
    return format.name
