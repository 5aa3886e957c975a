"""Ways in which other systems told of what they hid, one by one: each is closed, and the case shows that it could bite."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api.app import create_app
from api.security.gate import Access
from depgraph.model import DECISIONS, Decision, Facts, Import, Label, Marking, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.viewers import Role, Viewer
from tests.unit.api.conftest import FACTS, PATIENT, Ask, asker, need, run

CARE = Marking(Label.AMBER, hubs=("care",))
WATER = Viewer(role=Role.HUB, hubs=("water",), ceiling=Label.AMBER)
OF_CARE = Viewer(role=Role.HUB, hubs=("care",), ceiling=Label.AMBER)
POWER = "service:Hosting"

CHANGE = {"name": "a", "removes": [{"ids": ["name:Cloud"], "dependents": [POWER], "replaced_by": "name:Solar"}]}

HIDDEN = {
    "an edge between nodes that both are listed": Facts(needs=(need("name:Ede", "name:Grid", "uses", "hush.csv:2"),)),
    "an edge from a node of its own": Facts(needs=(need("name:Spy", "name:Cloud", "uses", "hush.csv:2"),)),
    "an attribute, also where names are copied": Facts(
        nodes=(Node("name:Cloud", {"name": "Spy Cloud", "country": "BE", "people": 7.0}, "hush.csv:2"),)
    ),
    "a tie": Facts(ties=(Tie("owned_by", "name:Grid", "name:Holding", 1.0, None, None, "hush.csv:2"),)),
    "a provider of a requirement": Facts(
        needs=(need(POWER, "name:Spy", "uses", "hush.csv:2", "any", requirement="power"),)
    ),
    "a name that a search would suggest": Facts(nodes=(Node("name:Clodu", {"name": "Clodu"}, "hush.csv:2"),)),
    "a sector and a hub, which lists would name": Facts(
        nodes=(Node("name:Grid", {"sector": "spying", "hub": "secret"}, "hush.csv:2"),)
    ),
}
"""What another hub's part may say, by what would give it away."""

QUESTIONS = (
    "status",
    "nodes",
    "nodes.csv",
    "nodes.xlsx",
    "nodes?q=Clodu",
    "nodes?pageSize=1",
    "nodes/name:Cloud",
    "nodes/name:Grid",
    "nodes/name:Ede",
    "nodes/service:Hosting",
    "needs?provider=name:Cloud",
    "needs?provider=name:Grid&dependent=name:Ede",
    "paths?from=name:Ede&to=name:Grid",
    "centralities?measure=degree",
    "single-points-of-failure.csv?by=group",
    "single-points-of-failure?hub=secret",
    "single-points-of-failure?sector=spying",
    "concentrations?market=sector",
    "gaps",
    "cut-sets?id=function:name:Ede/mail",
    "resolutions",
    "trends?measure=hhi&over=revisions",
    "differences?from=1&to=2",
    "explanations/spof/party/score_upper/name:Cloud",
    # Of who is needed in a group that is hidden, and of who is hidden.
    f"explanations/what-if/spof/group/score_upper/name:Cloud?scenario={quote(json.dumps(CHANGE))}",
    "explanations/check/standing_in_all/name:Cloud",
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., SqliteStore]]:
    """Give stores that hold some imports, each in a file of its own."""
    with ExitStack() as closed:

        def of(*imports: tuple[Import, Facts]) -> SqliteStore:
            store = SqliteStore(tmp_path / f"{len([*tmp_path.iterdir()])}.sqlite")
            for made, facts in imports:
                store.replace(made, [facts])
            return closed.enter_context(closing(store))

        yield of


def ask_as(store: SqliteStore, viewer: Viewer) -> Ask:
    return asker(create_app(store, access=Access(viewer=viewer), bounds=PATIENT))


def marked(part: str, marking: Marking, retrieved: str = "2026-01-01") -> Import:
    return run(part, retrieved)._replace(marking=marking)


def bodies(ask: Ask) -> list[tuple[int, bytes, str | None]]:
    answers: list[httpx.Response] = [ask(asked) for asked in QUESTIONS]
    return [(each.status_code, each.content, each.headers.get("etag")) for each in answers]


@pytest.mark.parametrize("what", HIDDEN)
def test_nothing_tells_of(opened: Callable[..., SqliteStore], what: str) -> None:
    open_ = (run(), FACTS)
    hidden = (marked("care", CARE, "2026-03-01"), HIDDEN[what])
    with_it, without = opened(open_, hidden), opened(open_)
    seen = bodies(ask_as(with_it, WATER))
    assert seen == bodies(ask_as(without, WATER))
    assert not any(word in body for _, body, _ in seen for word in (b"Spy", b"tlp:amber (", b"hush.csv"))
    assert seen != bodies(ask_as(with_it, OF_CARE))


def test_what_was_open_is_closed_at_every_revision_once_it_is_marked(opened: Callable[..., SqliteStore]) -> None:
    more = Facts(nodes=(Node("name:Gouda", {"name": "Gouda"}, "g.csv:2"),))
    store = opened((run(), FACTS), (run("more"), more))
    ask = ask_as(store, WATER)
    cursor = ask("nodes?pageSize=1").json()["meta"]["next_cursor"]
    assert ask("nodes/name:Gouda?revision=2").status_code == 200
    store.replace(marked("more", CARE), [more])
    assert ask("nodes/name:Gouda").status_code == 404
    assert ask("nodes/name:Gouda?revision=2").status_code == 400  # as any revision that is not there
    assert (
        ask("nodes/name:Gouda?revision=2").json()["detail"].replace("2", "9")
        == ask("nodes/name:Gouda?revision=9").json()["detail"]
    )
    assert ask(f"nodes?pageSize=1&cursor={cursor}").status_code == 410
    assert "Gouda" not in ask("status").text + ask("trends?measure=hhi&over=revisions").text


def test_all_of_the_markings_must_let_through_and_not_any(opened: Callable[..., SqliteStore]) -> None:
    both = opened(
        (run(), FACTS), (marked("more", CARE), Facts()), (marked("more", CARE._replace(hubs=("water",))), FACTS)
    )
    for viewer in (WATER, OF_CARE):
        parts = [row["part"] for row in ask_as(both, viewer)("status").json()["rows"]]
        assert parts == ([""] if viewer is OF_CARE else ["", "more"])
    strict = opened(
        (run(), FACTS), (marked("red", Marking(Label.RED, ("water",), ("Ede",), ("press",))), HIDDEN["a tie"])
    )
    assert [row["part"] for row in ask_as(strict, WATER)("status").json()["rows"]] == [""]


def test_a_declared_number_is_no_larger_than_the_providers_that_are_seen(opened: Callable[..., SqliteStore]) -> None:
    three = Facts(needs=(need("name:Ede", "name:Solar", "uses", "n.csv:9", "3", requirement="light"),))
    others = Facts(
        needs=tuple(
            need("name:Ede", f"name:{name}", "uses", "hush.csv:2", requirement="light") for name in ("Spy", "Spx")
        )
    )
    store = opened((run(), three), (marked("care", CARE), others))
    (row,) = ask_as(store, WATER)("needs?dependent=Ede").json()["rows"]
    assert (row["at_least"], row["k_lower"], row["k_upper"], row["n"]) == ("1", 1, 1, 1)
    assert ask_as(store, OF_CARE)("needs?dependent=Ede").json()["rows"][0]["n"] == 3


def test_a_decision_is_seen_by_whom_its_evidence_is(opened: Callable[..., SqliteStore]) -> None:
    same = Facts(
        decisions=(
            Decision("name:Cloud", "name:Grid", same=True, evidence="a letter", record="by command", who="somebody"),
        )
    )
    decision = Import(DECISIONS, CARE.text, "2026-01-05", CARE, 0, "")
    store = opened((run(), FACTS), (decision, same))
    assert ask_as(store, OF_CARE)("nodes/name:Grid").json()["rows"][0]["decisions"]
    assert bodies(ask_as(store, WATER)) == bodies(ask_as(opened((run(), FACTS)), WATER))


def test_a_graph_without_any_hub_has_no_hub_to_ask_for(opened: Callable[..., SqliteStore]) -> None:
    ask = ask_as(opened((run(), FACTS)), OF_CARE)
    assert ask("single-points-of-failure?hub=care").status_code == 400
    assert ask("single-points-of-failure").json()["rows"]


def pair(opened: Callable[..., SqliteStore], hidden: Facts, viewer: Viewer, *more: tuple[Import, Facts]) -> list[Ask]:
    """Give a viewer a store with something hidden, and the same one without it."""
    closed = (marked("care", CARE, "2026-03-01"), hidden)
    return [ask_as(opened((run(), FACTS), *rest, *more), viewer) for rest in ((closed,), ())]


def alike(asks: list[Ask], *questions: str) -> list[httpx.Response]:
    """Ask both; return the answers of the first one, which are those of the other byte for byte."""
    answers = [[ask(asked) for asked in questions] for ask in asks]
    assert [(each.status_code, each.content) for each in answers[0]] == [
        (each.status_code, each.content) for each in answers[1]
    ]
    return answers[0]


SPY = Facts(
    nodes=(
        Node("name:Grid", {"sector": "spying", "hub": "secret", "country": "BE"}, "hush.csv:2"),
        Node("name:Spy", {"name": "Spy"}, "hush.csv:3"),
    ),
    needs=(
        need("name:Ede", "name:Grid", "uses", "hush.csv:2"),
        need("name:Spy", "name:Cloud", "subcontracts", "hush.csv:3"),
        need("name:Grid", "name:Spy", "built_on", "hush.csv:4"),
    ),
    ties=(Tie("owned_by", "name:Grid", "name:Spy", 1.0, None, None, "hush.csv:5"),),
)


def test_reverse_look_ups_check_as_all_else_does(opened: Callable[..., SqliteStore]) -> None:
    asks = pair(opened, SPY, WATER)
    unknown, on_it, held, of_spy = alike(
        asks, "needs?provider=name:Spy", "needs?provider=name:Grid", "nodes/name:Grid", "blasts?id=name:Spy"
    )
    assert (unknown.status_code, of_spy.status_code) == (404, 404)
    assert unknown.json()["detail"].replace("Spy", "X") == asks[0]("needs?provider=name:X").json()["detail"]
    assert [row["dependent"] for row in on_it.json()["rows"]] == ["service:Hosting"]
    assert [row["dependent"] for row in held.json()["rows"][0]["dependants"]] == ["service:Hosting"]


def test_relation_lists_have_no_relation_of_what_is_hidden(opened: Callable[..., SqliteStore]) -> None:
    for answer in alike(pair(opened, SPY, WATER), "nodes/name:Cloud", "nodes/name:Grid", "needs?provider=name:Cloud"):
        assert not any(word in answer.text for word in ("subcontracts", "built_on", "Spy"))
    seen = ask_as(opened((run(), FACTS), (marked("care", CARE), SPY)), OF_CARE)
    assert "subcontracts" in seen("needs?provider=name:Cloud").text


def test_facets_and_the_advice_of_errors_list_nothing_that_is_out_of_reach(opened: Callable[..., SqliteStore]) -> None:
    questions = ("concentrations?market=sector", "concentrations?by=country", "gaps?sector=spyin", "pairs?hub=secre")
    for answer in alike(pair(opened, SPY, WATER), *questions, "single-points-of-failure?sector=spying"):
        assert not any(
            word in answer.json().get("detail", answer.text) for word in ("'spying'?", "'secret'", "place:BE")
        )
    seen = ask_as(opened((run(), FACTS), (marked("care", CARE), SPY)), OF_CARE)
    assert "place:BE" in seen("concentrations?by=country").text


def test_the_data_addresses_of_what_another_looks_at_open_nothing(opened: Callable[..., SqliteStore]) -> None:
    """Whoever is handed the addresses of charts and views gets what he would have found himself, or nothing."""
    asks = pair(opened, SPY, WATER)
    of_care = ask_as(opened((run(), FACTS), (marked("care", CARE, "2026-03-01"), SPY)), OF_CARE)
    questions = ("trends?measure=hhi", "concentrations?by=country", "nodes?pageSize=2", "nodes/name:Spy", "status")
    told = [of_care(asked).json()["meta"] for asked in questions]
    addresses = [meta["address"].partition("/api/v1/")[2] for meta in told]
    addresses.append(f"nodes?pageSize=2&cursor={told[2]['next_cursor']}")
    trend, *others = alike(asks, *addresses)
    assert [row["moment"] for row in trend.json()["rows"]] == ["2026-01-01"], "of his own data between these dates"
    assert {answer.status_code for answer in others} <= {400, 404, 410}


def test_there_are_no_holes_in_line_numbers_and_revisions(opened: Callable[..., SqliteStore]) -> None:
    more = Facts(nodes=(Node("name:Gouda", {"name": "Gouda"}, "more.csv:2"),))
    store = opened((run(), FACTS), (marked("care", CARE), SPY), (run("more"), more))
    ask = ask_as(store, WATER)
    assert [row["revision"] for row in ask("status").json()["rows"]] == [1, 2]
    assert [row["moment"] for row in ask("trends?measure=hhi&over=revisions").json()["rows"]] == ["1", "2"]
    rows = [
        row for asked in ("Hosting", "Cloud", "Grid", "Solar") for row in ask(f"needs?provider={asked}").json()["rows"]
    ]
    lines = sorted(int(record.rpartition(":")[2]) for row in rows for record in row["records"])
    assert lines == [*range(2, 8)], "of a part all is seen, or nothing"


def test_an_organisation_that_edits_evidence_about_itself_sees_no_more(opened: Callable[..., SqliteStore]) -> None:
    """It says of itself that a hub looks after it, and that its redundancy is tested: who it is its login says."""
    ede = Viewer(role=Role.ORGANISATION, organisation="Ede", ceiling=Label.AMBER)
    own = Facts(
        nodes=(Node("name:Ede", {"hub": "care", "sector": "care"}, "own.csv:2"),),
        needs=(need("name:Ede", "name:Solar", "uses", "own.csv:3", "1", requirement="light"),),
    )
    edited = (marked("organisation:Ede", Marking(Label.AMBER, organisations=("Ede",)), "2026-02-02"), own)
    for answer in alike(
        pair(opened, SPY, ede, edited), "status", "nodes", "nodes/name:Ede", "gaps", "trends?measure=hhi"
    ):
        assert answer.status_code == 200
        assert "Spy" not in answer.text
    # Nor does it open anything to, or change anything of, whoever may not see it.
    with_it, without = (opened((run(), FACTS), *more) for more in ((edited,), ()))
    alike([ask_as(with_it, OF_CARE), ask_as(without, OF_CARE)], "status", "nodes/name:Ede", "gaps", "pairs")
