"""A question for whose answer nobody waits any more is ended while it is at work, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest

from api.callers import AbandonedError
from api.reading import Reader
from tests.unit.api.conftest import asker

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from api.views import Ask as Question
    from api.views import Progress
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.moments import Opening

    Comparison = Callable[[Opening, Progress], Answer[Any]]

MAIL: Final = "function:name:Ede/mail"
CHANGE: Final = quote(
    '{"name": "a", "fails": [{"ids": ["name:Cloud"], "hours": 5}], "adds": [{"dependent": "Ede", "provider": "Grid"}]}'
)
CHANCES: Final = quote('{"all": 0.1}')

AT_WORK: Final = {
    "/matches": ["names=%5B%22Cloud%22%5D"],
    "/paths": ["from=Ede&to=Cloud"],
    "/single-points-of-failure": [""],
    "/blasts": ["id=name:Cloud", f"scenario={CHANGE}"],
    "/gaps": [""],
    "/outages": ["id=name:Cloud&hours=5", f"scenario={CHANGE}"],
    "/cut-sets": [f"id={MAIL}", f"id={MAIL}&count=true"],
    "/pairs": [""],
    "/concentrations": ["", "tier=all"],
    "/centralities": ["measure=betweenness", "measure=pagerank"],
    "/simulations": [f"probabilities={CHANCES}&trials=10"],
    "/importances": [f"id={MAIL}&probabilities={CHANCES}"],
    "/what-ifs": [f"scenario={CHANGE}"],
    "/differences": ["from=1&to=1"],
    "/resolutions": [""],
    "/trends": ["measure=hhi"],
    "/checks": ["supplier=name:Cloud", "supplier=name:Cloud&buyer=Delft"],
    "/explanations/{ref}": [""],
}
LOOKED_UP: Final = {"/import-records", "/needs", "/status", "/nodes", "/nodes/{id}", "/methods", "/sources"}
"""What takes no work once the graph is open."""


def _gone(question: str) -> Progress:
    def gone(_done: int, _whole: int) -> None:
        raise AbandonedError(question)

    return gone


@pytest.fixture
def ask_and_leave(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Ask, and go away as soon as one is told how far the question is."""

    def compute(reading: Reader, question: str, ask: Question) -> Answer[Any]:
        return ask(reading.views.view(reading.lens, reading.caller), _gone(question))

    def compare(reading: Reader, question: str, ask: Comparison) -> Answer[Any]:
        return ask(reading.opened, _gone(question))

    monkeypatch.setattr(Reader, "compute", compute)
    monkeypatch.setattr(Reader, "compare", compare)
    return asker(app)


def test_every_route_is_one_of_these(app: FastAPI) -> None:
    routes = {
        path.removeprefix("/api/v1")
        for path in app.openapi()["paths"]
        if not path.startswith(("/health", "/imports", "/jobs", "/reports"))
    }
    assert routes == {*AT_WORK, *LOOKED_UP}


@pytest.mark.parametrize(
    ("path", "asked"), [(path, asked) for path, questions in AT_WORK.items() for asked in questions]
)
def test_it_is_ended_at_work(ask_and_leave: Callable[..., Any], path: str, asked: str) -> None:
    path = path.replace("{ref}", "spof/party/score_upper/name:Cloud")
    answer = ask_and_leave(f"{path.removeprefix('/')}?{asked}")
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"]
