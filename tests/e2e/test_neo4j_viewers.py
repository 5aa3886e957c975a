"""Access keys over a Neo4j store: whoever holds one sees what he would see of the same facts in a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from api.app import create_app
from api.audit.writer import AuditLog
from api.security.gate import Access
from api.security.keyring import Keyring
from depgraph.bootstrap import access_folder, open_store
from depgraph.model import Facts, Node
from depgraph.settings import Settings
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import FACTS, PATIENT, Ask, asker, run
from tests.unit.api.jobs.test_kept import two_servers_agree
from tests.unit.api.test_leaks import CARE, HIDDEN, QUESTIONS, marked

pytestmark = pytest.mark.xdist_group("neo4j")

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOUDA = Facts(nodes=(Node("name:Gouda", {"name": "Gouda"}, "g.csv:2"),))
HISTORY = (
    (run(), FACTS),
    (run("more"), GOUDA),
    *((marked(f"care{number}", CARE), facts) for number, facts in enumerate(HIDDEN.values())),
    (marked("more", CARE, "2026-02-01"), GOUDA),  # which closes it at every revision
)
MORE = ("nodes/name:Gouda", "nodes/name:Gouda?revision=2", "nodes?q=Spy", "nodes?revision=1", "nodes?asOf=2026-01-15")


def test_a_key_opens_the_same_of_both_stores(empty_neo4j: Any, tmp_path: Path) -> None:
    settings = Settings(
        store=empty_neo4j.url, neo4j_password=SecretStr(empty_neo4j.password), access=str(tmp_path / "access")
    )
    keyring = Keyring(access_folder(empty_neo4j.url, settings))
    keys = {who: keyring.create([who, "ceiling:tlp:amber"], days=1, now=NOW)[0] for who in ("hub:care", "hub:water")}
    with (
        closing(open_store(empty_neo4j.url, settings)) as server,
        closing(SqliteStore(tmp_path / "facts.sqlite")) as file,
        closing(AuditLog(tmp_path / "access" / "audit")) as log,
    ):
        asks: list[Ask] = []
        for store in (server, file):
            for imported, facts in HISTORY:
                store.replace(imported, [meant(facts)])
            asks.append(asker(create_app(store, access=Access(keyring, now=lambda: NOW), log=log, bounds=PATIENT)))
        answers = {
            who: [[told(ask, question, key) for ask in asks] for question in (*QUESTIONS[1::2], *MORE)]
            for who, key in keys.items()
        }
        assert asks[0]("nodes").status_code == 401
    for found in answers.values():
        for question, (of_server, of_file) in zip((*QUESTIONS[1::2], *MORE), found, strict=True):
            assert of_server == of_file, question
    spy = b"".join(body for pair in answers["hub:water"] for _, body in pair)
    assert b"name:Spy" not in spy
    assert b"name:Spy" in b"".join(body for pair in answers["hub:care"] for _, body in pair)


def test_two_servers_before_one_neo4j_see_the_same_revisions_and_jobs(empty_neo4j: Any, tmp_path: Path) -> None:
    settings = Settings(store=empty_neo4j.url, neo4j_password=SecretStr(empty_neo4j.password))
    with (
        closing(open_store(empty_neo4j.url, settings)) as one,
        closing(open_store(empty_neo4j.url, settings)) as other,
    ):
        two_servers_agree(one, other, tmp_path / "jobs", meant(FACTS))


def meant(facts: Facts) -> Facts:
    """Return facts in which a service that needs a party has it as a subcontractor, as importers tell it."""
    needs = tuple(
        need._replace(relation="subcontracts")
        if need.dependent.startswith("service:") and need.relation == "uses"
        else need
        for need in facts.needs
    )
    return facts._replace(needs=needs)


def told(ask: Callable[..., Any], question: str, key: str) -> tuple[int, bytes]:
    answer = ask(question, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.content
