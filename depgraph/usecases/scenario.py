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

    [probabilities]               # for random failures; read like the file of `simulate`
    all = 0.001
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.analytics.outage import LONGEST, Strikes
from depgraph.analytics.units import By, named_unit, units
from depgraph.errors import InputError, UnknownIdError
from depgraph.graph.columns import KINDS, strings
from depgraph.ids import mint
from depgraph.model import FALLBACKS
from depgraph.usecases.probabilities import read_probabilities, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from numpy.typing import NDArray

    from depgraph.analytics.units import Units
    from depgraph.graph import Graph

    Table: TypeAlias = Mapping[str, Any]

_KEYS: Final = ("name", "description", "fails", "fallbacks", "probabilities")
_WHO: Final = ("ids", "groups", "countries", "where")
_LONG: Final = ("hours", "days", "forever")
_FAILS: Final = (*_WHO, "from_hours", *_LONG)
_FALLBACKS: Final = ("ids", "where", "status", "hours")
_ATTRIBUTES: Final = ("kind", "name", "country", "sector", "hub", "service_type", "fallback", "hyperscaler")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which nodes are meant; `where` is pairs of an attribute and the values that it may have."""

    ids: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Fails:
    """What is down from one hour to another; `until` may be infinite. `key` is where it stands in the file."""

    key: str
    who: Choice
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of the fallbacks of some nodes."""

    key: str
    who: Choice
    status: str
    hours: float


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """A scenario on a graph: with the fallbacks assumed, what fails at all as one unit, and when."""

    graph: Graph
    unit: Units
    strikes: Strikes


@dataclass(frozen=True, slots=True)
class Scenario:
    """What fails when, which fallbacks are assumed to work, and how likely failures are.

    Attributes
    ----------
    file : str
        Its name, which errors give.
    probabilities : mapping
        As `depgraph.usecases.probabilities.resolved` takes it.

    """

    file: str
    name: str
    description: str
    fails: tuple[Fails, ...]
    fallbacks: tuple[Assumed, ...]
    probabilities: Table

    def told(self) -> dict[str, Any]:
        """Return what an answer says of it."""
        assumed = [
            {"ids": list(each.who.ids), "where": _written(each.who), "status": each.status, "hours": each.hours}
            for each in self.fallbacks
        ]
        return {"name": self.name, "description": self.description, "fallbacks_assumed": assumed}

    def on(self, graph: Graph) -> Cast:
        """Return what the scenario means on a graph.

        Raises
        ------
        InputError
            Naming file and key, if the graph does not hold what the scenario names, if nothing
            fails, or if two assumptions are made of one fallback.

        """
        if not self.fails:
            raise InputError(f"{self.file}: fails: nothing fails in this scenario: add [[fails]] with ids")
        if self.probabilities:
            resolved(graph, self.probabilities, f"{self.file}: probabilities")
        chosen = [
            named_unit(graph, _positions(graph, each.who, f"{self.file}: {each.key}")).seed for each in self.fails
        ]
        sizes = [len(nodes) for nodes in chosen]
        strikes = Strikes(
            node=np.concatenate(chosen).astype(np.int32),
            since=np.repeat([each.since for each in self.fails], sizes),
            until=np.repeat([each.until for each in self.fails], sizes),
        )
        return Cast(self._assuming(graph), named_unit(graph, strikes.node.tolist()), strikes)

    def _assuming(self, graph: Graph) -> Graph:
        """Return the graph with the fallbacks that are assumed."""
        status, hours = graph.nodes.fallback.copy(), graph.nodes.fallback_hours.copy()
        taken: dict[int, str] = {}
        for each in self.fallbacks:
            for at in _positions(graph, each.who, f"{self.file}: {each.key}"):
                if at in taken:
                    raise InputError(
                        f"{self.file}: {each.key}: '{graph.nodes.id[at]}' has a fallback in {taken[at]} already"
                    )
                taken[at] = each.key
                status[at], hours[at] = each.status, each.hours
        return replace(graph, nodes=replace(graph.nodes, fallback=status, fallback_hours=hours)) if taken else graph


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        Naming file and key, if it is neither TOML nor JSON, if a key is not known, a value is
        out of range or contradicts another one, or if there is nothing in it.

    """
    table, file = read_probabilities(path), path.name
    _known(table, _KEYS, file, "")
    name = _text(table, "name", file)
    if not name:
        raise InputError(f"{file}: name: a scenario needs a name")
    fails = tuple(_fails(each, file, f"fails[{at}]") for at, each in enumerate(_list(table, "fails", file)))
    assumed = tuple(_assumed(each, file, f"fallbacks[{at}]") for at, each in enumerate(_list(table, "fallbacks", file)))
    probabilities = table.get("probabilities", {})
    if not isinstance(probabilities, dict):
        raise InputError(f"{file}: probabilities: a table is wanted")
    if not fails and not probabilities:
        raise InputError(f"{file}: the scenario is empty: add [[fails]] with ids, or [probabilities]")
    return Scenario(file, name, _text(table, "description", file), fails, assumed, probabilities)


def _fails(table: object, file: str, key: str) -> Fails:
    found = _item(table, _FAILS, file, key)
    who = _choice(found, file, key)
    given = [name for name in _LONG if name in found]
    if len(given) != 1:
        said = f"{' and '.join(given)} contradict each other" if given else "how long is not said"
        raise InputError(f"{file}: {key}: {said}: give one of hours, days or forever = true")
    since = _number(found.get("from_hours", 0), file, f"{key}.from_hours")
    if given == ["forever"]:
        if found["forever"] is not True:
            raise InputError(f"{file}: {key}.forever: write true, or give hours or days instead")
        return Fails(key, who, since, math.inf)
    lasts = _number(found[given[0]], file, f"{key}.{given[0]}") * (24 if given == ["days"] else 1)
    if not 0 < lasts <= LONGEST:
        raise InputError(f"{file}: {key}.{given[0]}: {found[given[0]]} is not above 0 and at most {LONGEST:,.0f} hours")
    return Fails(key, who, since, since + lasts)


def _assumed(table: object, file: str, key: str) -> Assumed:
    found = _item(table, _FALLBACKS, file, key)
    who = _choice(found, file, key)
    status = _text(found, "status", f"{file}: {key}.") or "operating"
    if status not in FALLBACKS:
        raise InputError(f"{file}: {key}.status: '{status}' is not one of {', '.join(FALLBACKS)}")
    carries = status in {"existing", "operating"}
    if carries and "hours" not in found:
        raise InputError(f"{file}: {key}.hours: a fallback that is {status} carries for some hours: say how many")
    if not carries and "hours" in found:
        raise InputError(f"{file}: {key}.hours: a fallback that is {status} carries nothing: leave the hours out")
    return Assumed(key, who, status, _number(found.get("hours", 0), file, f"{key}.hours"))


def _item(table: object, keys: Iterable[str], file: str, key: str) -> Table:
    if not isinstance(table, dict):
        raise InputError(f"{file}: {key}: a table is wanted")
    _known(table, keys, file, f"{key}.")
    return table


def _choice(table: Table, file: str, key: str) -> Choice:
    ids, groups, countries = (_texts(table.get(name, []), f"{file}: {key}.{name}") for name in _WHO[:3])
    where = table.get("where", {})
    if not isinstance(where, dict):
        raise InputError(f"{file}: {key}.where: a table of attributes and values is wanted")
    _known(where, _ATTRIBUTES, file, f"{key}.where.")
    pairs = tuple(
        (name, _texts([value] if isinstance(value, str) else value, f"{file}: {key}.where.{name}"))
        for name, value in where.items()
    )
    if not (ids or groups or countries or pairs):
        raise InputError(f"{file}: {key}: nobody is named: give one of {', '.join(name for name in _WHO)}")
    return Choice(ids, groups, countries, pairs)


def _written(who: Choice) -> dict[str, list[str]]:
    return {name: list(values) for name, values in who.where}


def _positions(graph: Graph, who: Choice, where: str) -> list[int]:
    """Return the nodes that are meant, sorted."""
    found = {_position(graph, written, f"{where}.ids") for written in who.ids}
    for written in who.groups:
        found |= _unit(graph, By.GROUP, str(graph.nodes.id[_position(graph, written, f"{where}.groups")]), where)
    for written in who.countries:
        found |= _unit(graph, By.COUNTRY, mint("place", written.removeprefix("place:").upper()), where)
    if who.where:
        matched = np.flatnonzero(_matching(graph, who)).tolist()
        if not matched:
            raise InputError(f"{where}.where: no node has these attributes: see depgraph find and depgraph show")
        found |= set(matched)
    return sorted(found)


def _position(graph: Graph, written: str, where: str) -> int:
    try:
        at = graph.position(written)
    except UnknownIdError as error:
        raise InputError(f"{where}: {error}") from None
    if graph.nodes.unknown[at]:
        raise InputError(f"{where}: '{written}' stands for a provider that nobody knows: it cannot fail")
    return at


def _unit(graph: Graph, by: By, unit_id: str, where: str) -> set[int]:
    every = units(graph, by)
    at = {str(name): number for number, name in enumerate(every.id.tolist())}.get(unit_id)
    if at is None:
        key = {By.GROUP: "groups", By.COUNTRY: "countries"}[by]
        cure = "name the parent on top" if by == By.GROUP else "no party is there; write two letters, such as NL"
        raise InputError(f"{where}.{key}: '{unit_id}' is no {by}: {cure}")
    nodes: list[int] = every.seed[every.seed_indptr[at] : every.seed_indptr[at + 1]].tolist()
    return set(nodes)


def _matching(graph: Graph, who: Choice) -> NDArray[np.bool_]:
    found = ~graph.nodes.unknown
    for name, values in who.where:
        if name == "kind":
            words = strings([kind.value for kind in KINDS])[graph.nodes.kind]
        else:
            words = getattr(graph.nodes, name)
        found &= np.isin(words.astype(object), list(values))
    return found


def _known(table: Table, keys: Iterable[str], file: str, where: str) -> None:
    for key in table:
        if key not in keys:
            raise InputError(f"{file}: {where}{key}: the key is not known: use one of {', '.join(keys)}")


def _list(table: Table, key: str, file: str) -> list[Any]:
    found = table.get(key, [])
    if not isinstance(found, list):
        raise InputError(f"{file}: {key}: a list of tables is wanted: write [[{key}]]")
    return found


def _text(table: Table, key: str, where: str) -> str:
    found = table.get(key, "")
    if not isinstance(found, str):
        raise InputError(f"{where}{'' if where.endswith('.') else ': '}{key}: a text is wanted")
    return found.strip()


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise InputError(f"{where}: a list of texts is wanted")
    return tuple(value)


def _number(value: object, file: str, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{file}: {key}: '{value}' is not a number")
    if not 0 <= value <= LONGEST:
        raise InputError(f"{file}: {key}: {value} is out of range: a number of hours of at least 0 is wanted")
    return float(value)
