"""Scenarios and probabilities that a query writes out, as JSON: the same as in the files of the command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query

from depgraph.errors import InputError, UsageError
from depgraph.usecases.documents import parsed
from depgraph.usecases.scenario import parse_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from depgraph.usecases.scenario import Scenario

LONGEST = 8_000
"""Characters of such a text."""

ScenarioText = Annotated[
    str, Query(max_length=LONGEST, description="A scenario as JSON, in place of all that says what fails.")
]


@contextmanager
def in_query() -> Iterator[None]:
    """Tell what is wrong with data of the query as what is wrong with the question."""
    try:
        yield
    except InputError as error:
        raise UsageError(str(error)) from error


def scenario_of(written: str) -> Scenario:
    """Return the scenario that a query writes out."""
    with in_query():
        return parse_scenario(written, "scenario")


def probabilities_of(written: str) -> Mapping[str, Any]:
    """Return the probabilities that a query writes out."""
    with in_query():
        return parsed(written, "probabilities", as_json=True)


def one_of(scenario: str, *others: object, what: str) -> None:
    """Raise unless either a scenario is given or the others are."""
    if scenario and any(others):
        raise UsageError(f"the scenario says what fails: leave out {what}")
    if not scenario and not others[0]:
        raise UsageError(f"say what fails: give {what.partition(',')[0]}, or scenario")
