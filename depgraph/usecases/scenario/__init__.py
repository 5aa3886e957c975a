"""Scenarios: a small TOML or JSON file that people review and share, and what it means on a graph.

::

    name = "A region of the cloud is gone for three days"
    description = "Why somebody thought of this."

    [[fails]]                     # what fails; several of these may fail one after the other
    ids = ["Example Cloud"]       # nodes; a place brings all places in it
    groups = ["Example Holding"]  # each with all that it owns
    countries = ["NL"]            # all parties whose ultimate parent is there
    where = { kind = "service", service_type = ["S17", "S18"] }  # all that have these attributes
    from_hours = 0                # when, 0 if it is left out
    days = 3                      # how long: hours, days, or forever = true

    [[fallbacks]]                 # what is assumed of fallbacks, instead of what the graph says
    ids = ["function:pay benefits"]
    status = "operating"          # operating, existing, designed or none
    hours = 48

    [[adds]]                      # a node that the graph does not hold
    id = "Second Cloud"           # with attributes, owner, owned_by and part_of like nodes.csv
    country = "NL"

    [[adds]]                      # a need that the graph does not hold, with the columns of needs.csv
    dependent = "function:pay benefits"
    provider = "Second Cloud"
    alternative_to = "Example Cloud"  # either of the two is enough

    [[removes]]                   # who does not provide any more: ids, groups, countries, where
    ids = ["Example Cloud"]
    dependents = ["function:pay benefits"]  # to whom; everybody, if it is left out
    replaced_by = "Second Cloud"  # who takes over; nobody, if it is left out

    [probabilities]               # for random failures; read like the file of `simulate`
    all = 0.001
"""

from __future__ import annotations

from depgraph.usecases.scenario.reading import parse_scenario, read_scenario
from depgraph.usecases.scenario.scenario import Cast, Scenario
from depgraph.usecases.scenario.syntax import Assumed, Choice, Fails, NewNeed, NewNode, Removed
from depgraph.usecases.scenario.told import ToldFallback, ToldScenario

__all__ = [
    "Assumed",
    "Cast",
    "Choice",
    "Fails",
    "NewNeed",
    "NewNode",
    "Removed",
    "Scenario",
    "ToldFallback",
    "ToldScenario",
    "parse_scenario",
    "read_scenario",
]
