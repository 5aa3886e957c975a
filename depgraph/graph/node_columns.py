"""The columns of nodes, from what is known of each."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from depgraph.graph.columns import KINDS, NODE_NUMBERS, NODE_TEXTS, Evidence, Nodes, strings
from depgraph.ids import is_unknown, kind_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.graph.attributes import Resolved
    from depgraph.graph.columns import Codes

_encode: Final = JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def describe(ids: Sequence[str], known: Resolved) -> Nodes:
    """Return the nodes of sorted ids; one without a name is called by the value of its id."""
    columns: dict[str, list[Any]] = {name: [""] * len(ids) for name in NODE_TEXTS}
    columns |= {name: [np.nan] * len(ids) for name in NODE_NUMBERS}
    columns["name"] = [value_of(node_id) for node_id in ids]
    other = [""] * len(ids)
    indptr = np.zeros(len(ids) + 1, dtype=np.int64)
    runs: list[int] = []
    records: list[str] = []
    for row, node_id in enumerate(ids):
        rest = {}
        for name, value in known.values.get(node_id, {}).items():
            if name not in columns:
                rest[name] = value
            elif value != "":
                columns[name][row] = value
        if rest:
            other[row] = _encode(rest)
        for run, record in known.evidence.get(node_id, ()):
            runs.append(run)
            records.append(record)
        indptr[row + 1] = len(runs)
    return Nodes(
        id=strings(ids),
        kind=kinds(ids),
        unknown=np.array([is_unknown(node_id) for node_id in ids], dtype=np.bool_),
        other=strings(other),
        evidence=Evidence(indptr=indptr, run=np.array(runs, dtype=np.int32), record=strings(records)),
        **{name: strings(columns[name]) for name in NODE_TEXTS},
        **{name: np.array(columns[name], dtype=np.float64) for name in NODE_NUMBERS},
    )


def kinds(ids: Sequence[str]) -> Codes:
    """Return the kind of the node that each id names, as its position in `KINDS`; 0 of an empty text."""
    schemes = [node_id.partition(":")[0] for node_id in ids]
    known = {scheme: KINDS.index(kind_of(f"{scheme}:")) if scheme else 0 for scheme in set(schemes)}
    return np.array([known[scheme] for scheme in schemes], dtype=np.uint8)
