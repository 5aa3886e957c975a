"""How likely failures are: a small file that people review and share, TOML or JSON."""

from __future__ import annotations

import math
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from depgraph.analytics.basis.causes import Probabilities, Together
from depgraph.analytics.basis.units import By, units
from depgraph.errors import InputError
from depgraph.model import Kind
from depgraph.usecases.documents import number, read_document
from depgraph.usecases.naming import none_such, position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from depgraph.graph import Graph

    Table: TypeAlias = Mapping[str, Any]
    Members: TypeAlias = Callable[[By], frozenset[str]]

_KEYS: Final = ("all", "kind", "country", "node", "common", "together")
_COMMON: Final = (By.COUNTRY, By.GROUP, By.HYPERSCALER, By.PLACE, By.PRODUCT)
_HOURS_PER_YEAR: Final = 8766
"""365.25 days."""


def read_probabilities(path: Path) -> Table:
    """Return the table in a file; what its numbers mean is checked by `resolved`.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is neither TOML nor JSON, by the ending of its name.

    """
    return read_document(path, what="probabilities")


def resolved(graph: Graph, table: Table, name: str) -> Probabilities:
    """Return what a table says of a graph.

    Parameters
    ----------
    graph : Graph
    table : mapping
        Keys: ``all``, a probability for each node; ``kind``, ``country`` and ``node``,
        tables of probabilities for each node of a kind, each party of a country, one node;
        ``common``, by ``country``, ``group``, ``hyperscaler``, ``place`` or ``product``, a
        table of probabilities that all of a unit fails at once (``*``: each one not named);
        ``together``, a list of tables with ``nodes`` and ``factor``, the beta of the
        beta-factor model. A probability is a number in [0, 1], or a table of ``per_year``
        failures and ``hours`` each: then it is the share of time that it is down,
        x / (1 + x) with x = per_year * hours / 8766.
    name : str
        What errors call it.

    Raises
    ------
    InputError
        Naming the key, if something is not known, contradicts itself, or is out of range,
        or if nothing would ever fail.

    """
    _known(table, _KEYS, name, "")
    members = cache(lambda by: frozenset(units(graph, by).id.tolist()))
    probabilities = Probabilities(
        every=_probability(table.get("all", 0.0), name, "all"),
        kind=_each(table, "kind", name, lambda written: _kind(written, name)),
        country=_each(table, "country", name, lambda written: _country(written, f"{name}: country", members)),
        node=_each(table, "node", name, lambda written: position(graph, written, f"{name}: node.{written}")),
        common=_common(graph, _table(table, "common", name), name, members),
        together=tuple(_together(graph, table.get("together", []), name)),
    )
    given = [
        probabilities.every,
        *probabilities.kind.values(),
        *probabilities.country.values(),
        *probabilities.node.values(),
    ]
    if not any(given) and not any(any(each.values()) for each in probabilities.common.values()):
        raise InputError(f"{name}: no probability is above 0, so nothing would ever fail: give one, such as all = 0.01")
    return probabilities


def _known(table: Table, keys: Iterable[str], name: str, where: str) -> None:
    for key in table:
        if key not in keys:
            raise InputError(f"{name}: {where}{key}: the key is not known: use one of {', '.join(keys)}")


def _table(table: Table, key: str, name: str) -> Table:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise InputError(f"{name}: {key}: a table is wanted")
    return found


def _each(table: Table, key: str, name: str, read: Callable[[str], Any]) -> dict[Any, float]:
    probabilities: dict[Any, float] = {}
    for written, value in _table(table, key, name).items():
        meant = read(written)
        if meant in probabilities:
            raise InputError(f"{name}: {key}.{written}: this one stands here twice, by another name")
        probabilities[meant] = _probability(value, name, f"{key}.{written}")
    return probabilities


def _probability(value: object, name: str, key: str) -> float:
    if isinstance(value, dict):
        _known(value, ("per_year", "hours"), name, f"{key}.")
        if len(value) < 2:
            raise InputError(f"{name}: {key}: per_year and hours belong together: give both, or one probability")
        down = math.prod(_number(value[part], name, f"{key}.{part}", high=math.inf) for part in ("per_year", "hours"))
        down /= _HOURS_PER_YEAR
        return down / (1 + down) if math.isfinite(down) else 1.0
    return _number(value, name, key, high=1.0)


def _number(value: object, name: str, key: str, *, high: float) -> float:
    found = number(value, f"{name}: {key}")
    if not (0 <= found <= high and found < math.inf):
        wanted = "a number in [0, 1] is wanted" if high == 1 else "a number of at least 0 is wanted"
        raise InputError(f"{name}: {key}: {found:g} is out of range: {wanted}")
    return found


def _kind(written: str, name: str) -> Kind:
    try:
        return Kind(written)
    except ValueError:
        raise InputError(f"{name}: kind.{written}: is not a kind: use one of {', '.join(Kind)}") from None


def _country(written: str, where: str, members: Members) -> str:
    code = f"place:{written.removeprefix('place:').upper()}"
    if code not in members(By.COUNTRY):
        raise InputError(
            f"{where}.{written}: no party that something else needs is there: write two letters, such as NL"
        )
    return code


def _common(graph: Graph, table: Table, name: str, members: Members) -> dict[By, dict[str, float]]:
    _known(table, [by.value for by in _COMMON], name, "common.")
    return {By(by): _each(table, by, f"{name}: common", partial(_unit, graph, By(by), name, members)) for by in table}


def _unit(graph: Graph, by: By, name: str, members: Members, written: str) -> str:
    where = f"{name}: common.{by}"
    if written == "*":
        return written
    if by == By.COUNTRY:
        return _country(written, where, members)
    at = position(graph, written, f"{where}.{written}")
    unit = str(graph.nodes.id[at])
    if unit not in members(by):
        raise InputError(f"{where}.{written}: {none_such(graph, at, by)}")
    return unit


def _together(graph: Graph, groups: object, name: str) -> Iterable[Together]:
    if not isinstance(groups, list):
        raise InputError(f"{name}: together: a list of tables with nodes and factor is wanted")
    for at, group in enumerate(groups):
        where = f"together[{at}]"
        if not isinstance(group, dict) or not isinstance(group.get("nodes"), list):
            raise InputError(f"{name}: {where}: a table with nodes, a list of ids, and factor is wanted")
        _known(group, ("nodes", "factor"), name, f"{where}.")
        nodes = {position(graph, str(written), f"{name}: {where}.nodes.{written}") for written in group["nodes"]}
        if len(nodes) < 2:
            raise InputError(f"{name}: {where}.nodes: at least two different nodes fail together")
        factor = _number(group.get("factor"), name, f"{where}.factor", high=1.0)
        yield Together(nodes=tuple(sorted(nodes)), factor=factor)
