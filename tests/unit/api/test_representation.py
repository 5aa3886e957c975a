"""The form of an answer: JSON, CSV and XLSX, packed or not, and not sent again to who has it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable

import httpx
import pytest
from openpyxl import load_workbook

from depgraph.model import Facts, Node
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import Ask, asker, run
from tests.unit.api.test_app import ANSWERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = [asked[0].replace("to=2", "to=1") for path, asked in ANSWERS.items() if not path.startswith("/health")]


def rows_of(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text))]


@pytest.mark.parametrize("asked", TABLES)
def test_every_answer_has_its_rows_in_each_form(ask: Ask, asked: str) -> None:
    told = ask(asked, headers={"Accept": "application/json"}).json()["rows"]
    answer = ask(asked, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    found = rows_of(answer.text)
    assert len(found) == len(told)
    if told:
        assert [*found[0]][: len(told[0])] == [*told[0]]
    book = load_workbook(io.BytesIO(ask(asked, headers={"Accept": XLSX}).content))
    assert [cell.value for cell in next(book.active.rows)] == answer.text.partition("\r\n")[0].split(",")
    assert book.active.max_row == len(told) + 1


def test_the_form_may_be_the_end_of_the_path(ask: Ask) -> None:
    question = "single-points-of-failure{}?by=group&limit=2"
    for end, form in ((".csv", "text/csv"), (".xlsx", XLSX), (".json", "application/json")):
        by_header = ask(question.format(""), headers={"Accept": form})
        by_end = ask(question.format(end), headers={"Accept": "text/html"})
        assert by_header.content == by_end.content
    # An id may end as it likes.
    assert ask("nodes/name:Cloud.csv").status_code == 404
    assert ask("nowhere.csv").status_code == 404


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.9", "application/json"),
        ("text/html, text/csv;q=0.1", "text/csv"),
        ("text/html", ""),
        ("application/json;q=0", ""),
    ],
)
def test_what_accept_would_rather_have(ask: Ask, accept: str, form: str) -> None:
    answer = ask("status", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == (form or "application/problem+json")
    assert answer.status_code == (200 if form else 406)


def test_a_text_that_a_sheet_would_run_is_a_text(empty: SqliteStore, own_ask_of: Callable[[SqliteStore], Ask]) -> None:
    empty.replace(run(), [Facts(nodes=(Node("name:=1+1", {"name": "=cmd()"}, "n.csv:2"),))])
    ask = own_ask_of(empty)
    assert rows_of(ask("nodes.csv").text)[0]["name"] == "'=cmd()"
    sheet = load_workbook(io.BytesIO(ask("nodes.xlsx").content)).active
    assert sheet["B2"].value == "'=cmd()"
    assert sheet["B2"].data_type == "s"


def test_who_has_it_is_not_sent_it_again(ask: Ask) -> None:
    for headers in ({}, {"Accept": "text/csv"}, {"Accept-Encoding": "identity"}):
        first = ask("nodes", headers=headers)
        tag = first.headers["etag"]
        again = ask("nodes", headers=headers | {"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert ask("nodes", headers=headers | {"If-None-Match": '"other"'}).content == first.content
    tags = {ask("nodes", headers={"Accept": form}).headers["etag"] for form in ("application/json", "text/csv", XLSX)}
    assert len(tags) == 3


def test_a_tag_changes_with_the_answer(own_ask: Ask, import_more: Callable[[], None]) -> None:
    before = own_ask("nodes").headers["etag"]
    import_more()
    assert own_ask("nodes", headers={"If-None-Match": before}).status_code == 200


def test_a_long_answer_is_packed_for_who_unpacks_it(ask: Ask) -> None:
    plain = ask("methods", headers={"Accept-Encoding": "identity"})
    packed: httpx.Response = ask("methods", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in ask("methods", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert gzip.compress(plain.content, 6, mtime=0) == gzip.compress(plain.content, 6, mtime=0)


def test_all_that_is_wrong_is_told_at_once(ask: Ask) -> None:
    answer = ask("single-points-of-failure?asOf=0&limit=x&colour=red&by=a&by=b")
    assert answer.status_code == 400
    found = {(one["in"], one["pointer"]) for one in answer.json()["errors"]}
    assert found == {("query", f"#/{key}") for key in ("asOf", "limit", "colour", "by")}
    assert {one["pointer"] for one in ask("nodes?asOf=x&pageSize=0").json()["errors"]} == {"#/asOf", "#/pageSize"}


def test_every_response_says_the_version_and_is_kept_from_browsers(ask: Ask) -> None:
    for path in ("nodes", "nowhere", "nodes?x=1", "openapi.json", "docs", "/health", "nodes/Nobody"):
        headers = ask(path).headers
        assert headers["api-version"] == "1.0.0"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert ("access-control-allow-origin" in headers) == (path == "openapi.json")
        assert "strict-transport-security" not in headers


def test_behind_tls_a_browser_is_told_to_stay_there(store: SqliteStore) -> None:
    from api.app import create_app

    told = asker(create_app(store, base_url="https://depgraph.example"))("methods")
    assert told.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize("path", ["nodes/", "status/", "single-points-of-failure/", "openapi.json/", "/health/"])
def test_a_slash_at_the_end_is_another_path(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 404
