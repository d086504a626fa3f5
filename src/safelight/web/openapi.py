"""The OpenAPI document: made from the routes, and from what each call says that it reads and answers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight import __version__
from safelight.kernel import errors
from safelight.privacy import notices
from safelight.wire import openapi_calls, openapi_provisioning, openapi_selections, openapi_words
from safelight.wire.openapi_calls import Declared
from safelight.wire.openapi_words import MIXED_KIND, TEXT, UPLOAD_KIND, Word

CALLS: Mapping[str, Declared] = {**openapi_calls.CALLS, **openapi_provisioning.CALLS, **openapi_selections.CALLS}
ANSWERS: Mapping[str, dict[str, Any]] = {
    **openapi_calls.ANSWERS,
    **openapi_provisioning.ANSWERS,
    **openapi_selections.ANSWERS,
}
WORDS: Mapping[str, Word] = {**openapi_words.WORDS, **openapi_provisioning.WORDS, **openapi_selections.WORDS}
PATH_WORDS: Mapping[str, Word] = {**openapi_words.PATH_WORDS, **openapi_provisioning.PATH_WORDS}

PATH = "/openapi.json"
CLOUD = "/v1_1/{cloud}"
API = ("/v1_1/", "/v2/")
"""What is described begins so; the rest is delivery, and pages for people and machines."""
HOUR = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
WRITING = ("POST", "PUT")
"""Methods whose words stand in the body; with the others they may, too."""
NO_CONTENT = 204
UNDESCRIBED = frozenset({"HEAD", "OPTIONS"})
OPEN = frozenset({"/upload", "/upload_chunked", "/{kind}/upload", "/{kind}/upload_chunked", "/delete_by_token"})
"""Calls that may come without credentials: with an unsigned preset, or a token."""
FILE = "File"
"""The answer that is no JSON."""
MIXED = "/{kind}/generate_archive"

ACCOUNTS = ("/v1_1/provisioning/accounts/", "/v2/accounts/")
"""Calls about accounts begin so; the key is one of the account."""
ACCOUNTLESS = frozenset({"/v1_1/provisioning/agents/accounts", "/v1_1/provisioning/clouds"})
"""Calls about accounts that need no credentials."""

REFUSALS: tuple[type[errors.SafelightError], ...] = (
    errors.Invalid,
    errors.Unauthorized,
    errors.Forbidden,
    errors.NotFound,
    errors.Conflict,
    errors.TooLarge,
    errors.TooMany,
    errors.NotAvailable,
    errors.StoreFull,
)
"""What any call may answer when it does not do what it was asked."""

_PATTERN = re.compile(r"\{(\w+)(?::\w+)?\}")


def door(routes: Sequence[BaseRoute]) -> Route:
    """The route that hands out what is said of the others."""

    @cache
    def made() -> dict[str, Any]:
        return document(routes)

    async def openapi(_request: Request) -> Response:
        """All calls of the API, as OpenAPI."""
        return JSONResponse(made(), headers=HOUR)

    return Route(PATH, openapi, methods=["GET"])


def document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The whole document. The first of two routes that match alike is the one that answers."""
    paths: dict[str, dict[str, Any]] = {}
    shapes: dict[str, str] = {}
    for route, method in calls(routes):
        # Two templates that differ in the names of their words alone are one path to OpenAPI.
        template = shapes.setdefault(_PATTERN.sub("{}", route.path), plain(route.path))
        paths.setdefault(template, {}).setdefault(method.lower(), _operation(route, method, template))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Safelight",
            "version": __version__,
            "description": "Uploads, assets and all that is known of them. Words that are not listed are passed over. "
            f"What to mind before a file is uploaded: {notices.PAGE}",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**ANSWERS, **_asked()},
            "responses": {str(refusal.status): _refused(refusal) for refusal in REFUSALS},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "API key and secret; provisioning key and secret.",
                },
                "token": {"type": "http", "scheme": "bearer", "description": "A token that Safelight issued."},
                "signed": {
                    "type": "apiKey",
                    "in": "query",
                    "name": "signature",
                    "description": "A digest of all parameters and the secret; with `api_key` and `timestamp`.",
                },
            },
        },
    }


def calls(routes: Iterable[BaseRoute]) -> Iterator[tuple[Route, str]]:
    """Every call of the API: a route, and one of its methods."""
    for route in routes:
        if isinstance(route, Route) and route.path.startswith(API):
            for method in sorted((route.methods or set()) - UNDESCRIBED):
                yield route, method


def name_of(route: Route, method: str) -> str:
    """What the call is called in wire/openapi_calls.py."""
    return f"{method} {plain(route.path).removeprefix(CLOUD)}"


def plain(path: str) -> str:
    """`/tags/{tag:path}` as `/tags/{tag}`."""
    return _PATTERN.sub(r"{\1}", path)


def _operation(route: Route, method: str, template: str) -> dict[str, Any]:
    declared = CALLS.get(name_of(route, method), Declared())
    below = plain(route.path).removeprefix(CLOUD)
    operation: dict[str, Any] = {
        "operationId": _id(method, below),
        "tags": [below.strip("/").replace("{kind}/", "").partition("/")[0]],
        "summary": _summary(route),
        "parameters": [_path_parameter(name, below) for name in _PATTERN.findall(template)],
        "responses": _responses(declared),
        "security": _security(route.path, below),
    }
    if method in WRITING:
        if declared.words:
            operation["requestBody"] = _body(declared.words)
    else:
        operation["parameters"] += [_parameter(word) for word in declared.words]
    return operation


def _summary(route: Route) -> str:
    doc = " ".join((route.endpoint.__doc__ or "").split("\n\n")[0].split())
    return doc or route.name.replace("_", " ").capitalize() + "."


def _id(method: str, below: str) -> str:
    words = re.findall(r"\w+", below)
    return "_".join([method.lower(), *words])


def _security(path: str, below: str) -> list[dict[str, list[str]]]:
    if path in ACCOUNTLESS:
        return [{}]
    if path.startswith(ACCOUNTS):
        return [{"key": []}]
    ways: list[dict[str, list[str]]] = [{"key": []}, {"token": []}]
    if "signature" in {word for name, call in CALLS.items() if name.endswith(f" {below}") for word in call.words}:
        ways.append({"signed": []})
    return [*ways, {}] if path.startswith(CLOUD) and below in OPEN else ways


def _path_parameter(name: str, below: str) -> dict[str, Any]:
    word = PATH_WORDS.get(name, Word(TEXT, name.replace("_", " ").capitalize() + "."))
    schema = dict(word.schema)
    if name == "kind" and below in OPEN:
        schema = UPLOAD_KIND
    if name == "kind" and below == MIXED:
        schema = MIXED_KIND
    return {"name": name, "in": "path", "required": True, "description": word.means, "schema": schema}


def _parameter(written: str) -> dict[str, Any]:
    name = written.rstrip("!")
    word = WORDS[name]
    return {
        "name": name,
        "in": "query",
        "required": written.endswith("!"),
        "description": word.means,
        "schema": dict(word.schema),
    }


def _body(words: Sequence[str]) -> dict[str, Any]:
    kinds = ("multipart/form-data", "application/x-www-form-urlencoded", "application/json")
    schema = {"$ref": f"#/components/schemas/{_name_of_words(words)}"}
    is_required = any(word.endswith("!") for word in words)
    return {"required": is_required, "content": {kind: {"schema": schema} for kind in kinds}}


def _asked() -> dict[str, Any]:
    """The schemas of bodies: calls that read the same words share one."""
    return {
        _name_of_words(call.words): {
            "type": "object",
            "properties": {word.rstrip("!"): _property(word.rstrip("!")) for word in call.words},
            "required": [word.rstrip("!") for word in call.words if word.endswith("!")],
        }
        for name, call in CALLS.items()
        if name.startswith(WRITING) and call.words
    }


def _property(name: str) -> dict[str, Any]:
    return {**WORDS[name].schema, "description": WORDS[name].means}


def _name_of_words(words: Sequence[str]) -> str:
    """The name of the first call that reads them."""
    first = next(name for name, call in CALLS.items() if name.startswith(WRITING) and call.words == tuple(words))
    method, _, below = first.partition(" ")
    return _id(method, below)


def _responses(declared: Declared) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if declared.answer != FILE and declared.status != NO_CONTENT:
        content["application/json"] = {"schema": {"$ref": f"#/components/schemas/{declared.answer}"}}
    if declared.answer == FILE or declared.may_be_file:
        content["*/*"] = {"schema": {"$ref": f"#/components/schemas/{FILE}"}}
    done = {"description": "Done.", "content": content} if content else {"description": "Done."}
    return {
        str(declared.status): done,
        **{str(kind.status): {"$ref": f"#/components/responses/{kind.status}"} for kind in REFUSALS},
    }


def _refused(refusal: type[errors.SafelightError]) -> Mapping[str, Any]:
    means = " ".join((refusal.__doc__ or "").split())
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": means, "content": {"application/json": {"schema": schema}}}
