"""A question for whose answer nobody waits any more is ended while it is at work, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest
from fastapi import Request

from api.callers import AbandonedError, caller_of
from api.reading import Reader, reader, views_of
from depgraph.usecases.view import KEEPER
from tests.unit.api.conftest import asker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


class Leaving(Reader):
    """Goes away as soon as he is told how far his question is."""

    def compute(self, question: str, ask: Question) -> Answer[Any]:
        """Ask, and leave."""
        return ask(self.views.view(self.lens, self.caller), _gone(question))

    def compare(self, question: str, ask: Comparison) -> Answer[Any]:
        """Ask about several graphs, and leave."""
        return ask(self.opened, _gone(question))


def _gone(question: str) -> Progress:
    def gone(_done: int, _whole: int) -> None:
        raise AbandonedError(question)

    return gone


def leaving(request: Request) -> Reader:
    return Leaving(views_of(request), KEEPER, caller_of(request.scope))


@pytest.fixture
def ask_and_leave(app: FastAPI) -> Iterator[Callable[..., Any]]:
    app.dependency_overrides[reader] = leaving
    yield asker(app)
    del app.dependency_overrides[reader]


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
