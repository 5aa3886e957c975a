"""Errors as problem details."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from api.own_files import told_of
from api.paging import StaleCursorError
from api.problems import status_of
from api.security.refusals import IssuerUnreachableError
from depgraph import errors
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from depgraph.ports import Store

Ask = Callable[..., httpx.Response]


def is_problem(response: httpx.Response, status: int) -> bool:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert all(one["in"] and one["pointer"].startswith("#/") and one["detail"] for one in body.get("errors", ()))
    assert body["status"] == status
    assert body["detail"]
    assert "\n" not in body["detail"]
    return True


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnknownIdError, 404),
        (errors.UsageError, 400),
        (errors.EmptyStoreError, 503),
        (StaleCursorError, 410),
        (errors.StoreUnavailableError, 503),
        (errors.ForeignStoreError, 503),
        (errors.ClusterError, 503),
        (errors.StoreVersionError, 503),
        (errors.AccessError, 403),
        (errors.StoreAccessError, 503),
        (errors.InputError, 500),
        (errors.DepgraphError, 500),
    ],
)
def test_each_error_has_its_status(error: type[errors.DepgraphError], status: int) -> None:
    assert status_of(error("x")) == status


@pytest.mark.parametrize("path", ["/", "/api", "/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v2/nodes", "/nodes"])
def test_nothing_there(ask: Ask, path: str) -> None:
    assert is_problem(ask(path), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_what_is_for_reading_takes_no_other_method(ask: Ask, method: str) -> None:
    for path in ("nodes", "nodes/name:Ede", "status", "/health"):
        response = ask(path, method=method)
        assert is_problem(response, 405)
        assert response.headers["allow"] == "GET, HEAD"


def test_an_empty_store_has_no_answers_yet(empty: SqliteStore, own_ask_of: Callable[[Store], Ask]) -> None:
    ask = own_ask_of(empty)
    response = ask("nodes")
    assert is_problem(response, 503)
    assert "import" in response.json()["detail"]
    assert ask("status").json()["rows"] == []
    assert ask("/health").json() == {"status": "pass"}


def test_a_store_that_cannot_be_read(
    tmp_path: Path, own_ask_of: Callable[[Store], Ask], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "foreign.sqlite").write_text("something else " * 100)
    ask = own_ask_of(SqliteStore(tmp_path / "foreign.sqlite"))
    for path in ("/health", "status", "nodes", "nodes/name:Ede", "single-points-of-failure"):
        caplog.clear()
        assert is_problem(ask(path), 503)
        assert str(tmp_path) not in ask(path).text
        assert f"'{tmp_path}/foreign.sqlite' is not a depgraph store" in caplog.text, "whoever keeps it is told which"
    assert ask("nodes").json()["detail"] == (
        "the store is none of depgraph's, or has data of others in it: name another one, or remove them;"
        " the log of the server says more to whoever keeps it"
    )
    assert ask("methods").status_code == 200, "what needs no store is still there"


OF_STORES = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__base__ is errors.StoreError]


@pytest.mark.parametrize("kind", [*OF_STORES, errors.StoreAccessError, errors.ClusterError, IssuerUnreachableError])
def test_no_error_of_what_stands_behind_the_server_says_where_it_is(kind: type[errors.DepgraphError]) -> None:
    told = told_of(kind("'bolt://inside:7687/srv/facts' is damaged"))
    assert "inside" not in told
    assert "/srv" not in told
    assert told.endswith("; the log of the server says more to whoever keeps it")


def test_a_fault_of_ours_tells_nothing_of_the_inside(own_ask: Ask, own_app: FastAPI) -> None:
    @own_app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    response = own_ask("broken")
    assert is_problem(response, 500)
    assert "secret" not in response.text


COMMON = {
    "asOf": [
        "",
        "x",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "20260101",
        "01-01-2026",
        "2026-01-01T00:00",
        "\u0662\u0660\u0662\u0666-01-01",
    ],
    "revision": [
        "",
        "x",
        "-1",
        "1.5",
        "2",
        "99999999999999999999999",
        "1e3",
        "0x1",
        "9223372036854775807",
        "+1",
        "01",
        "1.0",
        "1_0",
        " 1",
        "\u0661",
    ],
    "minConfidence": ["", "x", "-0.1", "1.1", "nan", "inf", "1,0", "0_1", " 0.5", ".5", "+0.5"],
    "scope": ["", "x", "CON"],
    "resolution": ["", "x", "LIKELY"],
    "accept": ["", "x", "Tested"],
    "testedSince": ["", "x", "2026-13-01", "2026-01-01"],
    "nonsense": ["", "1"],
    "as_of": ["2026-01-01"],
}
PAGED = {
    "pageSize": ["", "0", "-1", "1001", "x", "1.5", "9" * 30, "1_0"],
    "page_size": ["1"],
    "cursor": ["x", "\0", "é"],
    "Cursor": [""],
}
LIMITED = {"limit": ["", "-1", "x", "1.5", "9" * 30]}
SCOPED = {"sector": ["nobody is here", "\0", "x" * 1001], "hub": ["nobody is here", "x" * 1001]}
ID = ["", "x" * 1101]
BY = ["", "x", "Party", "party ", "by", "party,group"]
BAD: dict[str, dict[str, list[str]]] = {
    "status": COMMON | PAGED,
    "nodes": COMMON | PAGED | {"q": ["", "  ", "x" * 1001]},
    "nodes/name:Ede": COMMON | {"cursor": [""], "pageSize": ["1"]},
    "needs?provider=Cloud": COMMON | PAGED | {"dependent": ID},
    "needs": {"": [""], "dependent": ID, "provider": ID},
    "paths?from=Delft&to=Cloud": COMMON | PAGED | {"limit": ["", "0", "-1", "1001", "x"]},
    "paths": {"": [""], "from": ["Delft"], "to": ["Cloud"]},
    "paths?from=Delft": {"to": ID},
    "single-points-of-failure": COMMON | PAGED | LIMITED | SCOPED | {"by": BY},
    "gaps": COMMON | PAGED | LIMITED | SCOPED | {"by": BY},
    "blasts?id=Cloud": COMMON | PAGED | LIMITED | SCOPED | {"by": [*BY, "nothing"]},
    "blasts": {"": [""], "id": ID, "ids": ["Cloud"]},
    "concentrations": COMMON
    | PAGED
    | LIMITED
    | SCOPED
    | {"by": [*BY, "service"], "market": BY, "weight": BY, "tier": ["", "x", "Direct", "1"]},
    "centralities": COMMON | PAGED | LIMITED | {"measure": ["", "x", "PageRank"]},
    "explanations/spof/party/score_upper/name:Cloud": COMMON | PAGED | LIMITED | SCOPED | {"by": ["party"]},
    "explanations/spof/party/score/name:Cloud": {"": [""]},
    "checks?supplier=Cloud": {"asKeeper": ["", "1", "0", "yes", "on", "True", "FALSE", "t"]},
    "checks?supplier=Cloud&against=Grid": {"buyer": ["Cloud", "Grid"]},
    "cut-sets?id=Cloud": {"count": ["1", "Yes"], "maxOrder": ["0", "1_0"]},
    "outages?id=Cloud": {"forever": ["1", "on"], "hours": ["1_0", "1e400"]},
    "differences?to=1": {"from": ["", "2026-02-30", "x"]},
    "differences?from=2026-02-30&to=2026-13-01": {"": [""]},
    "trends?measure=hhi": {"begin": ["2026-02-30"], "end": ["0-0", "2026-1-1"]},
    "methods": {"pageSize": ["1"], "asOf": ["2026-01-01"]},
    "sources": {"pageSize": ["1"], "x": [""]},
    "/health": {"x": ["1"]},
}


def bad_queries() -> Iterator[tuple[str, dict[str, str]]]:
    for path, keys in BAD.items():
        for key, values in keys.items():
            yield from ((path, {key: value} if key else {}) for value in values)


@pytest.mark.parametrize("path", BAD)
def test_a_bad_query_is_told_so(ask: Ask, path: str) -> None:
    for asked, query in bad_queries():
        if asked == path:
            parts = httpx.URL(path)
            response = ask(parts.path, params=[*parts.params.multi_items(), *query.items()])
            assert is_problem(response, 400), (path, query)


@pytest.mark.parametrize("written", ["Nobody", "kvk:1", "lei:x", "foo:x", "name:", "x" * 1100])
@pytest.mark.parametrize(
    "path",
    [
        "needs?dependent=",
        "needs?provider=",
        "needs?provider=Cloud&dependent=",
        "paths?from=Delft&to=",
        "paths?to=Delft&from=",
        "blasts?id=",
        "blasts?id=Cloud&id=",
        "nodes/",
    ],
)
def test_an_id_that_names_no_node_is_not_found(ask: Ask, path: str, written: str) -> None:
    assert is_problem(ask(path + written), 404)


@pytest.mark.parametrize("path", [path for path in BAD if path not in {"methods", "sources", "/health"}])
def test_a_key_given_twice_is_a_bad_query(ask: Ask, path: str) -> None:
    response = ask(path.partition("?")[0], params=[("minConfidence", "0"), ("minConfidence", "1")])
    assert is_problem(response, 400)


def test_days_that_no_calendar_has_are_told_with_all_else_that_is_wrong(ask: Ask) -> None:
    wrong = ask("nodes?asOf=2026-02-30&testedSince=2026-13-01&pageSize=0&foo=1").json()["errors"]
    assert [one["pointer"] for one in wrong] == ["#/foo", "#/asOf", "#/testedSince", "#/pageSize"]
    assert "write it as 2026-01-31" in wrong[1]["detail"]


def test_whatever_is_503_says_when_to_ask_again(empty: SqliteStore, own_ask_of: Callable[[Store], Ask]) -> None:
    assert int(own_ask_of(empty)("nodes").headers["Retry-After"]) > 0


@pytest.mark.parametrize("asked", ["nodes?q=%FF", "nodes?q=%zz", "nodes?q=a%"])
def test_a_query_that_is_no_text_is_refused(ask: Ask, asked: str) -> None:
    assert is_problem(ask(asked), 400)


def test_an_advice_names_the_keys_of_the_query(ask: Ask) -> None:
    detail = ask("concentrations?costAtMost=5").json()["detail"]
    assert detail == "costAtMost is about costs, not about count: add weight=cost"
    assert "leave by out" in ask("blasts?id=service:Hosting&by=hyperscaler").json()["detail"]
    assert ask("needs").json()["detail"] == "say whose needs: give dependent, provider, or both"
