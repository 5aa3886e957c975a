"""Needs that somebody denies: wider bounds until an auditor decides, worked out by hand and in every world."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.change_causes import FIGURES, Sides, change_causes
from depgraph.graph import Graph, assemble, at_confidence
from depgraph.graph.facts_between import toggles
from depgraph.model import DISPUTES, Decision, Finding, Need, Tie, evaluate_at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from depgraph.ports import Imported


def stated(provider: str, requirement: str = "mail", at_least: str = "", **other: Any) -> Need:
    """Return a need of a, as its register states it."""
    plain = Need(
        "name:a", provider, "uses", requirement, at_least, "", None, None, None, None, 1.0, f"needs.csv:{provider}"
    )
    return plain._replace(**other)


def denied(provider: str, requirement: str = "mail", **other: Any) -> Need:
    """Return what a denies of itself."""
    return stated(provider, requirement, record=f"reply.xlsx:{provider}", denied=True, **other)


def decision(provider: str, requirement: str = "mail", *, same: bool, **other: Any) -> Decision:
    """Return what an auditor decides of a denied need of a."""
    plain = Decision("name:a", provider, same, "", "depgraph clearing", "Ann", "2026-01-01", (requirement,), "")
    return plain._replace(**other)


@pytest.fixture
def heard(imported: Callable[..., Imported]) -> Callable[..., tuple[Graph, Sequence[Finding]]]:
    """Assemble what is stated, what is denied and what is decided, each from its own source."""

    def made(*facts: Need | Tie | Decision) -> tuple[Graph, Sequence[Finding]]:
        needs = [each for each in facts if isinstance(each, Need | Tie)]
        imports = [
            imported(*(each for each in needs if not _denies(each))),
            imported(*filter(_denies, needs), source="clearing", part="name:a"),
            imported(*(each for each in facts if isinstance(each, Decision)), source=DISPUTES),
        ]
        assembled = assemble(imports, as_of="2026-01-01")
        return assembled.graph, assembled.findings

    return made


def _denies(fact: Need | Tie) -> bool:
    return isinstance(fact, Need) and fact.denied


def bounds(graph: Graph) -> dict[str, tuple[int, int]]:
    """Return k_lower and k_upper of each requirement of a, by its name."""
    columns = graph.requirements
    return {
        str(columns.names[columns.name[at]]): (int(columns.k_lower[at]), int(columns.k_upper[at]))
        for at in range(len(columns.name))
        if graph.nodes.id[columns.dependent[at]] == "name:a"
    }


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return what became of denials."""
    return [each.code for each in findings if "denied" in each.code or "disputed" in each.code]


@pytest.mark.parametrize(
    ("word", "plain", "one", "two", "every"),
    [
        ("all", (3, 3), (2, 3), (1, 3), (0, 3)),
        ("any", (1, 1), (0, 2), (0, 3), (0, 3)),
        ("2", (2, 2), (1, 3), (0, 3), (0, 3)),
        ("0", (0, 0), (0, 1), (0, 2), (0, 3)),
        ("1..2", (1, 2), (0, 3), (0, 3), (0, 3)),
    ],
)
def test_each_denial_takes_one_off_the_lower_end_and_adds_one_to_the_upper(  # noqa: PLR0917 - one row of the table
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
    word: str,
    plain: tuple[int, int],
    one: tuple[int, int],
    two: tuple[int, int],
    every: tuple[int, int],
) -> None:
    """Of three providers none, one, two and all are denied; n stays 3, and so do the needs."""
    needs = [stated(f"name:{each}", at_least=word) for each in "bcd"]
    for count, expected in enumerate((plain, one, two, every)):
        graph, findings = heard(*needs, *(denied(f"name:{each}") for each in "bcd"[:count]))
        assert bounds(graph) == {"mail": expected}
        assert int(graph.requirements.disputed[0]) == count
        assert len(graph.needs.provider) == 3
        assert codes(findings) == ["need-disputed"] * count


@pytest.mark.parametrize("word", ["all", "any", "2", "1..2", "unknown", "maybe"])
def test_whether_a_denial_holds_or_not_lies_between(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]], word: str
) -> None:
    """Where the denied provider is not there, what is declared is evaluated on the others: that world is within."""
    providers = ["name:b", "name:c", "name:d"]
    needs = [stated(each, at_least=word) for each in providers]
    lower, upper = bounds(heard(*needs, denied("name:b"))[0])["mail"]
    for there in (providers, providers[1:]):
        world = evaluate_at_least(word, len(there))
        for count in range(4):
            for failed in combinations(providers, count):
                work, left = len(set(providers) - set(failed)), len(set(there) - set(failed))
                assert left < world.lower or work >= lower, "what fails at the lower end fails in every world"
                assert left >= world.upper or work < upper, "what fails in a world fails at the upper end"


def test_a_provider_that_two_records_state_is_disputed_in_both(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    needs = [stated("name:b", at_least="all"), stated("name:b", at_least="all", cost_eur=5.0, record="needs.csv:9")]
    graph, (finding,) = heard(*needs, stated("name:c", at_least="all"), denied("name:b"))
    assert bounds(graph) == {"mail": (1, 2)}
    assert "needs.csv:name:b, needs.csv:9 states" in finding.message
    assert graph.said is not None
    assert sorted(graph.said.disputed.tolist()) == [False, True, True]


def test_a_denial_is_of_one_requirement_one_dependent_and_one_provider(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    """Names are compared by their key; a need beside it of the same two, or of one of them, is left alone."""
    needs = (
        stated("name:b"),
        stated("name:b", "files"),
        stated("name:c", "web"),
        stated("name:b", dependent="name:c", record="needs.csv:8"),
    )
    graph, findings = heard(*needs, denied("name:B", "MAIL "))
    assert bounds(graph) == {"mail": (0, 1), "files": (1, 1), "web": (1, 1)}
    assert int(graph.requirements.disputed.sum()) == 1
    assert codes(findings) == ["need-disputed"]


def test_a_denial_without_a_requirement_is_of_the_one_that_the_need_has(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    """By its type of service, which the service has that is needed; or by none."""
    graph, _ = heard(stated("name:b", "", service_type="S03"), denied("name:b", "", service_type="s03"))
    assert bounds(graph) == {"S03": (0, 1)}
    graph, _ = heard(stated("name:b", ""), denied("name:b", ""))
    assert bounds(graph) == {"": (0, 1)}


def test_a_denial_of_what_nobody_states_disputes_nothing(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    """Also where an end of it is nowhere else: it is no other node instead."""
    graph, findings = heard(stated("name:b"), denied("name:nowhere"), denied("name:b", dependent="name:nowhere"))
    assert bounds(graph) == {"mail": (1, 1)}
    assert "name:nowhere" not in graph.nodes.id.tolist()
    assert codes(findings) == ["denied-need-gone", "denied-need-gone"]


def test_a_decision_ends_the_dispute_and_the_last_one_counts(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    facts = (stated("name:b", at_least="all"), stated("name:c", at_least="all"), denied("name:b"))
    stands, gone = decision("name:B", "Mail", same=True), decision("name:b", same=False)
    for log, expected, code in (
        ((stands,), (2, 2), "denied-need-stands"),
        ((gone,), (1, 1), "denied-need-taken-out"),
        ((gone, stands), (2, 2), "denied-need-stands"),
        ((stands, gone), (1, 1), "denied-need-taken-out"),
        ((stands, gone, gone._replace(undone=True)), (1, 2), "need-disputed"),
        ((gone, gone._replace(undone=True), stands), (2, 2), "denied-need-stands"),
        ((gone._replace(reasons=("files",)),), (1, 2), "need-disputed"),
        ((gone._replace(second="name:c"),), (1, 2), "need-disputed"),
    ):
        graph, findings = heard(*facts, *log)
        assert (bounds(graph), codes(findings)) == ({"mail": expected}, [code]), log
    left = heard(*facts, gone)[0]
    assert [str(left.nodes.id[at]) for at in left.needs.provider] == ["name:c"]


def test_a_disputed_need_is_weak_at_any_confidence_and_what_it_says_is_heard(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    """Its source is sure and says that both must work; a weak one beside it widens by one more, once."""
    surely = stated("name:b", at_least="all", confidence=0.9)
    weakly = stated("name:c", at_least="all", confidence=0.2)
    third = stated("name:d", at_least="all", confidence=0.9)
    graph, _ = heard(surely, weakly, third, denied("name:b"))
    assert bounds(graph) == {"mail": (2, 3)}
    assert bounds(at_confidence(graph, 0.1)) == {"mail": (2, 3)}
    assert bounds(at_confidence(graph, 0.5)) == {"mail": (1, 3)}
    graph, _ = heard(surely, weakly._replace(at_least=""), third._replace(at_least=""), denied("name:b"))
    assert bounds(at_confidence(graph, 0.5)) == {"mail": (1, 3)}, "all, said by what is disputed alone"
    graph, _ = heard(surely, weakly, third, denied("name:c"))
    assert bounds(at_confidence(graph, 0.5)) == {"mail": (2, 3)}, "weak and disputed is one provider"


def test_where_the_one_who_runs_a_function_is_taken_out_its_owner_does(
    heard: Callable[..., tuple[Graph, Sequence[Finding]]],
) -> None:
    function = {"dependent": "function:f", "relation": "run_by"}
    facts = (
        Tie("owner", "function:f", "name:a", None, None, None, "nodes.csv:2"),
        stated("name:b", "", **function),
        denied("name:b", "", **function),
    )
    for log, expected in (((), ["name:b"]), ((decision("name:b", "(run_by)", same=False),), ["name:a"])):
        graph, _ = heard(*facts, *(each._replace(first="function:f") for each in log))
        assert [str(graph.nodes.id[at]) for at in graph.needs.provider] == expected


def test_a_dispute_makes_another_digest(heard: Callable[..., tuple[Graph, Sequence[Finding]]]) -> None:
    """Also where the bounds are as wide without it."""
    maybe = stated("name:b", at_least="maybe")
    plain, disputed = heard(maybe)[0], heard(maybe, denied("name:b"))[0]
    assert bounds(plain) == bounds(disputed) == {"mail": (0, 1)}
    assert plain.digest != disputed.digest


def test_a_dispute_is_what_made_a_figure_change(heard: Callable[..., tuple[Graph, Sequence[Finding]]]) -> None:
    """Of two that must both work b stops a for certain, and once it is denied perhaps; c stops it as before."""
    facts = [stated("name:b", at_least="all"), stated("name:c", at_least="all")]
    graphs = heard(*facts)[0], heard(*facts, denied("name:b"))[0]
    between = toggles(*graphs)
    assert len(between.facts) + len(between.restated) == 1
    ends = [Sides(each, units(each, By.PARTY), scope_of(each)) for each in graphs]
    (found,) = change_causes(between, *ends, ["name:b"])
    at = FIGURES.index("organisations")
    assert (found.before[at].tolist(), found.after[at].tolist()) == ([1, 1], [0, 1])
    assert found.alone[:, at].tolist() == [[0, 1]]
    assert found.without[:, at].tolist() == [[1, 1]]
