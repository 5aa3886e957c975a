"""The documentation page: the OpenAPI document as a person reads it, without any script."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.document import BASE
from api.headers import HEADERS
from api.schemas import OF_EVERY_ANSWER
from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

router = APIRouter(include_in_schema=False)

_PAGES: Final = Environment(
    loader=PackageLoader("api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: legible(value) if isinstance(value, str) else value,
)
_STYLE: Final = _PAGES.get_template("documentation.css").render()
_POLICY: Final = "Content-Security-Policy"
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter of a route, or a field of its rows."""

    name: str
    type: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A route as the page shows it."""

    method: str
    path: str
    summary: str
    parameters: tuple[Entry, ...]
    body: tuple[Entry, ...]
    fields: tuple[Entry, ...]
    adds: tuple[Entry, ...]


@router.get("/docs")
def documentation(request: Request) -> HTMLResponse:
    """Show every route with its parameters and the fields of its rows."""
    document = request.app.openapi()
    text = _PAGES.get_template("documentation.html").render(
        style=_STYLE, info=document["info"], operations=tuple(operations(document))
    )
    return HTMLResponse(text, headers={_POLICY: f"{HEADERS[_POLICY]}; style-src 'sha256-{_STYLE_HASH}'"})


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Read the routes out of an OpenAPI document."""
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method in ("get", "post", "delete"):
            if method not in methods:
                continue
            told = methods[method]
            answered = next(each for status, each in told["responses"].items() if status.startswith("2"))
            answer = answered.get("content", {}).get("application/json", {}).get("schema", {})
            yield Operation(
                method=method.upper(),
                path=path if "servers" in methods else f"{BASE}{path}",
                summary=told["description"],
                parameters=tuple(_parameter(item) for item in told.get("parameters", [])),
                # What a question is asked with stands with its GET.
                body=() if "get" in methods else tuple(_body(schemas, told)),
                # What a job is told of stands with the jobs, and not with each question that makes one.
                fields=tuple(_fields(schemas, answer)) if method == "get" else (),
                adds=tuple(_adds(schemas, answer)),
            )


def _parameter(item: Mapping[str, Any]) -> Entry:
    schema = item["schema"]
    about = item.get("description", "")
    if item["required"]:
        about += " Required."
    elif schema.get("default") not in (None, ""):
        about += f" Default: {schema['default']}."
    return Entry(item["name"], _type(schema), about.strip())


def _body(schemas: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the keys of a body."""
    for content in told.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(schemas, content["schema"])
        for name, field in schema["properties"].items():
            yield _parameter({**field, "name": name, "schema": field, "required": name in schema.get("required", ())})


def _fields(schemas: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the fields of the rows, of each form that an answer may have."""
    for properties in _forms(schemas, answer):
        if "rows" in properties:
            yield from _entries(_resolved(schemas, properties["rows"]["items"]))


def _adds(schemas: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield what an answer says besides its rows; forms of one answer add the same."""
    meta = next((found["meta"] for found in _forms(schemas, answer) if "meta" in found), None)
    if meta:
        yield from (entry for entry in _entries(_resolved(schemas, meta)) if entry.name not in OF_EVERY_ANSWER)


def _forms(schemas: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the properties of each form that an answer may have."""
    for form in answer.get("anyOf", [answer]):
        yield _resolved(schemas, form).get("properties", {})


def _entries(schema: Mapping[str, Any]) -> Iterator[Entry]:
    for name, field in schema["properties"].items():
        yield Entry(name, _type(field), field.get("description", ""))


def _resolved(schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas[_last(schema["$ref"])] if "$ref" in schema else schema
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _last(schema["$ref"])
    if "enum" in schema:
        return " | ".join(str(word) or '""' for word in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(item) for item in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
