"""Scenarios, probabilities and names on a command line: the file that has them, or they themselves as JSON."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.usecases.scenario import Scenario


def is_written_out(given: str) -> bool:
    """Say whether what is given is JSON itself, and no file that is there.

    Examples
    --------
    >>> [is_written_out(given) for given in ("exit.toml", '{"name": "exit"}', '["Cloud"]')]
    [False, True, True]

    """
    return given.lstrip().startswith(("{", "[")) and not _is_there(given)


def _is_there(given: str) -> bool:
    with suppress(OSError, ValueError):  # too long for a name, or no name at all
        return Path(given).exists()
    return False


def scenario_in(given: str) -> Scenario:
    """Return the scenario in a file, or written out."""
    from depgraph.usecases.scenario import parse_scenario, read_scenario

    return parse_scenario(given, "scenario") if is_written_out(given) else read_scenario(Path(given))


def probabilities_in(given: str) -> tuple[Mapping[str, Any], str]:
    """Return the probabilities in a file, or written out; and what they are called."""
    from depgraph.usecases.documents import parsed
    from depgraph.usecases.scenario.probabilities import read_probabilities

    if is_written_out(given):
        return parsed(given, "probabilities", as_json=True), "probabilities"
    return read_probabilities(Path(given)), Path(given).name
