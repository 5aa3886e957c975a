"""Pages: complete, without repetition, and only of one question to one graph."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from urllib.parse import quote, urljoin

import httpx
import pytest

from api.app import create_app
from depgraph.model import Facts, Node
from depgraph.stores.sqlite import SqliteStore
from tests.unit.api.conftest import asker, run
from tests.unit.api.test_app import ANSWERS

Ask = Callable[..., httpx.Response]


def walk(ask: Ask, path: str, **params: object) -> Iterator[list[dict[str, object]]]:
    cursor = ""
    while True:
        body = ask(path, params=params | ({"cursor": cursor} if cursor else {})).json()
        yield body["rows"]
        cursor = body["meta"].get("next_cursor", "")
        if not cursor:
            return


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 1000])
@pytest.mark.parametrize(("path", "params"), [("nodes", {}), ("nodes", {"q": "e"}), ("needs", {"provider": "Cloud"})])
def test_pages_together_are_the_whole(ask: Ask, path: str, params: dict[str, str], size: int) -> None:
    whole = ask(path, params=params).json()["rows"]
    pages = list(walk(ask, path, pageSize=size, **params))
    assert [row for page in pages for row in page] == whole
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert pages[-1], "no empty page at the end"


def test_the_link_header_leads_to_the_next_page(ask: Ask) -> None:
    first = ask("nodes", params={"pageSize": 3, "asOf": "2026-01-01"})
    following = urljoin(str(first.url), first.links["next"]["url"])
    second = ask(following.removeprefix("http://localhost:8000"))
    assert (
        second.json()
        == ask(
            "nodes", params={"pageSize": 3, "asOf": "2026-01-01", "cursor": first.json()["meta"]["next_cursor"]}
        ).json()
    )
    assert second.json()["rows"] != first.json()["rows"]


def test_every_answer_tells_the_address_that_gives_it_again_whatever_is_imported(
    own_ask: Ask, import_more: Callable[[], None]
) -> None:
    import_more()
    questions = [one for asked in ANSWERS.values() for one in asked if not one.startswith("/health")]
    first = {asked: own_ask(asked) for asked in questions if "BE" not in asked}
    import_more()
    for asked, answer in first.items():
        address = answer.json()["meta"]["address"]
        origin, _, path = address.partition("/api/v1/")
        assert origin == "http://localhost:8000", asked
        if asked == "status":
            assert own_ask(path).json()["meta"]["graph_digest"] == answer.json()["meta"]["graph_digest"]
        elif "revision=" in address or asked.startswith(("methods", "sources", "differences")):
            assert own_ask(path).content == answer.content, asked
        else:
            growing = ("trends", "import-records", "jobs")
            assert asked.startswith(growing), "all else names the moment of which it tells"


def test_the_address_of_a_page_is_that_of_the_page_whatever_is_imported(
    own_ask: Ask, import_more: Callable[[], None]
) -> None:
    cursor = own_ask("nodes", params={"pageSize": 3}).json()["meta"]["next_cursor"]
    second = own_ask("nodes", params={"pageSize": 3, "cursor": cursor})
    import_more()
    told = second.json()["meta"]
    assert own_ask(told["address"].removeprefix("http://localhost:8000")).json()["rows"] == second.json()["rows"]
    assert told["next_cursor"]


def test_the_address_is_the_one_of_the_start_and_not_what_a_request_says(store: SqliteStore) -> None:
    ask = asker(create_app(store, base_url="https://depgraph.example"))
    for host in ("localhost", "depgraph.example", "DEPGRAPH.example:443"):
        told = ask("nodes/service:Hosting", headers={"Host": host}).json()["meta"]["address"]
        assert told == "https://depgraph.example/api/v1/nodes/service:Hosting?asOf=2026-01-01&revision=1"


def test_the_address_of_an_id_with_the_signs_of_addresses_leads_to_it(empty: SqliteStore) -> None:
    named = "service:What? 50 %3F #1 \\"
    empty.replace(run(), [Facts(nodes=(Node(named, {"name": "What"}, "n.csv:2"),))])
    ask = asker(create_app(empty))
    told = ask(f"nodes/{quote(named)}").json()
    address = told["meta"]["address"].removeprefix("http://localhost:8000")
    assert (told["rows"][0]["id"], ask(address).json()["rows"]) == (named, told["rows"])


def test_the_last_page_leads_nowhere(ask: Ask) -> None:
    response = ask("nodes")
    assert "next_cursor" not in response.json()["meta"]
    assert "link" not in response.headers


def test_a_page_may_have_another_size_than_the_one_before(ask: Ask) -> None:
    cursor = ask("nodes", params={"pageSize": 2}).json()["meta"]["next_cursor"]
    rest = ask("nodes", params={"pageSize": 100, "cursor": cursor}).json()["rows"]
    assert rest == ask("nodes").json()["rows"][2:]


def test_a_cursor_of_another_question_is_refused(ask: Ask) -> None:
    cursor = ask("nodes", params={"pageSize": 2}).json()["meta"]["next_cursor"]
    for path, params in (("nodes", {"q": "e"}), ("needs", {"provider": "Cloud"}), ("nodes", {"minConfidence": "0.5"})):
        response = ask(path, params={"cursor": cursor, **params})
        assert response.status_code == 400
        assert "another question" in response.json()["detail"]


def test_a_cursor_of_data_that_have_changed_is_gone(own_ask: Ask, import_more: Callable[[], None]) -> None:
    for path, params in (("nodes", {}), ("needs", {"provider": "Cloud"})):
        asked = {"pageSize": 1, **params}
        cursor = own_ask(path, params=asked).json()["meta"]["next_cursor"]
        import_more()
        response = own_ask(path, params=asked | {"cursor": cursor})
        assert response.status_code == 410
        assert "have changed" in response.json()["detail"]


def test_a_walk_through_a_named_revision_goes_on_whatever_is_imported(
    own_ask: Ask, import_more: Callable[[], None]
) -> None:
    asked = {"pageSize": 3, "revision": 1}
    cursor = own_ask("nodes", params=asked).json()["meta"]["next_cursor"]
    import_more()
    rest = own_ask("nodes", params=asked | {"pageSize": 100, "cursor": cursor})
    assert rest.json()["rows"] == own_ask("nodes", params={"revision": 1}).json()["rows"][3:]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "é", encoded("1.2"), encoded("x.y.z"), encoded("1.2.3.4"), encoded("é.b.c"), "A" * 1001]
)
def test_a_cursor_that_is_not_ours_is_refused(ask: Ask, cursor: str) -> None:
    assert ask("nodes", params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("start", ["-5", "999", "1" + "0" * 400])
def test_a_cursor_that_somebody_made_shows_no_more_than_pages_do(ask: Ask, start: str) -> None:
    cursor = ask("nodes", params={"pageSize": 2}).json()["meta"]["next_cursor"]
    _, question, graph = base64.urlsafe_b64decode(cursor + "==").decode().split(".")
    response = ask("nodes", params={"pageSize": 2, "cursor": encoded(f"{start}.{question}.{graph}").rstrip("=")})
    assert response.status_code == 200
    expected = ask("nodes", params={"pageSize": 2}).json()["rows"] if start == "-5" else []
    assert response.json()["rows"] == expected
