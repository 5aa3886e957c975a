"""One spelling of each word by which facts are grouped: sectors, hubs, types of service, names of requirements."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from depgraph.graph.columns import strings
from depgraph.graph.settling import node_types, words_of
from depgraph.graph.spellings import Spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from depgraph.arrays import Ints
    from depgraph.graph.columns import Nodes, Strings
    from depgraph.graph.core import Graph
    from depgraph.graph.interning import Interner
    from depgraph.graph.rows import Rows, Tables


def respell_words(nodes: Nodes, needs: Rows, tables: Tables, others: Rows | None = None) -> Nodes:
    """Return nodes whose words are spelled as most of them are, and spell those of needs likewise.

    Types of service and names of requirements are one set of words, since the name of a
    requirement may be a type. Those of nodes count as those of needs do, and a need that leaves its type
    or requirement open has that of the service it needs; those of `others`, needs that are not in force,
    have no say.
    """
    types, requirements = words_of(needs, node_types(nodes.service_type, tables), tables)
    spelled = Spellings(
        _counted(
            _used(tables.requirements, requirements),
            _used(tables.service_types, types),
            Counter(nodes.service_type.tolist()).items(),
        )
    )
    every = [needs]
    if others is not None and len(others):
        every.append(others)
        also = _used(tables.service_types, others.service_type), _used(tables.requirements, others.requirement)
        spelled.add(_counted(*also))
    becomes = spelled.becomes
    if becomes:
        shown, names = tables.service_types.recoded(becomes), tables.requirements.recoded(becomes)
        for rows in every:
            rows.service_type, rows.requirement = shown[rows.service_type], names[rows.requirement]
    return replace(
        nodes,
        service_type=_respelled(nodes.service_type, becomes),
        sector=_respelled(nodes.sector, Spellings(_counted(Counter(nodes.sector.tolist()).items())).becomes),
        hub=_respelled(nodes.hub, Spellings(_counted(Counter(nodes.hub.tolist()).items())).becomes),
    )


def respell_added(needs: Rows, tables: Tables, graph: Graph) -> None:
    """Spell types and names of requirements of added needs as the graph does."""
    becomes = _as_in(graph, [*tables.service_types.strings(), *tables.requirements.strings()])
    if becomes:
        needs.service_type = tables.service_types.recoded(becomes)[needs.service_type]
        needs.requirement = tables.requirements.recoded(becomes)[needs.requirement]


def respell_new(nodes: Nodes, graph: Graph) -> Nodes:
    """Return added nodes with their words spelled as the graph does."""
    if not len(nodes):
        return nodes
    here = graph.nodes
    return replace(
        nodes,
        service_type=_respelled(nodes.service_type, _as_in(graph, nodes.service_type.tolist())),
        sector=_respelled(nodes.sector, _becoming(here.sector.tolist(), nodes.sector.tolist())),
        hub=_respelled(nodes.hub, _becoming(here.hub.tolist(), nodes.hub.tolist())),
    )


def _as_in(graph: Graph, words: Sequence[str]) -> Mapping[str, str]:
    """Return what becomes of types and names of requirements where the graph has other spellings of them."""
    columns = (graph.nodes.service_type, graph.needs.service_types, graph.requirements.names)
    return _becoming([word for column in columns for word in column.tolist()], words)


def _becoming(here: Sequence[str], words: Sequence[str]) -> Mapping[str, str]:
    known = Spellings(dict.fromkeys(filter(None, here), 1))
    known.add(filter(None, words))
    return known.becomes


def _used(table: Interner, codes: Ints) -> Iterable[tuple[str, int]]:
    """Return the words of a table, and how many of `codes` are each."""
    return zip(table.strings(), np.bincount(codes).tolist(), strict=False)


def _counted(most: Iterable[tuple[str, int]], *more: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return how often each word is used at all, and the empty one is none; `most` has each word once."""
    # Names of requirements may be as many as needs: one table of them is made, and the few others are added.
    found = {word: count for word, count in most if count and word}
    for word, count in chain.from_iterable(more):
        if count and word:
            found[word] = found.get(word, 0) + count
    return found


def _respelled(column: Strings, becomes: Mapping[str, str]) -> Strings:
    return strings([becomes.get(text, text) for text in column.tolist()]) if becomes else column
