"""Answers at each rung of evidence are those of a register that says so itself."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.model import EVIDENCE, Facts, Import, Marking, Need, Node, Tie
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.gaps import rank_gaps
from depgraph.usecases.questions.nodes import show_node
from depgraph.usecases.questions.outage import follow_outage
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.view import Lens, open_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.usecases.view import View

SUPPLIERS = ("name:x", "name:y", "name:z")
Said = tuple[str, str | None]
KNOWN: tuple[Said, ...] = (
    ("", None),
    ("documented", None),
    ("tested", "2024-05-05"),
    ("tested", "2025-05-05"),
)
RUNGS = (Lens(), Lens(accept="documented"), Lens(accept="tested"), Lens(accept="tested", tested_since="2025-01-01"))


def opened(facts: Iterable[Facts], lens: Lens) -> View:
    store = SqliteStore(":memory:")
    store.replace(Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0"), list(facts))
    view = open_view(store, lens)
    store.close()
    return view


def host(dependent: str, provider: str, at_least: str, known: Said, row: int) -> Need:
    word = ("host", at_least, "", None, None, None, None, 1.0, f"needs.csv:{row}")
    return Need(dependent, provider, "uses", *word, *known)  # type: ignore[arg-type]  # in the order of its fields


def register(seed: int, lens: Lens | None = None) -> list[Facts]:
    """Return a register at random; with a lens, one that says by itself what is left of it at that rung."""
    choose = random.Random(seed)
    facts = []
    for number in range(5):
        function = f"function:f{number}"
        fallback: dict[str, Any] = {"fallback": choose.choice(("operating", "existing")), "fallback_hours": 24}
        word, date = choose.choice(KNOWN)
        if lens and fallback["fallback"] == "operating" and not enough(lens, word, date):
            fallback["fallback"] = "existing"
        elif not lens:
            fallback |= {"fallback_evidence": word} if word else {}
            fallback |= {"fallback_evidence_date": date} if date else {}
        tie = Tie("owner", function, f"name:a{number % 2}", None, None, None, f"nodes.csv:{number}")
        facts.append(Facts(nodes=(Node(function, fallback, f"nodes.csv:{number}"),), ties=(tie,)))
        providers = choose.sample(SUPPLIERS, choose.randint(1, 3))
        said = choose.choice(("any", "2", "1..2", "all", "unknown", ""))
        known = [choose.choice(KNOWN) for _ in providers]
        if lens and said in ("any", "2", "1..2") and not all(enough(lens, *each) for each in known):
            n = len(providers)
            said = {"any": "1..9", "2": f"{min(2, n)}..9", "1..2": "1..9"}[said]
        rows = [
            host(function, provider, said, ("", None) if lens else each, 10 * number + row)
            for row, (provider, each) in enumerate(zip(providers, known, strict=True))
        ]
        facts.append(Facts(needs=tuple(rows)))
    return facts


def enough(lens: Lens, word: str, date: str | None) -> bool:
    if lens.accept == "tested":
        return word == "tested" and (date or "") >= lens.tested_since
    return lens.accept == "stated" or bool(word)


def answers(view: View) -> tuple[Any, Any]:
    return rank_single_points(view, limit=0).rows, follow_outage(view, ["name:x", "name:y"], hours=30).rows


@pytest.mark.parametrize("lens", RUNGS, ids=str)
@pytest.mark.parametrize("seed", range(12))
def test_every_bound_at_a_rung_is_that_of_a_register_that_says_so(seed: int, lens: Lens) -> None:
    assert answers(opened(register(seed), lens)) == answers(opened(register(seed, lens), Lens()))


@pytest.mark.parametrize("seed", range(12))
def test_lower_ends_never_move_and_upper_ends_only_rise(seed: int) -> None:
    facts = register(seed)
    ranked = [{row.id: row for row in answers(opened(facts, lens))[0]} for lens in RUNGS]
    ends = ("fails", "functions", "organisations", "score", "people")
    for weaker, stronger in pairwise(ranked):
        assert weaker.keys() == stronger.keys()
        for key, row in weaker.items():
            for end in ends:
                assert getattr(row, f"{end}_lower") == getattr(stronger[key], f"{end}_lower")
                assert (getattr(row, f"{end}_upper") or 0) <= (getattr(stronger[key], f"{end}_upper") or 0)


def two_hosts(known: Said, other: Said) -> list[Facts]:
    rows = (
        host("function:pay", "name:x", "any", known, 2),
        host("function:pay", "name:y", "any", other, 3),
    )
    return [Facts(needs=rows, ties=(Tie("owner", "function:pay", "name:a", None, None, None, "nodes.csv:2"),))]


def test_the_weakest_of_several_rows_counts() -> None:
    """By hand: either of two hosts; one row was tested, the other is written down: documented, and not tested."""
    facts = two_hosts(("tested", "2025-05-05"), ("documented", "2023-01-01"))
    for accept, upper in zip(EVIDENCE, (1, 1, 2), strict=True):
        view = opened(facts, Lens(accept=accept))
        shown = show_node(view, "pay").rows[0].needs[1]
        assert (shown.k_lower, shown.k_upper, shown.n) == (1, upper, 2)
        assert (shown.evidence, shown.evidence_date) == ("documented", "2023-01-01")
        assert view.counts().undeclared_requirements == 0
    (note,) = view.notes
    assert note.startswith(
        "evidence asked for is tested: 1 declared requirement and 0 operating fallbacks are known less"
    )


def test_on_a_date_there_is_no_test_of_a_later_one() -> None:
    facts = two_hosts(("tested", "2025-05-05"), ("tested", "2025-06-06"))
    for as_of, upper in (("2025-06-06", 1), ("2025-06-05", 2)):
        graph = opened(facts, Lens(as_of=as_of, accept="documented")).graph
        assert graph.requirements.k_upper.max() == upper


def test_of_a_fallback_the_weakest_record_counts_that_gives_it() -> None:
    """A record of another fallback gives way, and so does what it says of evidence."""
    tested = {"fallback": "operating", "fallback_evidence": "tested", "fallback_evidence_date": "2025-05-05"}
    said = [tested, {"fallback": "operating", "fallback_evidence": "documented"}, {"fallback": "designed"}]
    for nodes, expected in ((said[:1], tested), (said[::2], tested), (said, said[1])):
        store = SqliteStore(":memory:")
        for at, attributes in enumerate(nodes):
            run = Import(f"source {at}", "", "2026-01-01", Marking(), 50 - at, "CC0-1.0")
            store.replace(run, [Facts(nodes=(Node("function:f", attributes, "nodes.csv:2"),))])
        shown = show_node(open_view(store), "f").rows[0]
        store.close()
        assert shown.attributes == expected


def test_gaps_ask_for_the_evidence_that_is_missing() -> None:
    """By hand: without redundancy each of two hosts stops all; a test would take 1 off the score of both."""
    facts = two_hosts(("tested", "2025-05-05"), ("", None))
    assert not rank_gaps(opened(facts, Lens())).rows
    asked = rank_gaps(opened(facts, Lens(accept="documented")))
    (gap,) = asked.rows
    assert (gap.question, gap.k_lower, gap.k_upper, gap.width_at_lower) == ("evidence", 1, 2, 2.0)
    assert not asked.questionnaire
