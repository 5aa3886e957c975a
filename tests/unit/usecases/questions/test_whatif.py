"""What a change would do: hand cases, agreement with a graph that is so, and one line for what makes no sense."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from depgraph.errors import DepgraphError, InputError
from depgraph.graph import Graph, assemble
from depgraph.model import Import, Marking, Need
from depgraph.ports import Counts, Given, Imported
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.outage import follow_scenario
from depgraph.usecases.questions.simulation import simulate_scenario
from depgraph.usecases.questions.spof import rank_single_points
from depgraph.usecases.questions.whatif import Comparison, what_if
from depgraph.usecases.scenario import parse_scenario, read_scenario
from depgraph.usecases.scenario.edits import altered
from depgraph.usecases.view import KEEPER, Lens, View, open_view
from importers.register import SOURCE

SAMPLES = Path(__file__).parents[4] / "data_samples"
SHIPPED = sorted((SAMPLES / "changes").iterdir())

SMALL = "f1@a f1>x f2@b f2>x f2>y x<g"
PEOPLE: dict[str, dict[str, Any]] = {"a": {"people": 300}, "b": {"people": 100}, "y": {"country": "US"}}


def view(small: Graph, lens: Lens = KEEPER) -> View:
    return View(small, lens, 1, (), ())


def asked(change: str, written: str = SMALL, **options: Any) -> Comparison:
    scenario = parse_scenario('{"name": "case", ' + change + "}", "case")
    return what_if(view(graph(written, PEOPLE)), scenario, **options)


def rows(answer: Comparison) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        (row.measure, row.id): (row.before_at_lower, row.before_at_upper, row.after_at_lower, row.after_at_upper)
        for row in answer.rows
    }


SECOND = '"adds": [{"id": "n"}, {"dependent": "function:f1", "provider": "n", "alternative_to": "x"}]'


def test_a_second_supplier() -> None:
    """f1, which serves 300 of 400, may do without x from now on: 100 of 400 are left, by f2."""
    answer = asked(SECOND)
    found = rows(answer)
    assert found["score", "name:x"] == (1.0, 1.0, 0.25, 0.25)
    assert found["functions", "name:x"] == (2, 2, 1, 1)
    assert found["people", "name:x"] == (400, 400, 100, 100)
    assert found["highest_score", ""] == (1.0, 1.0, 0.25, 0.25)
    assert found["cut_sets_of_1", "function:f1"] == (1, 1, 0, 0)
    assert found["cut_sets_of_2", "function:f1"] == (0, 0, 1, 1)
    assert ("score", "name:y") not in found, "what stays the same is left out"
    assert ("cut_sets_of_1", "function:f2") not in found, "the change does not touch it"
    assert answer.highest_score == 0.25
    assert not any("no provider left" in note for note in answer.meta.notes)


def test_concentration_of_direct_needs() -> None:
    """Dependants f1 and f2 each weigh half: x has 1/2 + 1/4 before, and 1/4 + 1/4 when f1 spreads over x and n."""
    found = rows(asked(SECOND))
    assert found["share", "name:x"] == (0.75, 0.75, 0.5, 0.5)
    assert found["share", "name:n"] == (0, 0, 0.25, 0.25)
    assert found["hhi", ""] == pytest.approx((6250, 6250, 3750, 3750))
    assert asked(SECOND).highest_index == pytest.approx(3750)


def test_an_award_moves_what_a_supplier_has() -> None:
    """All that x has goes to n, which is new and Belgian: n stops both functions now, x none."""
    answer = asked('"adds": [{"id": "n", "country": "BE"}], "removes": [{"ids": ["x"], "replaced_by": "n"}]')
    found = rows(answer)
    assert found["functions", "name:x"] == (2, 2, 0, 0)
    assert found["functions", "name:n"] == (0, 0, 2, 2)
    assert found["single_points", ""] == (2, 2, 2, 2)
    assert found["cut_sets_of_1", "function:f2"] == (2, 2, 2, 2)


def test_an_award_of_one_contract() -> None:
    change = '"removes": [{"ids": ["x"], "dependents": ["function:f2"], "replaced_by": "y"}]'
    found = rows(asked(change))
    assert found["functions", "name:x"] == (2, 2, 1, 1)
    assert found["cut_sets_of_1", "function:f2"] == (2, 2, 1, 1)
    assert ("functions", "name:y") not in found


def test_an_exit_that_nobody_takes_over_is_told() -> None:
    answer = asked('"removes": [{"ids": ["x"]}]')
    assert rows(answer)["functions", "name:x"] == (2, 2, 0, 0)
    assert answer.meta.notes[-1] == (
        "2 requirements have no provider left and count no more ('name:x' of 'function:f1', 'name:x' of"
        " 'function:f2'): replaced_by says who takes over"
    )


def test_a_group_leaves() -> None:
    found = rows(asked('"removes": [{"groups": ["g"], "replaced_by": "y"}]', by="group"))
    assert found["functions", "name:g"] == (2, 2, 0, 0)
    assert found["functions", "name:y"] == (1, 1, 2, 2)


def test_an_exercised_fallback_tells_in_an_outage() -> None:
    """X is down for 10 hours; f1 carries on for 4: of 300 x 10 + 100 x 10 people-hours 300 x 4 are saved."""
    change = '"fails": [{"ids": ["x"], "hours": 10}], "fallbacks": [{"ids": ["function:f1"], "hours": 4}]'
    answer = asked(change)
    found = rows(answer)
    assert found["people_hours", ""] == (4000, 4000, 2800, 2800)
    assert found["functions_within_24_hours", ""] == (2, 2, 2, 2)
    assert found["scenario_score", ""] == (1.0, 1.0, 1.0, 1.0)
    assert not any(row.id for row in answer.rows), "the graph itself says what it said"


def test_what_fails_may_be_what_is_added() -> None:
    """Before, nobody needs n; after, f1 needs it."""
    change = '"fails": [{"ids": ["y"], "hours": 1}], "adds": [{"dependent": "function:f1", "provider": "y"}]'
    found = rows(asked(change))
    assert found["scenario_functions", ""] == (1, 1, 2, 2)
    assert found["people_hours", ""] == (100, 100, 400, 400)


def test_a_new_function_counts_with_its_owner() -> None:
    change = (
        '"adds": [{"id": "function:f3", "owner": "a", "people": 300, "criticality": 0.5},'
        ' {"dependent": "function:f3", "provider": "y"}]'
    )
    found = rows(asked(change))
    assert found["functions", "name:y"] == (1, 1, 2, 2)
    assert found["score", "name:y"] == (0.25, 0.25, pytest.approx(250 / 550), pytest.approx(250 / 550))
    assert found["cut_sets_of_1", "function:f3"] == (None, None, 1, 1), "a runs it, and is no cut set of its own"


def test_scores_on_two_scales_are_told_apart() -> None:
    """Nobody says whom the new function serves: after the change criticality alone weighs, before it people do."""
    new = '"adds": [{"id": "function:n", "owner": "a"%s}, {"dependent": "function:n", "provider": "y"}]'
    told, people = (asked(new % more).meta.notes for more in (', "people": 5', ""))
    assert not any("scale" in note for note in told)
    assert not any("scale" in note for note in people), "its owner's people stand for its own"
    (note,) = (
        note for note in asked(new.replace('"owner": "a"', '"criticality": 1') % "").meta.notes if "scale" in note
    )
    assert "before by criticality (1 where unknown) x people served, after by criticality alone" in note


def test_a_minimum_confidence_holds_after_the_change_too() -> None:
    weak = '"adds": [{"dependent": "function:f1", "provider": "y", "confidence": 0.2}]'
    scenario = parse_scenario('{"name": "case", ' + weak + "}", "case")
    sure = rows(what_if(view(graph(SMALL, PEOPLE)), scenario))
    unsure = rows(what_if(view(graph(SMALL, PEOPLE), Lens(min_confidence=0.5)), scenario))
    assert sure["functions", "name:y"] == (1, 1, 2, 2)
    assert unsure["functions", "name:y"] == (1, 1, 1, 2)


def test_after_is_what_a_graph_that_is_so_says() -> None:
    """The answer after a change is the ranking of the graph written so from the start."""
    so = graph("f1@a f1>x|n f2@b f2>x f2>y x<g", PEOPLE)
    ranked = {row.id: row for row in rank_single_points(view(so), limit=0).rows}
    for (measure, node), values in rows(asked(SECOND, limit=0)).items():
        if measure in ("score", "fails", "functions", "organisations", "people"):
            row = ranked.get(node)
            expected = (getattr(row, f"{measure}_lower"), getattr(row, f"{measure}_upper")) if row else (0, 0)
            assert values[2:] == expected, (measure, node)


def test_the_limit_is_of_units_and_of_shares() -> None:
    answer = asked(SECOND, limit=1)
    assert {row.id for row in answer.rows if row.measure == "score"} == {"name:x"}
    assert answer.meta.partial == "1 of 2 shares that differ"


def test_other_questions_take_the_changed_graph_too() -> None:
    scenario = parse_scenario(
        '{"name": "case", "fails": [{"ids": ["y"], "hours": 1}],'
        ' "adds": [{"dependent": "function:f1", "provider": "y"}]}',
        "case",
    )
    answer = follow_scenario(view(graph(SMALL, PEOPLE)), scenario)
    assert [row.id for row in answer.rows] == ["function:f1", "function:f2"]


WRONG = {
    "": "case: the scenario is empty",
    '"fails": [{"ids": ["x"], "hours": 1}]': r"case: nothing changes in this scenario: add \[\[adds\]\]",
    '"fallbacks": [{"ids": ["function:f1"], "hours": 4}], "probabilities": {"all": 0.1}': "tells only when something",
    '"adds": [{}]': r"case: adds\[0\].dependent: is left out: a need has a dependent and a provider, a node an id",
    '"adds": [3]': r"case: adds\[0\]: a table is wanted",
    '"adds": [{"id": "x"}]': r"case: adds\[0\].id: 'name:x' is in the graph already: add needs to it instead",
    '"adds": [{"id": "lie:x"}]': r"case: adds\[0\].id: 'lie:x' has an unknown scheme",
    '"adds": [{"id": "unknown:"}]': r"case: adds\[0\].id: a provider that nobody knows cannot be added",
    '"adds": [{"id": "n", "colour": "red"}]': r"case: adds\[0\].colour: the key is not known",
    '"adds": [{"id": "n", "country": 3}]': r"case: adds\[0\]: node 'name:n': country is 3, not a text",
    '"adds": [{"id": "n", "criticality": 2}]': r"case: adds\[0\]: node 'name:n': criticality is 2",
    '"adds": [{"id": "n", "owned_by": "h"}]': r"case: adds\[0\].owned_by: no node has the id 'name:h'",
    '"adds": [{"dependent": "function:f1", "provider": "n"}]': r"no node has the id 'n'.*; what is new is added with",
    '"adds": [{"dependent": "function:f1", "provider": "x", "at_least": "most"}]': r"adds\[0\].at_least: 'most' is not",
    '"adds": [{"dependent": "function:f1", "provider": "x", "at_least": true}]': r"adds\[0\].at_least: a number or a",
    '"adds": [{"dependent": "function:f1", "provider": "x", "share": 2}]': r"adds\[0\].share: 2 is not in \[0, 1\]",
    '"adds": [{"dependent": "function:f1", "provider": "x", "relation": "likes"}]': r"relation: 'likes' is not one of",
    '"adds": [{"dependent": "x", "provider": "y", "relation": "run_by"}]': r"adds\[0\]: need of 'name:y': 'run_by' does",
    '"adds": [{"dependent": "x", "provider": "function:f1"}]': r"case: adds\[0\]: no need goes from a party to a function",
    '"adds": [{"dependent": "x", "provider": "x"}]': r"adds\[0\]: need of 'name:x': a node cannot need itself",
    '"adds": [{"dependent": "function:f1", "provider": "x", "alternative_to": "y"}]': "'function:f1' does not need",
    '"adds": [{"dependent": "function:f1", "provider": "y", "alternative_to": "x", "requirement": "r"}]': "leave one of",
    '"adds": [{"id": "n", "country": "Netherlands"}]': r"adds\[0\].country: 'Netherlands' is not an ISO 3166-1 alpha-2",
    '"adds": [{"dependent": "function:f1", "provider": "y", "requirement": "r", "at_least": "any"},'
    ' {"dependent": "function:f1", "provider": "g", "requirement": "r", "at_least": "all"}]': (
        r"case: adds\[1\].at_least: says all, but adds\[0\] says any of the same requirement"
    ),
    '"removes": [{"ids": ["x"], "replaced_by": "x"}]': r"removes\[0\].replaced_by: 'name:x' is what is removed",
    '"removes": [{}]': r"case: removes\[0\]: nobody is named",
    '"removes": [{"ids": ["a"]}]': r"case: removes\[0\]: nobody has such a need",
    '"removes": [{"ids": ["n"]}]': r"case: removes\[0\].ids: no node has the id 'n'",
    '"removes": [{"ids": ["x"], "dependents": ["name:y"]}]': r"removes\[0\]: nobody has such a need",
    '"removes": [{"ids": ["x"], "requirement": "r"}]': r"removes\[0\]: nobody has such a need",
    '"removes": [{"ids": ["x"], "replaced_by": "n"}]': r"removes\[0\].replaced_by: no node has the id 'n'",
    '"removes": [{"ids": ["x"], "replaced_by": "function:f1"}]': r"removes\[0\].replaced_by: .* has such a need itself",
    '"removes": [{"ids": ["y"], "replaced_by": "function:f1"}]': r"removes\[0\]: no need goes from a function to a func",
}


@pytest.mark.parametrize("change", WRONG, ids=lambda change: WRONG[change][:70])
def test_wrong_changes(change: str) -> None:
    text = '{"name": "case"' + (", " + change if change else "") + "}"
    with pytest.raises(DepgraphError, match=WRONG[change]) as caught:
        what_if(view(graph(SMALL, PEOPLE)), parse_scenario(text, "case"))
    assert isinstance(caught.value, InputError)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_change_makes_a_difference(path: Path, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "facts.sqlite")
    try:
        import_source(store, SOURCE, Given((SAMPLES / "register",)), today="2026-11-01")
        answer = what_if(open_view(store), read_scenario(path), by="group")
    finally:
        store.close()
    assert any(
        (row.before_at_lower, row.before_at_upper) != (row.after_at_lower, row.after_at_upper) for row in answer.rows
    )
    assert answer.adds.scenario.description


def test_a_simulation_takes_the_changed_graph_too() -> None:
    """With certainty x fails, and y by then carries nothing: f1 needs n or x, so only f2 is hit."""
    change = '{"name": "case", ' + SECOND + ', "probabilities": {"node": {"name:x": 1.0}}}'
    answer = simulate_scenario(view(graph(SMALL, PEOPLE)), parse_scenario(change, "case"), trials=10)
    (functions,) = [row for row in answer.rows if row.measure == "functions"]
    assert (functions.mean_lower, functions.mean_upper) == (1.0, 1.0)


def test_a_change_names_everything_in_any_spelling() -> None:
    """Ids, requirements, types and attributes are compared as names are; what is in the graph keeps its spelling."""
    plain = asked(
        '"adds": [{"id": "n", "country": "BE"}, {"dependent": "function:f1", "provider": "n", "requirement": "mail",'
        ' "at_least": "any"}], "removes": [{"ids": ["y"], "requirement": "name:y"}]',
        "f1@a f1>x f2@b f2>x f2>y",
    )
    varied = asked(
        '"adds": [{"id": "N\\u200b", "country": "BE"}, {"dependent": "function:F1", "provider": "name:n",'
        ' "requirement": "mail", "at_least": "any"}], "removes": [{"ids": ["Y"], "requirement": "NAME:Y"}]',
        "f1@a f1>x f2@b f2>x f2>y",
    )
    assert len(plain.rows) == len(varied.rows) > 5
    assert {row.id.rstrip("\u200b").lower() for row in varied.rows} == {row.id for row in plain.rows}


def test_an_added_need_joins_the_requirement_of_another_spelling() -> None:
    change = '"adds": [{"dependent": "function:f1", "provider": "y", "requirement": "M\\u00adAIL", "at_least": "any"}]'
    scenario = parse_scenario('{"name": "case", ' + change + "}", "case")
    run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    need = Need("function:f1", "name:x", "uses", "Mail", "", "SaaS", None, None, None, None, 1.0, "needs.csv:2")
    facts = [need, need._replace(dependent="function:f2", provider="name:y", requirement="mail 2")]
    after = altered(assemble([Imported(run, 1, Counts(), (), (), facts)], as_of="2026-01-01").graph, scenario)
    assert [str(name) for name in after.requirements.names[after.requirements.name].tolist()] == ["Mail", "mail 2"]
    assert (after.requirements.k_lower.tolist(), np.diff(after.requirements.indptr).tolist()) == ([1, 1], [2, 1])


@pytest.mark.parametrize(
    ("written", "change", "sides"),
    [
        ("s2>c", '"adds": [{"id": "x"}]', "before and after"),
        ("s2>c", '"adds": [{"id": "x"}, {"dependent": "x", "provider": "service:s2"}]', "before"),
        ("a>x", '"removes": [{"ids": ["x"]}]', "after"),
    ],
)
def test_a_side_without_a_market_is_told(written: str, change: str, sides: str) -> None:
    scenario = parse_scenario('{"name": "case", ' + change + "}", "case")
    answer = what_if(view(graph(written)), scenario)
    found = rows(answer)["hhi", ""]
    assert [number is None for number in found] == ["before" in sides] * 2 + ["after" in sides] * 2
    assert f"no market is in scope {sides}: no function or organisation there has a direct need" in answer.meta.notes


def _changed(change: str, *facts: Need) -> Graph:
    run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    before = assemble([Imported(run, 1, Counts(), (), (), facts)], as_of="2026-01-01").graph
    return parse_scenario('{"name": "case", ' + change + "}", "case").changed(before)


def _needs_of(change: str, *facts: Need) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return the requirement, share, cost and bounds of each need after a change."""
    after = _changed(change, *facts)
    needs, requirements, ids = after.needs, after.requirements, after.nodes.id.tolist()
    return {
        (ids[needs.dependent[at]], ids[needs.provider[at]]): (
            str(requirements.names[requirements.name[needs.requirement[at]]]),
            float(needs.share[at]),
            float(needs.cost_eur[at]),
            int(requirements.k_lower[needs.requirement[at]]),
            int(requirements.k_upper[needs.requirement[at]]),
        )
        for at in range(len(needs))
    }


def _need(provider: str, requirement: str, at_least: str, share: float, cost: float | None) -> Need:
    return Need("name:a", provider, "uses", requirement, at_least, "", share, cost, None, None, 1.0, "needs.csv:2")


def test_a_need_moved_onto_a_provider_that_is_there_adds_to_it() -> None:
    three = [_need(f"name:{at}", "mail", "2", 0.25, 100.0) for at in "xyz"]
    moved = '"removes": [{"ids": ["x"], "replaced_by": "y"}]'
    found = _needs_of(moved, *three)
    assert found == {
        ("name:a", "name:y"): ("mail", 0.5, 200.0, 2, 2),
        ("name:a", "name:z"): ("mail", 0.25, 100.0, 2, 2),
    }


def test_a_need_that_nobody_knows_who_meets_is_met_or_goes() -> None:
    """The unknown one may be x itself, so that both of "any" may be needed; with n in its place either is enough."""
    facts = _need("name:x", "mail", "any", 0.25, 1.0), _need("unknown:", "mail", "any", 0.25, 1.0)
    who = '"ids": ["unknown:not named in register"]'
    met = _needs_of(f'"adds": [{{"id": "n"}}], "removes": [{{{who}, "replaced_by": "n"}}]', *facts)
    assert met == {("name:a", each): ("mail", 0.25, 1.0, 1, 1) for each in ("name:n", "name:x")}
    assert _needs_of(f'"removes": [{{{who}}}]', *facts) == {("name:a", "name:x"): ("mail", 0.25, 1.0, 1, 1)}
    with pytest.raises(InputError, match="nobody knows: it cannot fail"):
        _changed(f'"adds": [{{"id": "n"}}], "fallbacks": [{{{who}, "status": "operating", "hours": 1}}]', *facts)


@pytest.mark.parametrize(
    ("there", "cost", "blanks"),
    [((), 100.0, 1), ((40.0,), 140.0, 1), ((None,), 100.0, 2), ((40.0, None), 140.0, 2)],
)
def test_blank_costs_of_a_moved_need_go_with_it(there: tuple[float | None, ...], cost: float, blanks: int) -> None:
    """Of x, one row costs 100 and one is blank, and so it stays, beside what y costs already."""
    facts = [_need("name:x", "mail", "", 0.25, each) for each in (100.0, None)]
    facts += [_need("name:y", "mail", "", 0.25, each) for each in there]
    change = '"removes": [{"ids": ["x"], "replaced_by": "y"}]' + ', "adds": [{"id": "y"}]' * (not there)
    needs = _changed(change, *facts).needs
    assert (needs.cost_eur.tolist(), needs.cost_blanks.tolist()) == ([cost], [blanks])
    twice = _changed(change, *(fact._replace(cost_eur=None) for fact in facts)).needs
    assert (math.isnan(twice.cost_eur[0]), twice.cost_blanks.tolist()) == (True, [2 + len(there)])


def test_what_the_records_of_a_need_say_goes_with_it() -> None:
    """Only the record of x says that all must work; it says so of y as well, who takes over."""
    found = _needs_of(
        '"adds": [{"id": "v"}], "removes": [{"ids": ["x"], "replaced_by": "v"}]',
        _need("name:x", "mail", "all", 0.5, 1.0),
        _need("name:y", "mail", "", 0.5, 1.0),
    )
    assert found["name:a", "name:v"] == ("mail", 0.5, 1.0, 2, 2)


def test_an_alternative_in_the_unnamed_requirement_takes_its_provider_out_of_it() -> None:
    found = _needs_of(
        '"adds": [{"id": "n"}, {"dependent": "a", "provider": "n", "alternative_to": "x"}]',
        *(_need(f"name:{at}", "", "", 0.25, 1.0) for at in "xyz"),
    )
    assert [(provider, *values[0::3]) for (_, provider), values in sorted(found.items())] == [
        ("name:n", "name:x or another", 1),
        ("name:x", "name:x or another", 1),
        ("name:y", "", 1),
        ("name:z", "", 1),
    ]
    assert [values[4] for values in found.values()] == [2, 2, 1, 1]


def test_an_added_need_without_requirement_is_one_of_its_own() -> None:
    found = _needs_of(
        '"adds": [{"id": "n"}, {"dependent": "a", "provider": "n", "service_type": "S01"}]',
        _need("name:x", "", "", 0.25, 1.0),
        _need("name:y", "S01", "", 0.25, 1.0),
    )
    assert found["name:a", "name:n"][0::3] == ("name:n", 1)
    assert {values[4] for values in found.values()} == {1}


def test_what_a_change_adds_is_none_of_the_unknowns() -> None:
    found = _needs_of(
        '"adds": [{"id": "n"}, {"dependent": "a", "provider": "n", "requirement": "mail"}]',
        _need("name:x", "mail", "any", 0.25, 1.0),
        _need("unknown:", "mail", "any", 0.25, 1.0),
    )
    assert {values[3:] for values in found.values()} == {(1, 1)}
