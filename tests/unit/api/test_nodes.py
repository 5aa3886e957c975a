"""Nodes over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Ask = Callable[..., httpx.Response]


def test_all_nodes_come_by_id(ask: Ask) -> None:
    body = ask("nodes").json()
    ids = [row["id"] for row in body["rows"]]
    assert ids == sorted(ids)
    assert len(ids) == body["meta"]["counts"]["nodes"] == 9
    assert body["meta"]["command"] == "nodes"
    assert body["meta"]["as_of"] == "2026-01-01"


def test_a_text_finds_nodes_best_match_first(ask: Ask) -> None:
    body = ask("nodes", params={"q": "ede"}).json()
    assert [row["id"] for row in body["rows"]] == ["name:Ede", "function:name:Ede/mail"]


@pytest.mark.parametrize("written", ["function:name:Ede/mail", "function%3Aname%3AEde%2Fmail", "name:Ede", "Cloud"])
def test_one_node_by_its_id_whatever_is_in_it(ask: Ask, written: str) -> None:
    response = ask(f"nodes/{written}")
    assert response.status_code == 200
    (row,) = response.json()["rows"]
    assert row["id"].endswith(written.replace("%3A", ":").replace("%2F", "/"))


def test_a_node_has_needs_dependants_ties_and_provenance(ask: Ask) -> None:
    (row,) = ask("nodes/name:Cloud").json()["rows"]
    assert [need["dependent"] for need in row["dependants"]] == ["name:Delft", "service:Hosting"]
    assert [(tie["kind"], tie["object"], tie["share"]) for tie in row["ties"]] == [("owned_by", "name:Holding", 1.0)]
    assert [said["record"] for said in row["provenance"]] == ["n.csv:7"]


@pytest.mark.parametrize("written", ["name:Nobody", "nobody", "service:Hosting/x", "function:a//b", "kvk:12", "foo:1"])
def test_an_unknown_id_is_not_found(ask: Ask, written: str) -> None:
    response = ask(f"nodes/{written}")
    assert response.status_code == 404
    assert written in response.json()["detail"]
