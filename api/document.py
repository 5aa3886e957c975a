"""The OpenAPI document, as the NL GOV REST API Design Rules want it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from api.headers import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BASE: Final = "/api/v1"

HERE: Final = "http://localhost:8000"
"""Where the server is reached if nobody says so."""

_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_ALWAYS: Final = ("401", "403", "406", "429", "503")
"""Statuses that every question may end with."""

_HEADERS: Final = ("API-Version", "ETag", "RateLimit", "RateLimit-Policy")
"""Headers of every answer."""

_LISTS_NODES: Final = ("nodes", "blasts", "centralities")
"""Operations whose rows have ids of nodes."""

_MADE: Final = {
    "imports": ("import_findings", "what was found in the files"),
    "reports": ("report", "the report that it made"),
}
"""By what is begun, the operation that gives what it made, where that is no answer to a question."""

_FORMS: Final = {
    "text/csv": {"schema": {"type": "string"}},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        "schema": {"type": "string", "format": "binary"}
    },
}
"""The rows alone, beside the JSON that has `meta` too."""


def document(told: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return the document of an application that others reach at `base_url`, of which FastAPI says `told`.

    Paths are told from the base on, which the address of the server has with the version in it.
    """
    base = (base_url or HERE).rstrip("/")
    made: dict[str, Any] = dict(told)
    problem = made["paths"]["/health"]["get"]["responses"]["default"]
    made["info"] = made["info"] | {
        "version": API_VERSION,
        "contact": {
            "name": "Whoever keeps this server",
            "url": f"{base}{BASE}/docs",
            "email": _mailbox(urlsplit(base).hostname or ""),
        },
    }
    made["servers"] = [{"url": f"{base}{BASE}"}]
    made["security"] = [{"accessKey": []}, {}]
    made["components"] = made["components"] | {
        "securitySchemes": {
            "accessKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "an access key, or an access token (RFC 9068)",
            }
        },
        "headers": {
            "API-Version": {"description": "the version of the interface", "schema": {"type": "string"}},
            "RateLimit": {
                "description": "requests left, and seconds until there are all again",
                "schema": {"type": "string"},
            },
            "RateLimit-Policy": {"description": "requests in how many seconds", "schema": {"type": "string"}},
            "ETag": {"description": "of these bytes: for If-None-Match", "schema": {"type": "string"}},
            "Location": {"description": "where it is told how far the job is", "schema": {"type": "string"}},
        },
        "responses": {"Problem": problem},
    }
    made["paths"] = {path.removeprefix(BASE): _path(path, told, base) for path, told in made["paths"].items()}
    return made


def _mailbox(host: str) -> str:
    """Return the mailbox that every mail domain has (RFC 2142); a bare name or an address is no domain."""
    is_domain = "." in host and not host.rpartition(".")[2].isdigit()
    return f"postmaster@{host if is_domain else 'localhost.localdomain'}"


def _path(path: str, told: dict[str, Any], base: str) -> dict[str, Any]:
    # What is outside of the base says where it is.
    outside = {} if path.startswith(BASE) else {"servers": [{"url": base}]}
    return {**outside, **{method: _operation(path, asked) for method, asked in told.items()}}


def _operation(path: str, asked: dict[str, Any]) -> dict[str, Any]:
    done = next(status for status in asked["responses"] if status.startswith("2"))
    answered = asked["responses"][done]
    names = [name for name in _HEADERS if name != "ETag" or done == "200"] + ["Location"] * (done == "202")
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    told = answered.get("content", {})
    # What has forms of its own says which.
    forms = _FORMS if path.startswith(BASE) and done == "200" and [*told] == ["application/json"] else {}
    content = {"content": answered["content"] | forms} if "content" in answered else {}
    responses = {
        done: answered | {"headers": headers} | content | _links(path, asked, done),
        **dict.fromkeys(sorted({*_statuses(path, asked)}), _PROBLEM),
        "default": _PROBLEM,
    }
    return asked | {"responses": responses}


def _links(path: str, asked: dict[str, Any], done: str) -> dict[str, Any]:
    """Return where an answer leads: to its next page, from a list of nodes to each, from what is begun to its job."""
    links: dict[str, Any] = {}
    if done == "202":
        made, told = _MADE.get(path.removeprefix(f"{BASE}/"), ("job_result", "the answer that it made"))
        for name, leads, described in (("job", "job", "how far it is"), ("made", made, told)):
            links[name] = {
                "operationId": leads,
                "parameters": {"path.id": "$response.body#/rows/0/id"},
                "description": described,
            }
    if any(item["name"] == "cursor" for item in asked.get("parameters", [])):
        links["next"] = {
            "operationId": asked["operationId"],
            "parameters": {"query.cursor": "$response.body#/meta/next_cursor"},
            "description": "the next page, with the same question",
        }
    if asked["operationId"] in _LISTS_NODES:
        links["node"] = {
            "operationId": "node",
            "parameters": {"path.id": "$response.body#/rows/0/id"},
            "description": "all that is known of a node, by its id",
        }
    return {"links": links} if links else {}


def _statuses(path: str, asked: dict[str, Any]) -> Iterator[str]:
    if "requestBody" in asked:
        yield from ("408", "409", "413", "415", "429")
    if path.endswith("/result") or path.startswith(f"{BASE}/reports/"):
        yield from ("404", "409")
    names = [item["name"] for item in asked.get("parameters", [])]
    yield "400"
    yield from _ALWAYS if path.startswith(BASE) else ("503",)
    if path.endswith("}") or {"id", "dependent", "from", "supplier"} & {*names}:
        yield "404"
    if "cursor" in names:
        yield "410"
