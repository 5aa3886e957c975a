"""A question becomes an answer: all that a script or a notebook needs, whichever room it is in.

What is named here stays where it is between versions; the modules behind it may move. Each is loaded when it is
first used, so that a command loads no more than it needs.

Examples
--------
A store, here one that is gone when it is closed, and the sample of a register in it:

>>> from importlib.resources import files
>>> from depgraph.bootstrap import open_store
>>> from depgraph.ports import Given
>>> from depgraph.settings import Settings
>>> from depgraph.usecases import follow_outage, import_source, open_view, rank_single_points
>>> from importers import SOURCES
>>> store = open_store(":memory:", Settings())
>>> register = next(source for source in SOURCES if source.name == "register")
>>> sample = files("data_samples") / "register"
>>> imported = import_source(store, register, Given(paths=(sample,)), today="2026-01-01")

Its graph, and what one asks of it: rows, and what the answer says besides them:

>>> view = open_view(store)
>>> ranking = rank_single_points(view, by="group")
>>> [(row.name, row.organisations_lower, row.organisations_upper) for row in ranking.rows[:2]]
[('Example Software Group', 4, 4), ('Example Security Inc', 3, 4)]
>>> ranking.adds.weight
'criticality (1 where unknown) x people served'
>>> follow_outage(view, ["Example Cloud Inc"], hours=72).adds.people_hours.upper
23760000.0

The JSON of the command, and the graph for NetworkX or pandas:

>>> sorted(ranking.plain())
['meta', 'rows']
>>> len(view.graph.to_networkx()), len(view.graph.to_frames().needs)
(33, 47)
>>> store.close()

"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer as Answer
    from depgraph.usecases.keeping.importing import import_source as import_source
    from depgraph.usecases.keeping.status import describe_status as describe_status
    from depgraph.usecases.questions.blast import blast_radius as blast_radius
    from depgraph.usecases.questions.blast import blast_scenario as blast_scenario
    from depgraph.usecases.questions.centrality import rank_centrality as rank_centrality
    from depgraph.usecases.questions.concentration import measure_concentration as measure_concentration
    from depgraph.usecases.questions.concentration import most_concentrated as most_concentrated
    from depgraph.usecases.questions.cutsets import count_by_order as count_by_order
    from depgraph.usecases.questions.cutsets import list_cut_sets as list_cut_sets
    from depgraph.usecases.questions.diff import diff as diff
    from depgraph.usecases.questions.gaps import rank_gaps as rank_gaps
    from depgraph.usecases.questions.importance import rank_importance as rank_importance
    from depgraph.usecases.questions.needs import list_needs as list_needs
    from depgraph.usecases.questions.nodes import find_nodes as find_nodes
    from depgraph.usecases.questions.nodes import show_node as show_node
    from depgraph.usecases.questions.outage import follow_outage as follow_outage
    from depgraph.usecases.questions.outage import follow_scenario as follow_scenario
    from depgraph.usecases.questions.pairs import rank_pairs as rank_pairs
    from depgraph.usecases.questions.paths import find_paths as find_paths
    from depgraph.usecases.questions.simulation import simulate_failures as simulate_failures
    from depgraph.usecases.questions.simulation import simulate_scenario as simulate_scenario
    from depgraph.usecases.questions.spof import rank_single_points as rank_single_points
    from depgraph.usecases.questions.trend import trend as trend
    from depgraph.usecases.questions.watch import watch as watch
    from depgraph.usecases.questions.whatif import what_if as what_if
    from depgraph.usecases.scenario import Scenario as Scenario
    from depgraph.usecases.scenario import parse_scenario as parse_scenario
    from depgraph.usecases.scenario import read_scenario as read_scenario
    from depgraph.usecases.scenario.probabilities import read_probabilities as read_probabilities
    from depgraph.usecases.view import Lens as Lens
    from depgraph.usecases.view import View as View
    from depgraph.usecases.view import open_view as open_view

_MODULES: Final = {
    "Answer": "answer",
    "Lens": "view",
    "View": "view",
    "open_view": "view",
    "import_source": "keeping.importing",
    "describe_status": "keeping.status",
    "blast_radius": "questions.blast",
    "blast_scenario": "questions.blast",
    "rank_centrality": "questions.centrality",
    "measure_concentration": "questions.concentration",
    "most_concentrated": "questions.concentration",
    "count_by_order": "questions.cutsets",
    "list_cut_sets": "questions.cutsets",
    "diff": "questions.diff",
    "rank_gaps": "questions.gaps",
    "rank_importance": "questions.importance",
    "list_needs": "questions.needs",
    "find_nodes": "questions.nodes",
    "show_node": "questions.nodes",
    "follow_outage": "questions.outage",
    "follow_scenario": "questions.outage",
    "rank_pairs": "questions.pairs",
    "find_paths": "questions.paths",
    "simulate_failures": "questions.simulation",
    "simulate_scenario": "questions.simulation",
    "rank_single_points": "questions.spof",
    "trend": "questions.trend",
    "watch": "questions.watch",
    "what_if": "questions.whatif",
    "Scenario": "scenario",
    "parse_scenario": "scenario",
    "read_scenario": "scenario",
    "read_probabilities": "scenario.probabilities",
}
"""In which module of this package each name is."""

__all__ = tuple(_MODULES)


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Name what is here."""
    return sorted(_MODULES)
