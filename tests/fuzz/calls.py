"""Calls of every route, made from the OpenAPI document by schemathesis, as every role: each answer is as it says.

Values are those that the document allows, with ids and documents of the store among them, or values that it does not.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, reject, settings
from hypothesis import strategies as st
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.security.gate import Access
from depgraph.usecases.viewers import viewer_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from schemathesis import Case
    from schemathesis.schemas import APIOperation

    from depgraph.ports import Store

ROLES: Final = {
    "keeper": None,
    "operator": ("operator", "ceiling:tlp:amber"),
    "auditor": ("auditor", "hub:care"),
    "hub": ("hub:care", "ceiling:tlp:amber"),
    "organisation": ("organisation:Ede", "hub:care"),
    "procurement": ("procurement",),
}

_CHECKS: Final = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

_CHANCES = json.dumps({"all": 0.1})
_SCENARIO = json.dumps({"name": "a", "fails": [{"ids": ["Cloud"], "hours": 5}], "removes": [{"ids": ["Grid"]}]})
_IDS: Final = ["name:Cloud", "Cloud", "name:Ede", "function:name:Ede/mail", "service:Hosting", "name:Grid", "BE", "Spy"]
KNOWN: Final = {
    "id": _IDS,
    "dependent": _IDS,
    "provider": _IDS,
    "supplier": _IDS,
    "against": _IDS,
    "buyer": _IDS,
    "from": [*_IDS, "1", "2", "2026-01-01"],
    "to": [*_IDS, "2", "2026-02-01"],
    "q": ["e", "Cloud", "Clodu"],
    "sector": ["municipality", ""],
    "hub": ["care", ""],
    "asOf": ["2026-01-01", "2030-01-01", "1999-12-31"],
    "revision": [1, 2, 3],
    "minConfidence": [0, 0.9, 1],
    "trials": [1, 20],
    "limit": [0, 1, 5],
    "pageSize": [1, 100],
    "cursor": [""],
    "scenario": ["", _SCENARIO],
    "probabilities": [_CHANCES],
    "names": [json.dumps(["Cloud", {"name": "Nobody", "country": "NL"}])],
    "ref": [
        "spof/party/score_upper/name:Cloud",
        "concentration/party/hhi_upper",
        "blast/party/fails_upper/name:Cloud/stops/function:name:Ede/mail",
    ],
}
"""Values that mean something in the store of the tests: random ones alone would find nothing there."""


_LONGEST: Final = 60_000
"""Characters of a query, beyond which the client refuses to send it."""

SETTINGS: Final = settings(
    deadline=None, database=None, suppress_health_check=[*HealthCheck], phases=[Phase.generate], print_blob=True
)


class Calls:
    """An API as one role has it, of which every answer is held against the document.

    Attributes
    ----------
    statuses : Counter
        How often each operation answered with each status.

    """

    def __init__(self, store: Store, role: str) -> None:
        words = ROLES[role]
        self.role = role
        self.app = create_app(store, access=Access(viewer=viewer_of(words) if words else None))
        self.schema = schemathesis.openapi.from_dict(self.app.openapi())
        self.statuses: Counter[tuple[str, int]] = Counter()
        self._cursors: set[str] = set()
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")

    def close(self) -> None:
        """Let go of the client."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    def operations(self) -> list[APIOperation]:
        """Return every operation of the document."""
        return [found.ok() for found in self.schema.get_all_operations()]

    @cached_property
    def cases(self) -> SearchStrategy[Case]:
        """Calls of any operation, most of them as the document allows."""
        modes = (GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        each = [
            operation.as_strategy(mode).flatmap(_with_known)
            for operation in self.operations()
            for mode in modes
            if mode is GenerationMode.POSITIVE or any(operation.iter_parameters())
        ]
        return st.one_of(each)

    def send(self, case: Case) -> Response:
        """Send a call, and count its answer."""
        told = case.as_transport_kwargs(base_url=self._base(case))
        if len(urlencode(told.get("params") or {}, doseq=True)) > _LONGEST:
            reject()
        if isinstance(told.get("data"), bytes):
            told["content"] = told.pop("data")
        request = self._client.build_request(
            told["method"],
            told["url"],
            params=told.get("params") or None,
            headers={name: str(value) for name, value in (told.get("headers") or {}).items()},
            **{key: told[key] for key in ("json", "data", "files", "content") if told.get(key) is not None},
        )
        request.read()  # a form, too, is looked at again beside its answer
        answer = self._runner.run(self._client.send(request))
        self.statuses[case.operation.label, answer.status_code] += 1
        return Response.from_httpx(answer, verify=True)

    def walk(self, examples: int) -> None:
        """Follow the links of the document from call to call: each next one is made from the answer before."""
        calls = self

        class Walk(self.schema.as_state_machine()):  # type: ignore[misc]  # made by schemathesis
            def call(self, case: Case, **_: Any) -> Response:
                answer = calls.send(calls._tamed(case))
                if answer.status_code == 200 and b'"next_cursor"' in answer.content:
                    calls._cursors.add(answer.json()["meta"]["next_cursor"])
                return answer

            def validate_response(self, response: Response, case: Case, **_: Any) -> None:
                calls.check(case, response)

        Walk.run(settings=settings(SETTINGS, max_examples=examples, stateful_step_count=6))

    def _tamed(self, case: Case) -> Case:
        """Return a call that finds something: without random texts, which lead nowhere."""
        for box in (case.query or {}, case.path_parameters or {}):
            for name in [*box]:
                if name == "cursor":
                    box[name] = box[name] if box[name] in self._cursors else ""
                elif name in KNOWN and box[name] not in KNOWN[name] and ":" not in str(box[name]):
                    chosen = KNOWN[name][0]
                    box[name] = [chosen] if isinstance(box[name], list) else chosen
                elif name in ("accept", "testedSince", "costAtMost"):
                    del box[name]
        return case

    def check(self, case: Case, answer: Response) -> None:
        """Raise if an answer is not as the document says, or is a fault of the server."""
        if answer.status_code == 503:
            again = answer.headers.get("retry-after", [""])[0]
            assert again.isdigit(), f"503 without Retry-After: {case.as_curl_command()}"
        else:
            assert answer.status_code < 500, f"{answer.status_code}: {case.as_curl_command()}"
        case.validate_response(answer, checks=list(_CHECKS))

    def _base(self, case: Case) -> str:
        return "http://localhost:8000" + ("" if case.operation.path.startswith("/health") else "/api/v1")


def _with_known(case: Case) -> SearchStrategy[Case]:
    """Return a call with values that mean something in place of some of its own."""
    places = [(box, name) for box in (case.query, case.path_parameters) for name in (box or {}) if name in KNOWN]

    def changed(chosen: list[Any]) -> Case:
        for (box, name), value in zip(places, chosen, strict=True):
            if value is not None:
                box[name] = [value] if isinstance(box[name], list) else value
        return case

    values = (st.sampled_from([None, *(2 * KNOWN[name] + KNOWN[name])]) for _, name in places)
    return st.tuples(*values).map(changed)
