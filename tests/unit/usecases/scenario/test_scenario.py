"""Scenario files: what they mean on a graph, and one clear line for whatever is wrong with them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from depgraph.errors import InputError, MissingPathError
from depgraph.graph import Graph
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.answer import plain
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.blast import blast_scenario
from depgraph.usecases.questions.outage import follow_scenario
from depgraph.usecases.scenario import Scenario, read_scenario
from depgraph.usecases.view import KEEPER, View, open_view
from importers.register import SOURCE

SAMPLES = Path(__file__).parents[4] / "data_samples"
SHIPPED = sorted((SAMPLES / "scenarios").iterdir())


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


SMALL = graph(
    "f1@a f1>s1 s1>x b>y y<g x<g l1>l2 s2>l1 s2>z",
    {
        "x": {"country": "US"},
        "g": {"country": "DE"},
        "z": {"country": "US", "sector": "cloud"},
        "f1": {"fallback": "none"},
        "s1": {"service_type": "S17"},
    },
)


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def read(text: str, name: str = "case.toml") -> Scenario:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_scenario(tmp_path / name)

    return read


def failing(scenario: Scenario) -> list[tuple[str, float, float]]:
    strikes = scenario.on(SMALL).strikes
    ids = SMALL.nodes.id[strikes.node].tolist()
    return sorted(zip(ids, strikes.since.tolist(), strikes.until.tolist(), strict=True))


def test_who_fails_and_when(written: Any) -> None:
    scenario = written("""
        name = "all sorts"
        [[fails]]
        ids = ["x", "place:l2"]
        days = 2
        [[fails]]
        groups = ["g"]
        from_hours = 5
        hours = 1.5
        [[fails]]
        countries = ["us"]
        forever = true
        [[fails]]
        where = {kind = "service", service_type = ["S17", "S18"]}
        hours = 3
    """)
    assert failing(scenario) == sorted(
        [
            ("name:x", 0, 48),
            ("place:l1", 0, 48),
            ("place:l2", 0, 48),
            ("name:g", 5, 6.5),
            ("name:x", 5, 6.5),
            ("name:y", 5, 6.5),
            ("name:z", 0, math.inf),
            ("service:s1", 0, 3),
        ]
    )


def test_a_country_fails_with_those_who_may_be_there(written: Any) -> None:
    """W has no country: it fails at the upper end alone, and so does b; v in US is needed by nobody, and stands."""
    small = graph("a>x b>w v>x", {"x": {"country": "US"}, "v": {"country": "US"}})
    scenario = written('name = "US"\n[[fails]]\ncountries = ["us"]\nhours = 4')
    cast = scenario.on(small)
    ids = small.nodes.id
    assert ids[cast.strikes.at(upper=False).node].tolist() == ["name:x"]
    assert ids[cast.strikes.at(upper=True).node].tolist() == ["name:w", "name:x"]
    timed = {
        row.id: (row.hours_down_lower, row.hours_down_upper) for row in follow_scenario(view(small), scenario).rows
    }
    assert timed == {"name:a": (4, 4), "name:b": (0, 4), "name:v": (4, 4), "name:w": (0, 4)}
    at_once = blast_scenario(view(small), scenario)
    assert {row.id: row.certain for row in at_once.rows} == {
        "name:a": True,
        "name:b": False,
        "name:v": True,
        "name:w": False,
    }
    assert any("1 party has no known country" in note for note in at_once.meta.notes)


def test_the_same_in_json(written: Any) -> None:
    table = {"name": "one", "fails": [{"ids": ["x"], "hours": 4}], "fallbacks": [{"ids": ["f1"], "hours": 3}]}
    found = written(json.dumps(table), "case.json")
    assert failing(found) == [("name:x", 0, 4)]
    cast = found.on(SMALL)
    at = SMALL.position("f1")
    assert (cast.graph.nodes.fallback[at], cast.graph.nodes.fallback_hours[at]) == ("operating", 3)
    assert SMALL.nodes.fallback[at] == "none", "the graph itself is as it was"


def test_an_assumed_fallback_carries(written: Any) -> None:
    fails = 'name = "one"\n[[fails]]\nids = ["x"]\nhours = 4\n'
    bare = follow_scenario(view(SMALL), written(fails))
    assumed = follow_scenario(view(SMALL), written(fails + '[[fallbacks]]\nids = ["f1"]\nhours = 3\n'))
    assert [(row.id, row.down_from_upper, row.hours_down_upper) for row in bare.rows] == [("function:f1", 0, 4)]
    assert [(row.id, row.down_from_upper, row.hours_down_upper) for row in assumed.rows] == [("function:f1", 3, 1)]
    assert assumed.adds.scenario
    assert plain(assumed.adds.scenario.fallbacks_assumed) == [{"ids": ["f1"], "status": "operating", "hours": 3.0}]


NAMED = 'name = "a"\n'
FAILS = NAMED + '[[fails]]\nids = ["x"]\n'
WRONG = {
    "": "case.toml: name: a scenario needs a name",
    NAMED: r"case.toml: the scenario is empty: add \[\[fails\]\]",
    NAMED + "nam = 1": "case.toml: nam: the key is not known: use one of name, description",
    "name = 1": "case.toml: name: a text is wanted",
    NAMED + "fails = 3": r"case.toml: fails: a list of tables is wanted: write \[\[fails\]\]",
    NAMED + "fails = [3]": r"case.toml: fails\[0\]: a table is wanted",
    NAMED
    + "[[fails]]\nhours = 3": r"case.toml: fails\[0\]: nobody is named: give one of ids, groups, countries, where",
    FAILS: r"case.toml: fails\[0\]: how long is not said: give one of hours, days or forever",
    FAILS + "hours = 1\ndays = 1": r"case.toml: fails\[0\]: hours and days contradict each other",
    FAILS + "hours = -1": r"case.toml: fails\[0\].hours: -1 is out of range",
    FAILS + "hours = 0": r"case.toml: fails\[0\].hours: 0 is less than a second",
    FAILS + "hours = 0.0002": r"case.toml: fails\[0\].hours: 0.0002 is less than a second",
    FAILS + "days = 0.00001": r"case.toml: fails\[0\].days: 1e-05 is less than a second",
    FAILS + "hours = nan": r"case.toml: fails\[0\].hours: nan is out of range",
    FAILS + 'hours = "3"': r"case.toml: fails\[0\].hours: '3' is not a number",
    FAILS + "forever = false": r"case.toml: fails\[0\].forever: write true",
    FAILS + "hours = 1\nfrom_hours = -2": r"case.toml: fails\[0\].from_hours: -2 is out of range",
    FAILS + "hours = 1\nfrom = 2": r"case.toml: fails\[0\].from: the key is not known: use one of ids",
    NAMED + '[[fails]]\nids = "x"\nhours = 1': r"case.toml: fails\[0\].ids: a list of texts is wanted",
    NAMED + "[[fails]]\nwhere = {colour = 1}\nhours = 1": r"case.toml: fails\[0\].where.colour: the key is not known",
    FAILS + 'hours = 1\n[[fallbacks]]\nids = ["f1"]': r"case.toml: fallbacks\[0\].hours: a fallback that is operating",
    FAILS
    + 'hours = 1\n[[fallbacks]]\nids = ["f1"]\nstatus = "none"\nhours = 3': "a fallback that is none carries nothing",
    FAILS
    + 'hours = 1\n[[fallbacks]]\nids = ["f1"]\nstatus = "good"': r"fallbacks\[0\].status: 'good' is not one of none",
    NAMED + "probabilities = 3": "case.toml: probabilities: a table is wanted",
    "name = ": "case.toml: is not TOML",
    FAILS + f"hours = 1{'0' * 400}": r"case.toml: fails\[0\].hours: inf is out of range",
}
WRONG_JSON = {
    "[]": "case.json: a table of keys and values is wanted, not a list",
    '{"name": "a", "fails": [{"ids": ["x"], "hours": 1, "hours": 2}]}': "case.json: is not JSON: the key 'hours' stands",
    f'{{"name": "a", "adds": [{{"id": "n", "people": 1{"0" * 400}}}]}}': r"case.json: adds\[0\]: node 'name:n': people is",
    '{"name": "a", "adds": [{"id": "n"}, {"id": "name:n"}]}': r"case.json: adds\[1\].id: 'name:n' is in adds\[0\] already",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: WRONG[text][:60])
def test_wrong_files(written: Any, text: str) -> None:
    with pytest.raises(InputError, match=WRONG[text]) as caught:
        written(text)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("text", WRONG_JSON, ids=lambda text: WRONG_JSON[text][:60])
def test_wrong_json(written: Any, text: str) -> None:
    with pytest.raises(InputError, match=WRONG_JSON[text]) as caught:
        written(text, "case.json").changed(SMALL)
    assert len(str(caught.value).splitlines()) == 1


AT_ODDS = {
    '[[fails]]\nids = ["q"]\nhours = 1': r"case.toml: fails\[0\].ids: no node has the id 'q'",
    '[[fails]]\ngroups = ["y"]\nhours = 1': r"case.toml: fails\[0\].groups: 'name:y' is no group: .* 'name:g'",
    '[[fails]]\ngroups = ["function:f1"]\nhours = 1': r"groups: 'function:f1' is no group: name the party on top",
    '[[fails]]\ncountries = ["ZZ"]\nhours = 1': r"case.toml: fails\[0\].countries: 'place:ZZ' is no country",
    '[[fails]]\nwhere = {sector = "tax"}\nhours = 1': r"case.toml: fails\[0\].where: no node has these attributes",
    "[probabilities]\nall = 0.1": "case.toml: fails: nothing fails in this scenario",
    '[[fails]]\nids = ["x"]\nhours = 1\n[probabilities]\nall = 2': "case.toml: probabilities: all: 2 is out of range",
    '[[fails]]\nids = ["x"]\nhours = 1\n[[fallbacks]]\nids = ["f1"]\nhours = 1\n[[fallbacks]]\nids = ["function:f1"]\nhours = 2': (
        r"case.toml: fallbacks\[1\]: 'function:f1' has a fallback in fallbacks\[0\] already"
    ),
}


@pytest.mark.parametrize("text", AT_ODDS, ids=lambda text: AT_ODDS[text][:60])
def test_files_that_the_graph_does_not_fit(written: Any, text: str) -> None:
    with pytest.raises(InputError, match=AT_ODDS[text]) as caught:
        written(NAMED + text).on(SMALL)
    assert len(str(caught.value).splitlines()) == 1


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="no such file"):
        read_scenario(tmp_path / "none.toml")
    (tmp_path / "long.toml").write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputError, match=r"^long.toml: has more than 1,000,000 bytes: no file of scenarios is that"):
        read_scenario(tmp_path / "long.toml")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> View:
    store = SqliteStore(tmp_path_factory.mktemp("sample") / "store.sqlite")
    import_source(store, SOURCE, Given((SAMPLES / "register",)), today="2026-01-01")
    found = open_view(store)
    store.close()
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_scenario_stops_functions_of_the_sample(path: Path, sample: View) -> None:
    scenario = read_scenario(path)
    assert len(scenario.description) > 60
    timed, at_once = follow_scenario(sample, scenario), blast_scenario(sample, scenario)
    assert {row.id for row in timed.rows} <= {row.id for row in at_once.rows}
    assert any(row.kind == "function" for row in timed.rows)
    assert timed.meta.parameters["scenario"] == path.name


def test_ten_thousand_units_at_once(written: Any) -> None:
    many = view(graph(" ".join(f"f{at}@a f{at}>x{at}" for at in range(10_000))))
    ids = json.dumps([f"x{at}" for at in range(10_000)])
    scenario = written('{"name": "all", "fails": [{"ids": ' + ids + ', "hours": 3}]}', "many.json")
    timed, at_once = follow_scenario(many, scenario, limit=2), blast_scenario(many, scenario, limit=2)
    assert plain(timed.adds.stopped[0]) == {
        "within_hours": 24,
        "functions_lower": 10_000,
        "functions_upper": 10_000,
        "organisations_lower": 1,
        "organisations_upper": 1,
    }
    assert at_once.meta.partial == "2 of 10,000 nodes that fail"
    with pytest.raises(InputError, match=r"case.json: fails\[0\].ids: no node has the id 'y'"):
        written('{"name": "all", "fails": [{"ids": ' + ids[:-1] + ', "y"], "hours": 3}]}', "case.json").on(many.graph)


def test_the_shipped_scenarios() -> None:
    assert [path.stem for path in SHIPPED] == [
        "bad-update",
        "cable-cut",
        "cloud-region-down",
        "jurisdiction-lost",
        "largest-supplier-collapses",
    ]


def test_a_bad_update_takes_the_login_down_twice(sample: View) -> None:
    """The agent is down from 0 to 12 and from 24 to 28; endpoint protection recovers for 8 hours, the login for 2 more.

    Hosting in the north, without endpoint protection from 0 to 20 and from 24 to 36, recovers for 24 hours, so that it
    is down from 0 to 60 at a stretch; case management recovers for 12 hours after it.
    """
    found: dict[str, list[tuple[int, float, float | None]]] = {}
    for row in follow_scenario(sample, read_scenario(SAMPLES / "scenarios" / "bad-update.json")).rows:
        found.setdefault(row.id, []).append((row.period, row.down_from_lower, row.hours_down_upper))
    assert found["service:login"] == [(1, 0, 22), (2, 24, 14)]
    assert found["service:case management"] == [(1, 0, 72)]
    assert found["function:issue passports"] == [(1, 0, 22), (2, 24, 14)]
