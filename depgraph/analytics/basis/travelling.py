"""Units and scopes as arrays and back, without names: what a question about blocks takes with it to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.analytics.basis.scope import Scope
from depgraph.analytics.basis.units import Units
from depgraph.graph.skeleton import blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from depgraph.arrays import Ints

_SCOPE: Final = ("victim", "organisation", "item", "item_of", "part", "people", "people_known", "size")
_UNITS: Final = ("seed_indptr", "seed", "member_indptr", "member")
_LOWER: Final = "lower."


def to_arrays(units: Units, scope: Scope) -> dict[str, NDArray[Any]]:
    """Return what a scope and units fail, weigh and leave out, at both ends of these."""
    found = {name: getattr(units, name) for name in _UNITS}
    if units.lower is not None:
        found |= {_LOWER + name: getattr(units.lower, name) for name in _UNITS}
    return found | {name: getattr(scope, name) for name in _SCOPE}


def units_from(arrays: Mapping[str, NDArray[Any]]) -> Units:
    """Return the units that `to_arrays` was given, without ids, names and kinds."""
    lower = _units(arrays, _LOWER, None) if _LOWER + _UNITS[0] in arrays else None
    return _units(arrays, "", lower)


def scope_from(arrays: Mapping[str, NDArray[Any]]) -> Scope:
    """Return the scope that `to_arrays` was given."""
    return Scope(**{name: arrays[name] for name in _SCOPE}, weight="")


def each_alone(node: Ints) -> Units:
    """Return units without names, each of which fails one of these nodes and has no members."""
    each = np.arange(len(node) + 1, dtype=np.int64)
    columns = (each, node, np.zeros(len(node) + 1, dtype=np.int64), np.zeros(0, dtype=np.int32))
    return _units(dict(zip(_UNITS, columns, strict=True)), "", None)


def _units(arrays: Mapping[str, NDArray[Any]], prefix: str, lower: Units | None) -> Units:
    seed_indptr, seed, member_indptr, member = (arrays[prefix + name] for name in _UNITS)
    nameless = blank(len(seed_indptr) - 1)
    return Units(
        id=nameless,
        name=nameless,
        kind=nameless,
        seed_indptr=seed_indptr,
        seed=seed,
        member_indptr=member_indptr,
        member=member,
        lower=lower,
    )
