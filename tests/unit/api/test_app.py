"""The OpenAPI document, the page made from it, and that answers are as they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI

Ask = Callable[..., httpx.Response]

PATHS = [
    "/api/v1/status",
    "/api/v1/nodes",
    "/api/v1/nodes/{id}",
    "/api/v1/needs",
    "/api/v1/paths",
    "/api/v1/single-points-of-failure",
    "/api/v1/blasts",
    "/api/v1/gaps",
    "/api/v1/outages",
    "/api/v1/cut-sets",
    "/api/v1/pairs",
    "/api/v1/concentrations",
    "/api/v1/centralities",
    "/api/v1/simulations",
    "/api/v1/importances",
    "/api/v1/what-ifs",
    "/api/v1/methods",
    "/api/v1/sources",
    "/health",
]

ANSWERS = {
    "/api/v1/status": "status",
    "/api/v1/nodes": "nodes?q=e",
    "/api/v1/nodes/{id}": "nodes/name:Cloud",
    "/api/v1/needs": "needs?provider=Cloud",
    "/api/v1/paths": "paths?from=Delft&to=Holding",
    "/api/v1/single-points-of-failure": "single-points-of-failure?by=group",
    "/api/v1/blasts": "blasts?id=Cloud",
    "/api/v1/gaps": "gaps?by=group",
    "/api/v1/outages": "outages?id=Cloud&hours=24",
    "/api/v1/cut-sets": "cut-sets?id=function:name:Ede/mail",
    "/api/v1/pairs": "pairs?by=group",
    "/api/v1/concentrations": "concentrations?by=party",
    "/api/v1/centralities": "centralities?measure=degree",
    "/api/v1/simulations": "simulations?probabilities=%7B%22all%22%3A0.5%7D&trials=10",
    "/api/v1/importances": "importances?id=service:Hosting&probabilities=%7B%22all%22%3A0.5%7D",
    "/api/v1/what-ifs": "what-ifs?scenario=%7B%22name%22%3A%22a%22%2C%22removes%22%3A%5B%7B%22ids%22%3A%5B%22Cloud%22%5D%7D%5D%7D",
    "/api/v1/methods": "methods",
    "/api/v1/sources": "sources",
}


def test_the_document_names_every_route_and_reads_only(app: FastAPI) -> None:
    document = app.openapi()
    assert list(document["paths"]) == PATHS
    assert {method for path in document["paths"].values() for method in path} == {"get"}


def test_query_keys_are_camel_case_and_described(app: FastAPI) -> None:
    for path, methods in app.openapi()["paths"].items():
        for parameter in methods["get"].get("parameters", []):
            assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", parameter["name"]), path
            assert parameter["description"], path


def test_every_field_of_a_row_is_described(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for name, schema in schemas.items():
        rows = schema.get("properties", {}).get("rows")
        if rows:
            row = schemas[rows["items"]["$ref"].rpartition("/")[2]]
            assert all(field["description"] for field in row["properties"].values()), name


def test_errors_are_documented_as_problems(app: FastAPI) -> None:
    for methods in app.openapi()["paths"].values():
        responses = methods["get"]["responses"]
        assert list(responses) == ["200", "default"]
        assert list(responses["default"]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(("path", "asked"), ANSWERS.items())
def test_an_answer_is_as_the_document_says(ask: Ask, app: FastAPI, path: str, asked: str) -> None:
    document = app.openapi()
    response = ask(asked)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body["rows"], "an answer without rows shows nothing"
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    conforms(body, schema, document["components"]["schemas"], path)


TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def conforms(value: Any, schema: dict[str, Any], schemas: dict[str, Any], where: str) -> None:
    """Check a value against the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        conforms(value, schemas[schema["$ref"].rpartition("/")[2]], schemas, where)
        return
    if "anyOf" in schema:
        assert any(fits(value, option, schemas) for option in schema["anyOf"]), (where, value)
        return
    assert value in schema.get("enum", [value]), where
    kind = schema.get("type")
    if kind:
        assert isinstance(value, TYPES[kind]), (where, value)
        assert isinstance(value, bool) == (kind == "boolean"), (where, value)
    if kind == "array":
        for item in value:
            conforms(item, schema["items"], schemas, f"{where}[]")
    if kind == "object":
        object_conforms(value, schema, schemas, where)


def object_conforms(value: dict[str, Any], schema: dict[str, Any], schemas: dict[str, Any], where: str) -> None:
    properties = schema.get("properties", {})
    extra = schema.get("additionalProperties", {} if not properties else None)
    assert set(schema.get("required", ())) <= set(value), where
    for name, item in value.items():
        assert name in properties or extra is not None, f"{where}.{name} is not documented"
        documented = properties.get(name, extra)
        conforms(item, documented if isinstance(documented, dict) else {}, schemas, f"{where}.{name}")


def fits(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    try:
        conforms(value, schema, schemas, "")
    except AssertionError:
        return False
    return True


def test_the_page_shows_every_route_and_loads_nothing(ask: Ask) -> None:
    response = ask("docs")
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for path in PATHS:
        assert f"GET {path}" in response.text
    assert "score_lower" in response.text
    assert "minConfidence" in response.text
    assert not re.search(r"<(script|link|img|iframe)|\bsrc=|url\(|@import|//[a-z]", response.text)


def test_pages_that_load_from_elsewhere_are_not_there(ask: Ask) -> None:
    for path in ("/docs", "/redoc", "redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert ask(path).status_code == 404


def test_health_says_at_which_revision_the_store_is(own_ask: Ask, import_more: Callable[[], None]) -> None:
    assert own_ask("/health").json() == {"status": "pass", "revision": 1}
    import_more()
    assert own_ask("/health").json() == {"status": "pass", "revision": 2}
