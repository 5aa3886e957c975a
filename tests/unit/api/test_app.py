"""The OpenAPI document, the page made from it, and that answers are as they say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from api.app import create_app
from api.jobs.questions import QUESTIONS
from depgraph.model import Facts, Import, Node
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import PATIENT, asker

if TYPE_CHECKING:
    from fastapi import FastAPI

Ask = Callable[..., httpx.Response]

PATHS = [
    "/status",
    "/import-records",
    "/nodes",
    "/nodes/{id}",
    "/matches",
    "/needs",
    "/paths",
    "/single-points-of-failure",
    "/blasts",
    "/gaps",
    "/outages",
    "/cut-sets",
    "/pairs",
    "/concentrations",
    "/centralities",
    "/simulations",
    "/importances",
    "/what-ifs",
    "/differences",
    "/resolutions",
    "/trends",
    "/checks",
    "/explanations/{ref}",
    "/methods",
    "/sources",
    "/health",
    "/health/live",
    "/health/ready",
]

JOB_PATHS = ["/jobs", "/jobs/{id}", "/jobs/{id}/result", "/imports/{id}/findings"]
"""Of which there is one where a job was asked for."""

IMPORTS = "/imports"
"""What is not for reading."""

EXPLANATIONS = "/explanations"
"""What GET has in its path, and the body of a job."""

REPORT_PATHS = ["/reports", "/reports/{id}", "/reports/{id}/figures/{ref}"]

SCENARIO = {
    "name": "a",
    "fails": [{"ids": ["Cloud"], "hours": 5}],
    "fallbacks": [{"where": {"kind": "function"}, "status": "operating", "hours": 2}],
    "adds": [{"dependent": "Delft", "provider": "Holding", "annual_cost_eur": 10}],
    "removes": [{"ids": ["Grid"]}],
    "probabilities": {"all": 0.5},
}


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            if method != "servers":
                yield path, method, told


def in_query(told: object) -> str:
    return quote(json.dumps(told))


ANSWERS = {
    "/status": ["status"],
    "/import-records": ["import-records"],
    "/nodes": ["nodes", "nodes?q=e", "nodes?q=Clodu", "nodes?pageSize=1"],
    "/nodes/{id}": ["nodes/name:Cloud", "nodes/function:name:Ede/mail"],
    "/matches": [f"matches?names={in_query(['Cloud', {'name': 'Nobody', 'country': 'XX', 'identifiers': ['kvk:1']}])}"],
    "/needs": ["needs?provider=Cloud", "needs?provider=Cloud&minConfidence=0.9"],
    "/paths": ["paths?from=Delft&to=Holding"],
    "/single-points-of-failure": [f"single-points-of-failure?by={by}" for by in ("group", "country", "party")],
    "/blasts": ["blasts?id=Cloud", "blasts?id=BE&by=country", f"blasts?scenario={in_query(SCENARIO)}"],
    "/gaps": ["gaps?by=group", "gaps?by=country"],
    "/outages": [
        "outages?id=Cloud&hours=24",
        "outages?id=BE&by=country&forever=true",
        f"outages?scenario={in_query(SCENARIO)}",
    ],
    "/cut-sets": [
        "cut-sets?id=function:name:Ede/mail",
        "cut-sets?id=function:name:Ede/mail&by=country",
        "cut-sets?id=function:name:Ede/mail&maxOrder=1",
        "cut-sets?id=function:name:Ede/mail&count=true&maxOrder=1",
    ],
    "/checks": ["checks?supplier=Cloud", "checks?supplier=Cloud&buyer=Ede&against=Grid&asKeeper=true"],
    "/pairs": ["pairs?by=group", "pairs?by=country"],
    "/concentrations": [
        "concentrations?by=party",
        "concentrations?by=country&tier=all&market=sector",
        "concentrations?weight=cost",
        "concentrations?weight=cost&costAtMost=5",
        "concentrations?pageSize=1",
    ],
    "/centralities": ["centralities?measure=degree", "centralities?measure=betweenness"],
    "/simulations": [
        f"simulations?probabilities={in_query({'all': 0.5})}&trials=10",
        f"simulations?scenario={in_query(SCENARIO)}&trials=10",
    ],
    "/importances": [f"importances?id=service:Hosting&probabilities={in_query({'all': 0.5})}"],
    "/what-ifs": [
        f"what-ifs?scenario={in_query(SCENARIO)}",
        f"what-ifs?scenario={in_query(SCENARIO)}&by=country",
    ],
    "/differences": ["differences?from=1&to=2", "differences?from=1&to=2&by=country&limit=1"],
    "/resolutions": ["resolutions", "resolutions?resolution=strict&pageSize=1"],
    "/trends": ["trends?measure=hhi", "trends?id=Cloud&over=revisions"],
    "/explanations/{ref}": [
        "explanations/spof/party/score_upper/name:Cloud",
        "explanations/spof/country/people_lower/place:BE?limit=1",
        "explanations/blast/party/fails_upper/name:Cloud/stops/function:name:Ede/mail",
        f"explanations/what-if/spof/party/people_upper/name:Cloud?scenario={in_query(SCENARIO)}",
    ],
    "/methods": ["methods"],
    "/sources": ["sources"],
    "/health": ["/health"],
    "/health/live": ["/health/live"],
    "/health/ready": ["/health/ready"],
}
"""Of each route, questions whose answers say all that such an answer may say."""


def test_the_document_names_every_route(app: FastAPI) -> None:
    document = app.openapi()
    assert sorted(document["paths"]) == sorted([*PATHS, *JOB_PATHS, *REPORT_PATHS, IMPORTS, EXPLANATIONS])
    assert {method for path in document["paths"].values() for method in path} == {"get", "post", "delete", "servers"}
    posted = {path[1:] for path, methods in document["paths"].items() if "post" in methods}
    assert posted == {*QUESTIONS, IMPORTS[1:], "reports"}


def test_query_keys_are_camel_case_and_described(app: FastAPI) -> None:
    for path, _, told in operations(app):
        for parameter in told.get("parameters", []):
            if parameter["in"] == "header":
                continue
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
    told = app.openapi()
    problem = told["components"]["responses"]["Problem"]
    assert list(problem["content"]) == ["application/problem+json"]
    for path, method, operation in operations(app):
        responses = operation["responses"]
        done = {"get": "200", "post": "202", "delete": "204"}[method]
        assert {done, "400", "503", "default"} <= responses.keys(), path
        assert all(
            each == {"$ref": "#/components/responses/Problem"} for code, each in responses.items() if code != done
        )


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory, facts: tuple[Import, list[Facts]]) -> FastAPI:
    """Give an API over the few facts, and more: where a supplier is, and two parties that may be one."""
    store = SqliteStore(tmp_path_factory.mktemp("placed") / "facts.sqlite")
    store.replace(*facts)
    where = Node("name:Grid", {"name": "Grid", "country": "BE"}, "more.csv:2")
    alike = tuple(Node(f"name:Alike Hosting{form}", {}, "more.csv:3") for form in ("", " B.V."))
    store.replace(facts[0]._replace(part="more"), [Facts(nodes=(where, *alike))])
    return create_app(store, bounds=PATIENT)


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_the_document_says(placed: FastAPI, path: str) -> None:
    """And all that it says of them is there in one of them: else nobody would see a key that is never there."""
    ask, document = asker(placed), placed.openapi()
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schemas = document["components"]["schemas"]
    bodies = []
    for asked in ANSWERS[path]:
        response = ask(asked)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/json"
        bodies.append(response.json())
        conforms(bodies[-1], schema, schemas, asked)
    documented = {
        key for option in schema.get("anyOf", [schema]) for key in keys_of(resolved(option, schemas), schemas, "meta")
    }
    assert documented - {key for body in bodies for key in body.get("meta", {})} <= NEVER_HERE
    assert path.startswith("/health") or any(body["rows"] for body in bodies), "answers without rows show nothing"


NEVER_HERE = {
    "next_cursor",
    "partial",
    "reproduce",
    "sources_sampled",
    "error_bound",
    "error_confidence",
    "parties_without_known_parent",
    "parties_without_known_country_of_parent",
    "rounds",
}
"""Keys of which other tests have answers: they need larger graphs, other stores, or what is not in each of them."""


def resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def keys_of(schema: dict[str, Any], schemas: dict[str, Any], name: str) -> set[str]:
    found = schema["properties"].get(name)
    return set(resolved(found, schemas)["properties"]) if found else set()


def test_the_schemas_of_answers_are_complete(app: FastAPI) -> None:
    """All keys are named, and each has a type, but in what was asked, which each question has of its own."""
    schemas = app.openapi()["components"]["schemas"]
    answers = {name: schema for name, schema in schemas.items() if name != "Problem"}
    assert len(answers) > 50
    for name, schema in answers.items():
        assert "enum" in schema or schema["additionalProperties"] is False, name
        for key, field in schema.get("properties", {}).items():
            assert field.keys() & {"type", "anyOf", "$ref", "const"}, (name, key)
            free = field.get("type") == "object" and field["additionalProperties"] is True
            assert not free or (name, key) in FREE or key == "parameters", (name, key)


FREE = {
    ("ToldScenario", "probabilities"),
    *(
        (f"{name}Asked", key)
        for name, key in [("Simulations", "probabilities"), ("Importances", "probabilities"), ("WhatIfs", "scenario")]
    ),
}


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
    assert value == schema.get("const", value), where
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
    properties, extra = schema.get("properties", {}), schema["additionalProperties"]
    assert not (missing := set(schema.get("required", ())) - set(value)), (where, missing)
    for name, item in value.items():
        assert name in properties or extra is not False, f"{where}: {name} is not documented"
        documented = properties.get(name, extra)
        conforms(item, documented if isinstance(documented, dict) else {}, schemas, f"{where}: {name}")


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
        assert f"GET {path if path.startswith('/health') else f'/api/v1{path}'}" in response.text
    assert "score_lower" in response.text
    assert "count_at_lower" in response.text, "answers of two forms show the fields of both"
    assert "trials_done" in response.text, "what an answer adds is shown"
    assert "graph_digest" not in response.text.replace("After", ""), "and not what every answer has"
    assert "minConfidence" in response.text
    assert not re.search(r"<(script|link|img|iframe)|\bsrc=|url\(|@import|//[a-z]", response.text)


def test_pages_that_load_from_elsewhere_are_not_there(ask: Ask) -> None:
    for path in ("/docs", "/redoc", "redoc", "/openapi.json", "/docs/oauth2-redirect"):
        assert ask(path).status_code == 404


def test_health_says_that_it_can_be_asked_and_nothing_of_the_store(
    own_ask: Ask, import_more: Callable[[], None]
) -> None:
    before = own_ask("/health/ready")
    import_more()
    assert (own_ask("/health/ready").content, own_ask("/health").content) == (before.content, before.content)
    assert before.json() == {"status": "pass"}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("nonsense", "names: is not JSON"),
        ("{}", "names: a list is wanted"),
        ("[]", "names: a list is wanted"),
        ("[1]", "names:1: a text is wanted"),
        ('[{"name": "a", "kvk": "1"}]', "names:1, kvk: is not a known key"),
        ('[{"name": "a", "country": 1}]', "names:1, country: a text is wanted"),
        ('[{"name": "a", "identifiers": "kvk:1"}]', "names:1, identifiers: a list of texts is wanted"),
    ],
)
def test_names_that_are_not_well_written_are_refused_with_their_place(ask: Ask, names: str, told: str) -> None:
    answer = ask(f"matches?names={quote(names)}")
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
