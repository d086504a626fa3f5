"""Analysis: what is seen in a picture at some address, that need not be stored."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.uploads.glance import Glance
from safelight.web import logs
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import analysis

PREFIX = "/v2/{cloud}/analysis/analyze"
PREFIX_BY_MODEL = "/v2/analysis/{cloud}/analyze"
"""Where newer clients ask, with the model in the path."""


@dataclass(frozen=True)
class Analysis:
    """The calls that keep nothing."""

    door: AdminDoor
    glance: Glance

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("POST", "/{input}", self.analyze, needs=Act.READ, prefix=PREFIX),
            self.door.route("POST", "/{model}", self.analyze_by_model, needs=Act.READ, prefix=PREFIX_BY_MODEL),
        ]

    async def analyze(self, call: Call) -> dict[str, Any]:
        if call.path["input"] != "uri":
            raise Invalid(f"Invalid input_type {call.path['input'][:50]}")
        return await self._analyzed(call, words.required(call.params, "analysis_type"))

    async def analyze_by_model(self, call: Call) -> dict[str, Any]:
        return await self._analyzed(call, call.path["model"])

    async def _analyzed(self, call: Call, word: str) -> dict[str, Any]:
        name, uri = analysis.type_of(word), analysis.uri(call.params)
        glanced = await self.glance(call.cloud, uri, analysis.word_of(name))
        return analysis.told(name, uri, glanced, logs.request_id())
