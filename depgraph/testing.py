"""Small graphs and fault trees written as text, for tests and examples.

In a graph, a word is a dependent, ``>``, and what it needs:

- ``a>x`` a requirement of one provider; ``a>x:0.5`` with its share;
- ``a>x&y`` all of them; ``a>x|y`` any of them; ``a>2(x,y,z)`` two of three;
- ``a>1..2(x,y)`` an interval; ``a>?(x,y)`` unknown, [1, n]; ``a>*(x)`` maybe, [0, n];
- ``f@a`` function f is owned by a; ``a<g`` a is owned by g; ``a^b`` a is part of b.

A bare name is a party; names that begin with ``f``, ``s``, ``p`` or ``l`` and a digit
(``f1``, ``s2``) are functions, services, products and places. Full ids work too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from depgraph.graph import Graph, assemble
from depgraph.ids import kind_of, read_id
from depgraph.model import Facts, Import, Kind, Marking, Need, Node, Relation, Tie, TieKind, Value
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = {"f": Kind.FUNCTION, "s": Kind.SERVICE, "p": Kind.PRODUCT, "l": Kind.PLACE}
_WORDS = {"?": "unknown", "*": "maybe"}
_TIES = {"@": TieKind.OWNER, "<": TieKind.OWNED_BY, "^": TieKind.PART_OF}


def node_id(name: str) -> str:
    """Return the id that a short name stands for."""
    kind = _KINDS[name[0]] if re.fullmatch(r"[fspl][0-9]\w*", name) else Kind.PARTY
    return read_id(name, kind)


def relation_of(dependent: str, provider: str) -> Relation:
    """Return the relation that the kinds of both ends suggest."""
    if kind_of(provider) == Kind.PLACE:
        return Relation.LOCATED_IN
    if kind_of(dependent) == Kind.SERVICE:
        return Relation.PROVIDED_BY if kind_of(provider) == Kind.PARTY else Relation.BUILT_ON
    return Relation.USES


def graph(
    written: str, attributes: Mapping[str, Mapping[str, Value]] | None = None, as_of: str = "2026-01-01"
) -> Graph:
    """Return the graph that a text describes; `attributes` are by short name.

    Examples
    --------
    >>> small = graph("a>x&y b>x|y f1@a")
    >>> [str(node) for node in small.nodes.id]
    ['function:f1', 'name:a', 'name:b', 'name:x', 'name:y']
    >>> small.requirements.k_upper.tolist()
    [1, 2, 1]

    """
    said = facts(written, attributes)
    run = Import("text", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    counts = Counts(len(said.nodes), len(said.needs), len(said.ties))
    return assemble([Imported(run, 1, counts, (), said.nodes, said.needs, said.ties)], as_of=as_of).graph


def facts(written: str, attributes: Mapping[str, Mapping[str, Value]] | None = None) -> Facts:
    """Return what a text says of the graph that it describes, for a store; `attributes` are by short name."""
    needs: list[Need] = []
    ties: list[Tie] = []
    for number, word in enumerate(written.split(), start=1):
        record = f"text:{number}"
        tie = re.fullmatch(r"([^>@<^]+)([@<^])([^>@<^]+)", word)
        if tie:
            kind = _TIES[tie[2]]
            ties.append(Tie(kind, node_id(tie[1]), node_id(tie[3]), None, None, None, record))
        else:
            needs += _needs(word, record)
    nodes = [Node(node_id(name), values, "attributes") for name, values in (attributes or {}).items()]
    return Facts(tuple(nodes), tuple(needs), tuple(ties))


def fault_tree(written: str) -> Graph:
    r"""Return the graph of a fault tree: its gates are services, its basic events products.

    A line is a gate, then ``and``, ``or`` or how many of its inputs must fail, and the inputs; what no line
    begins with is a basic event. Text after ``#`` is a remark.

    Notes
    -----
    Requirements say what must work: of n inputs, k of which fail the gate, n - k + 1 must. There are no gates
    that hold because something fails.

    Examples
    --------
    >>> tree = fault_tree("top or g e1   # either\ng 2 e1 e2 e3")
    >>> [str(node) for node in tree.nodes.id]
    ['product:e1', 'product:e2', 'product:e3', 'service:g', 'service:top']
    >>> tree.requirements.k_upper.tolist()
    [2, 2]

    """
    lines = [words for line in written.splitlines() if (words := line.partition("#")[0].split())]
    ids = {gate: f"service:{gate}" for gate, *_ in lines}
    words = []
    for gate, failing, *inputs in lines:
        must_fail = {"and": len(inputs), "or": 1}.get(failing) or int(failing)
        providers = ",".join(ids.get(name, f"product:{name}") for name in inputs)
        words.append(f"{ids[gate]}>{len(inputs) - must_fail + 1}({providers})")
    return graph(" ".join(words))


def _needs(word: str, record: str) -> list[Need]:
    left, _, right = word.partition(">")
    group = re.fullmatch(r"([0-9.]+|[?*])\((.+)\)", right)
    if group:
        at_least, providers = _WORDS.get(group[1], group[1]), group[2].split(",")
    elif "|" in right:
        at_least, providers = "any", right.split("|")
    elif "&" in right:
        at_least, providers = "all", right.split("&")
    else:
        at_least, providers = "", [right]
    dependent = node_id(left)
    needs = []
    for written in providers:
        short, _, share = written.partition(":") if re.fullmatch(r"\w+:[0-9.]+", written) else (written, "", "")
        provider = node_id(short)
        relation = relation_of(dependent, provider)
        part = float(share) if share else None
        name = record if len(providers) > 1 else provider
        needs.append(Need(dependent, provider, relation, name, at_least, "", part, None, None, None, 1.0, record))
    return needs
