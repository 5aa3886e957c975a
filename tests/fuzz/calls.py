"""Calls of every route, made from the OpenAPI document by schemathesis, as every role: each answer is as it says.

Values are those that the document allows, with ids and documents of the store among them, or values that it does not.
Who has a role has a key too, and what is asked with POST is done at once, so that its result can be asked for next.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
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
from api.security.keyring import Keyring
from depgraph.usecases.keeping.owned import labels_to_mark
from depgraph.usecases.viewers import viewer_of
from tests.unit.api.conftest import NOON, jobs_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy
    from schemathesis import Case
    from schemathesis.schemas import APIOperation

    from depgraph.ports import Store
    from depgraph.usecases.viewers import Viewer

ROLES: Final = {
    "keeper": None,
    "operator": ("operator", "ceiling:tlp:amber"),
    "auditor": ("auditor", "hub:care"),
    "hub": ("hub:care", "ceiling:tlp:amber"),
    "organisation": ("organisation:Ede", "hub:care"),
    "procurement": ("procurement",),
}

_IMPORTS_NOTHING: Final = ("auditor", "procurement")

_CHECKS: Final = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

_CHANCES: Final = {"all": 0.1}
_SCENARIO: Final = {"name": "a", "fails": [{"ids": ["Cloud"], "hours": 5}], "removes": [{"ids": ["Grid"]}]}
_NAMES: Final = ["Cloud", {"name": "Nobody", "country": "NL"}]
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
    "begin": ["2026-01-01"],
    "end": ["2026-02-03"],
    "hours": [5],
    "minConfidence": [0, 0.9, 1],
    "trials": [1, 20],
    "limit": [0, 1, 5],
    "pageSize": [1, 100],
    "cursor": [""],
    "scenario": ["", json.dumps(_SCENARIO)],
    "probabilities": [json.dumps(_CHANCES)],
    "names": [json.dumps(_NAMES)],
    "ref": [
        "spof/party/score_upper/name:Cloud",
        "concentration/party/hhi_upper",
        "blast/party/fails_upper/name:Cloud/stops/function:name:Ede/mail",
    ],
}
"""Values that mean something in the store of the tests: random ones alone would find nothing there."""

_FILES: Final = [
    b"dependent,provider\nname:Ede,name:Acme\n",
    b"dependent,provider\nfunction:name:Ede/mail,name:Cloud\n",
    b"dependent,provider,at_least\nname:Ede,,many\n",
    b"PK\x03\x04 no zip",
    b"",
]
_IN_BODY: Final = KNOWN | {
    "scenario": [_SCENARIO],
    "probabilities": [_CHANCES],
    "names": [_NAMES],
    "forms": [["json"], ["html"], ["xlsx"], ["json", "xlsx"]],
    "serviceType": ["Hosting"],
    "since": ["", "1", "2026-01-01"],
    "source": ["register", "register", "register", "table"],
    "marking": ["tlp:clear", "tlp:amber", "tlp:red"],
    "organisation": ["Ede"],
    "recipient": ["press"],
    "file": _FILES,
    "dryRun": ["true", "true", "true", "true", "false"],
    "skipBad": ["true", "false"],
    "part": ["mail"],
    "retrieved": ["2026-02-03"],
}
"""Likewise in the body of a POST, where documents stand as they are, and in the form of an import."""

_NEEDED: Final = {
    "/imports": {"source", "marking", "file", "hub", "organisation", "dryRun"},
    "/reports": {"kind", "hub", "supplier", "buyer", "forms", "asOf"},
}
"""Without the rest of what it says, which seldom goes together, half of the calls are let in."""

_FORMS: Final = {3: {"Accept": "text/csv"}, 6: {"Accept": "application/*;q=0.5, text/csv"}, 7: {"Accept": "image/png"}}
"""As what one call of eight each asks for its answer, where others say nothing of it."""

_MOST: Final = {"trials": 1_000}
"""What a job is asked for no more often, so that it ends soon."""

_MADE: Final = ("jobs", "imports", "reports")
"""Paths with ids that only an answer tells."""


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
        self._folder = TemporaryDirectory()
        self._jobs, _ = jobs_over(store, Path(self._folder.name, "jobs"))
        self._key, access = "", Access()
        if words:
            keyring = Keyring(Path(self._folder.name, "access"))
            may_mark = () if role in _IMPORTS_NOTHING else labels_to_mark(viewer_of(words), ("tlp:clear", "tlp:amber"))
            self._key, _ = keyring.create(words, days=1, now=NOON, may_mark=may_mark)
            access = Access(keyring, now=lambda: NOON)
        self.app = create_app(store, access=access, jobs=self._jobs)
        self.schema = schemathesis.openapi.from_dict(self.app.openapi())
        self.statuses: Counter[tuple[str, int]] = Counter()
        self._cursors: set[str] = set()
        self._made: dict[str, list[str]] = {kind: [] for kind in _MADE}
        self._sent = 0
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")

    def close(self) -> None:
        """Let go of the client."""
        self._runner.run(self._client.aclose())
        self._runner.close()
        self._folder.cleanup()

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
        told = self._of_own(case).as_transport_kwargs(base_url=self._base(case))
        headers = told.get("headers") or {}
        headers = {**headers, **_FORMS.get(self._sent % 8, {})}
        if case.operation.path == "/imports" and told.get("files"):
            told["files"] = list(_called(told["files"]))
        if self._key:
            headers = {**headers, "Authorization": f"Bearer {self._key}"}
        if len(urlencode(told.get("params") or {}, doseq=True)) > _LONGEST:
            reject()
        if isinstance(told.get("data"), bytes):
            told["content"] = told.pop("data")
        request = self._client.build_request(
            told["method"],
            told["url"],
            params=told.get("params") or None,
            headers={name: str(value) for name, value in headers.items()},
            **{key: told[key] for key in ("json", "data", "files", "content") if told.get(key) is not None},
        )
        request.read()  # a form, too, is looked at again beside its answer
        answer = self._runner.run(self._client.send(request))
        self.statuses[case.operation.label, answer.status_code] += 1
        if answer.status_code == 202:
            self._remember(answer.json()["rows"][0])
        return Response.from_httpx(answer, verify=True)

    def _remember(self, job: Mapping[str, Any]) -> None:
        for kind in ("jobs", job["kind"]):
            self._made.get(kind, []).append(job["id"])

    def _of_own(self, case: Case) -> Case:
        """Return a call that asks for something that was made before, three times of four."""
        kind = case.operation.path.split("/")[1]
        known = self._made.get(kind, [])
        self._sent += 1
        if known and self._sent % 4 and case.path_parameters.get("id", known[0]) not in known:
            case.path_parameters["id"] = known[-1 - self._sent % min(len(known), 5)]
        return case

    def tidy(self) -> None:
        """Forget what was made before, as a server does after some days."""
        for job in self._jobs.all(*self._whose()):
            self._jobs.cancel(job)
        for ids in self._made.values():
            ids.clear()

    def _whose(self) -> tuple[str, Viewer | None]:
        words = ROLES[self.role]
        return self._key.split("_")[1] if self._key else "", viewer_of(words) if words else None

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
        if answer.status_code == 202:
            job = json.loads(answer.content)["rows"][0]
            assert job["status"] < 500, f"a job failed with {job['status']} ({job['detail']}): {case.as_curl_command()}"
        case.validate_response(answer, checks=list(_CHECKS))

    def _base(self, case: Case) -> str:
        return "http://localhost:8000" + ("" if case.operation.path.startswith("/health") else "/api/v1")


def _called(parts: Iterable[tuple[str, tuple[Any, ...]]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the parts of a form, its first file by the name that a register has, and what is no text as one."""
    names = chain(["needs.csv", "nodes.csv"], (f"needs{number}.csv" for number in count()))
    for field, (name, content, *rest) in parts:
        sent = content if isinstance(content, bytes) else str(content)
        yield field, (next(names) if name else name, sent, *rest)


def _with_known(case: Case) -> SearchStrategy[Case]:
    """Return a call with values that mean something in place of some of its own."""
    body = case.body if isinstance(case.body, dict) else {}
    boxes = ((case.query, KNOWN), (case.path_parameters, KNOWN), (body, _IN_BODY))
    choices = [(box, name, known[name]) for box, known in boxes for name in (box or {}) if name in known]
    needed = _NEEDED.get(case.operation.path, frozenset(body))
    asked = KNOWN.keys() | {each.name for each in case.operation.query if each.is_required}

    def changed(told: tuple[bool, tuple[Any, ...]]) -> Case:
        plain, chosen = told
        for (box, name, _), value in zip(choices, chosen, strict=True):
            if value is not None:
                box[name] = [value] if isinstance(box[name], list) and not isinstance(value, list) else value
        for box, kept in ((body, needed), (case.query or {}, asked)) if plain else ():
            for name in [*box]:
                if name not in kept:
                    del box[name]
        for name, most in _MOST.items():
            if isinstance(body.get(name), int):
                body[name] = min(body[name], most)
        return case

    values = (st.sampled_from([None, *(2 * known + known)]) for _, _, known in choices)
    return st.tuples(st.booleans(), st.tuples(*values)).map(changed)
