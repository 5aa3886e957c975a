"""A question is ended while it is at work, whichever it is: it tells often enough how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from api.app import create_app
from api.jobs.bounds import Bounds
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import asker, jobs_over

if TYPE_CHECKING:
    from fastapi import FastAPI

    from depgraph.model import Facts, Import
    from tests.unit.api.conftest import Ask

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


@pytest.fixture(scope="module")
def ask_for_no_time(facts: tuple[Import, list[Facts]], tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask where a question may take no time: it is ended as soon as it tells how far it is, as if nobody waited."""
    folder = tmp_path_factory.mktemp("no_time")
    store = SqliteStore(folder / "facts.sqlite")
    store.replace(*facts)
    jobs, _ = jobs_over(store, folder / "jobs", bounds=Bounds(question_seconds=0.0))
    return asker(create_app(store, jobs=jobs))


def test_every_route_is_one_of_these(app: FastAPI) -> None:
    routes = {
        path.removeprefix("/api/v1")
        for path, methods in app.openapi()["paths"].items()
        if "get" in methods and not path.startswith(("/health", "/imports", "/jobs", "/reports"))
    }
    assert routes == {*AT_WORK, *LOOKED_UP}


@pytest.mark.parametrize(
    ("path", "asked"), [(path, asked) for path, questions in AT_WORK.items() for asked in questions]
)
def test_it_is_ended_at_work(ask_for_no_time: Ask, path: str, asked: str) -> None:
    path = path.replace("{ref}", "spof/party/score_upper/name:Cloud")
    answer = ask_for_no_time(f"{path.removeprefix('/')}?{asked}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith("a question may take 0 seconds here, and this one takes longer")
