"""What a simulation answers: distributions, intervals that cover, causes of the tail."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from depgraph.analytics.basis.causes import causes_of
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.measures.simulation import simulate
from depgraph.errors import InputError, UsageError
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.questions.simulation import (
    Distribution,
    Exceedance,
    interval,
    simulate_failures,
    simulate_scenario,
)
from depgraph.usecases.scenario import Choice, Fails, Scenario
from depgraph.usecases.scenario.probabilities import resolved
from depgraph.usecases.view import KEEPER, View

SMALL = graph("f1@a f1>x f2@b f2>x f3@b f3>?(x,y)", {"a": {"people": 100}, "b": {"people": 50}})


def view(small: object = SMALL) -> View:
    return View(small, KEEPER, 1, (), ())  # type: ignore[arg-type]  # a graph


def by_measure(rows: tuple[Distribution, ...]) -> dict[str, Distribution]:
    return {row.measure: row for row in rows}


def test_the_rows_describe_the_trials() -> None:
    """The definitions once more, from the trials themselves."""
    table = {"node": {"x": 0.3, "y": 0.2}}
    answer = simulate_failures(view(), table, trials=777, seed=4)
    trials = simulate(SMALL, causes_of(SMALL, resolved(SMALL, table, "t")), scope_of(SMALL), trials=777, seed=4)
    for measure, row in by_measure(answer.rows).items():
        for bound in ("lower", "upper"):
            values = sorted(getattr(trials, f"{measure}_{bound}").tolist())
            said = {name: getattr(row, f"{name}_{bound}") for name in ("mean", "q50", "q95", "q99", "tail95", "tail99")}
            assert said["mean"] == pytest.approx(sum(values) / 777)
            for percent in (50, 95, 99):
                quantile = said[f"q{percent}"]
                assert sum(value <= quantile for value in values) >= 777 * percent / 100
                assert sum(value < quantile for value in values) < 777 * percent / 100
            assert said["tail95"] == pytest.approx(np.mean(values[-39:]))
            assert said["tail99"] == pytest.approx(np.mean(values[-8:]))


def test_a_sure_failure_has_no_distribution() -> None:
    """If x always fails, so do f1 and f2, and f3 at most: people 100 + 50, weight 150 or 200 of 200."""
    answer = simulate_failures(view(), {"node": {"x": 1}}, trials=50)
    rows = by_measure(answer.rows)
    assert (rows["functions"].q50_lower, rows["functions"].q99_upper) == (2, 3)
    assert (rows["organisations"].mean_lower, rows["organisations"].tail99_upper) == (2, 2)
    assert (rows["people"].q95_lower, rows["people"].q95_upper) == (150, 150)
    assert (rows["score"].mean_lower, rows["score"].mean_upper) == (0.75, 1.0)
    likely = [(one.name, one.probability_lower, one.probability_upper) for one in answer.adds.functions]
    assert likely == [("f1", 1, 1), ("f2", 1, 1), ("f3", 0, 1)]
    assert answer.adds.tail == (), "what strikes always strikes no more often in the tail"
    assert answer.adds.exceedance == (Exceedance(3, 0.0, 1.0),)


def test_the_tail_names_what_makes_it() -> None:
    large = graph(" ".join(f"f{at}@a f{at}>x f{at}>y{at}" for at in range(30)))
    table = {"all": 0.0, "node": {"x": 0.05, **{f"y{at}": 0.05 for at in range(30)}}}
    tail = simulate_failures(view(large), table, trials=4_000, limit=2).adds.tail
    assert tail[0].id == "name:x"
    assert tail[0].probability == 0.05
    assert tail[0].in_tail > 0.9
    assert len(tail) == 2


def test_the_curve_falls_and_begins_with_any_failure() -> None:
    large = graph(" ".join(f"f{at}@a f{at}>y{at}" for at in range(80)))
    answer = simulate_failures(view(large), {"kind": {"party": 0.3}}, trials=3_000)
    curve = answer.adds.exceedance
    assert 2 < len(curve) <= 50
    for before, after in pairwise(curve):
        assert before.functions < after.functions
        assert before.probability_upper >= after.probability_upper
        assert before.probability_lower >= after.probability_lower


def test_people_have_no_upper_bound_where_some_are_unknown() -> None:
    answer = simulate_failures(view(graph("f1@a f1>x")), {"all": 0.5}, trials=10)
    people = by_measure(answer.rows)["people"]
    assert (people.mean_upper, people.q50_upper, people.tail99_upper) == (None, None, None)
    assert people.mean_lower == 0
    assert any("people have no upper bound" in note for note in answer.meta.notes)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    first, again, other = (simulate_failures(view(), {"all": 0.2}, trials=600, seed=seed).plain() for seed in (7, 7, 8))
    assert first == again
    assert first["rows"] != other["rows"]


def test_every_interval_covers_what_it_claims_exactly() -> None:
    """The chance that an end misses, summed over all outcomes of n trials, is at most 2.5 % at each end."""
    for trials in (1, 10, 100):
        ends = [interval(hits, hits, trials) for hits in range(trials + 1)]
        for probability in np.linspace(0.001, 0.999, 41):
            weights = binom.pmf(np.arange(trials + 1), trials, probability)
            above = sum(weight for weight, (low, _) in zip(weights, ends, strict=True) if low > probability)
            below = sum(weight for weight, (_, high) in zip(weights, ends, strict=True) if high < probability)
            assert above <= 0.025 + 1e-9
            assert below <= 0.025 + 1e-9


def test_intervals_of_hundreds_of_seeds_cover_the_exact_probability() -> None:
    """f3 fails at most with probability 1 - 0.7 * 0.8 = 0.44, for certain with 0.3 * 0.2 = 0.06.

    Of 400 independent runs at least 95 % should enclose both; below 360 has a chance under 10^-5.
    """
    table = {"node": {"x": 0.3, "y": 0.2}}
    covered = 0
    for seed in range(400):
        answer = simulate_failures(view(), table, trials=500, seed=seed)
        (ends,) = (one.interval for one in answer.adds.functions if one.name == "f3")
        covered += ends[0] <= 0.06 and ends[1] >= 0.44
    assert covered >= 360


@pytest.mark.parametrize(("trials", "seed"), [(0, 1), (10_000_001, 1), (10, -1), (10, 2**64)])
def test_what_cannot_be_asked(trials: int, seed: int) -> None:
    with pytest.raises(UsageError, match="take "):
        simulate_failures(view(), {"all": 0.1}, trials=trials, seed=seed)


def test_bad_probabilities_are_named() -> None:
    with pytest.raises(InputError, match=r"^chances.toml: all: 2 is out of range"):
        simulate_failures(view(), {"all": 2}, name="chances.toml")


def test_a_sector_chooses_whose_failures_count() -> None:
    small = graph("f1@a f1>x f2@b f2>x", {"a": {"sector": "care"}})
    rows = by_measure(simulate_failures(view(small), {"node": {"x": 1}}, trials=3, sector="care").rows)
    assert (rows["functions"].mean_upper, math.floor(rows["score"].mean_lower)) == (1, 1)


def scenario(**changes: Any) -> Scenario:
    given = Scenario("s.toml", "a bad year", "", fails=(), fallbacks=(), probabilities={"node": {"x": 0.3}})
    return replace(given, **changes)


def test_a_scenario_gives_the_probabilities() -> None:
    by_file = simulate_failures(view(), {"node": {"x": 0.3}}, trials=200, seed=3)
    answer = simulate_scenario(view(), scenario(), trials=200, seed=3)
    assert answer.rows == by_file.rows
    assert answer.meta.notes == by_file.meta.notes
    assert answer.meta.parameters == {"scenario": "s.toml", "trials": 200, "seed": 3, "limit": 20}
    assert plain(answer.adds.scenario) == {
        "name": "a bad year",
        "description": "",
        "fallbacks_assumed": [],
        "probabilities": {"node": {"x": 0.3}},
    }


def test_what_fails_in_a_scenario_does_not_count_for_chance() -> None:
    fails = (Fails("fails[0]", Choice(ids=("y",)), 0.0, 24.0),)
    answer = simulate_scenario(view(), scenario(fails=fails), trials=200, seed=3)
    assert answer.rows == simulate_scenario(view(), scenario(), trials=200, seed=3).rows
    assert "its hours and its fallbacks do not count here" in answer.meta.notes[0]


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        ({}, r"^s.toml: probabilities: the scenario does not say how likely failures are"),
        ({"node": {"x": 2}}, r"^s.toml: probabilities: node.x: 2 is out of range"),
        ({"al": 0.1}, r"^s.toml: probabilities: al: the key is not known"),
    ],
)
def test_a_scenario_that_says_no_chances(probabilities: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        simulate_scenario(view(), scenario(probabilities=probabilities))
    assert len(str(caught.value).splitlines()) == 1


def test_an_interrupted_simulation_is_that_of_the_trials_done() -> None:
    def interrupt(done: int, _: int) -> None:
        if done >= 1_000:
            raise KeyboardInterrupt

    part = simulate_failures(view(), {"all": 0.2}, trials=1_000_000, seed=7, progress=interrupt)
    done = part.adds.trials_done
    assert part.interrupted
    assert part.meta.partial == f"interrupted: exact for the first {done} of 1000000 trials"
    whole = simulate_failures(view(), {"all": 0.2}, trials=done, seed=7)
    assert not whole.interrupted
    assert part.rows == whole.rows
    assert part.adds == whole.adds
    assert part.meta.notes == whole.meta.notes
