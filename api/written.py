"""Scenarios, probabilities and names that a query writes out, as JSON: the same as in the files of the command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query

from depgraph.errors import InputError, UsageError
from depgraph.usecases.documents import parsed, read_json
from depgraph.usecases.questions.matching import Asked
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


def names_of(written: str) -> tuple[Asked, ...]:
    """Return the names that a query writes out: a list of objects or texts."""
    try:
        given = read_json(written)
    except ValueError as error:
        raise UsageError(f"names: is not JSON: {error}") from None
    if not isinstance(given, list) or not given:
        raise UsageError("names: a list is wanted, of texts or of objects with 'name'")
    return tuple(_asked(one, f"names:{place}") for place, one in enumerate(given, start=1))


def _asked(given: object, record: str) -> Asked:
    if isinstance(given, str):
        return Asked(record, given, given={"name": given})
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise UsageError(f"{record}: a text is wanted, or an object with 'name'")
    unknown = sorted(given.keys() - {"name", "country", "identifiers"})
    if unknown:
        raise UsageError(f"{record}, {unknown[0]}: is not a known key: use name, country, identifiers")
    country, identifiers = given.get("country", ""), given.get("identifiers", [])
    if not isinstance(country, str):
        raise UsageError(f"{record}, country: a text is wanted: a code of ISO 3166-1")
    if not isinstance(identifiers, list) or not all(isinstance(one, str) for one in identifiers):
        raise UsageError(f"{record}, identifiers: a list of texts is wanted, each scheme:value")
    told = {"name": given["name"], "country": country, "identifiers": " ".join(identifiers)}
    return Asked(record, given["name"], country, tuple(identifiers), {key: text for key, text in told.items() if text})


def one_of(scenario: str, *others: object, what: str) -> None:
    """Raise unless either a scenario is given or the others are."""
    if scenario and any(others):
        raise UsageError(f"the scenario says what fails: leave out {what}")
    if not scenario and not others[0]:
        raise UsageError(f"say what fails: give {what.partition(',')[0]}, or scenario")
