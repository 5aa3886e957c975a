"""Jobs over a store of the test: how they are asked for, and who does them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import Ask, Later, asker, jobs_over

CHANCES = {"probabilities": {"all": 0.5}, "trials": 10}


def post(ask: Ask, kind: str = "simulations", body: object = None, **headers: str) -> httpx.Response:
    return ask(kind, method="POST", json=CHANCES if body is None else body, headers=headers)


def the_job(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["rows"][0]
    return found


@pytest.fixture
def ask_later(store: SqliteStore, tmp_path: Path) -> tuple[Ask, Later]:
    jobs, later = jobs_over(store, tmp_path / "jobs", Later)
    assert isinstance(later, Later)
    return asker(create_app(store, jobs=jobs)), later
