"""What several sources say of one node, settled by trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.graph.evidence import OF_FALLBACK, with_weakest
from depgraph.ids import key, scheme_of, value_of
from depgraph.model import Finding, Level, Node, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SINCE: Final = OF_FALLBACK[1]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One set of attributes per node, and the records behind it.

    Attributes
    ----------
    values : mapping of str to mapping
        Canonical id -> attribute -> value.
    evidence : mapping of str to sequence
        Canonical id -> (run, record) of all that speak of it, in order.

    """

    values: Mapping[str, Mapping[str, Value]]
    evidence: Mapping[str, Sequence[tuple[int, str]]]
    findings: tuple[Finding, ...]


class Attributes:
    """Collects what is said of nodes, the most trusted run first; `dates` are those from which fallbacks are known."""

    def __init__(self) -> None:
        self.dates: set[str] = set()
        self._said: dict[str, list[tuple[int, Node]]] = {}
        self._numbered: set[str] = set()

    def add(self, node: Node, run: int) -> None:
        """Take note of what one record of a run says."""
        self._said.setdefault(node.id, []).append((run, node))
        if node.attributes.get("identifiers"):
            self._numbered.add(node.id)
        if date := node.attributes.get(_SINCE):
            self.dates.add(str(date))

    def uses(self) -> dict[str, int]:
        """Return how many records speak of each node."""
        return {node_id: len(said) for node_id, said in self._said.items()}

    def respell(self, becomes: Mapping[str, str]) -> None:
        """Put what is said of one spelling of an id with what is said of the one that is shown."""
        for spelling in becomes.keys() & self._said.keys():
            said = self._said.setdefault(becomes[spelling], [])
            said += self._said.pop(spelling)
            said.sort(key=_place)
            if spelling in self._numbered:
                self._numbered.remove(spelling)
                self._numbered.add(becomes[spelling])

    def identifiers(self, becomes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return the other identifiers of each node that has any, as they are spelled."""
        others: dict[str, tuple[str, ...]] = {}
        for node_id in sorted(self._numbered):
            listed = {
                becomes.get(one, one)
                for _, node in self._said[node_id]
                for one in node.attributes.get("identifiers", ())  # type: ignore[union-attr]  # a list attribute, by ATTRIBUTES
            }
            others[node_id] = tuple(sorted(listed - {node_id}))
        return others

    def names(self) -> dict[str, str]:
        """Return what the most trusted run calls each node that it names; empty where none does."""
        for said in self._said.values():
            if len(said) > 1:
                said.sort(key=_place)
        return {
            node_id: next((str(node.attributes["name"]) for _, node in said if node.attributes.get("name")), "")
            for node_id, said in self._said.items()
        }

    def called(self, node_id: str) -> set[str]:
        """Return all names of a party: by every run, in its id, and among its other identifiers."""
        said = [node.attributes for _, node in self._said.get(node_id, ())]
        identifiers = (identifier for one in said for identifier in one.get("identifiers", ()))  # type: ignore[union-attr]  # a list attribute, by ATTRIBUTES
        named = {str(one["name"]) for one in said if one.get("name")}
        return named | {value_of(one) for one in (node_id, *identifiers) if scheme_of(one) == "name"}

    def resolved(self, canonical: Mapping[str, str], as_of: str = "") -> Resolved:
        """Return one value per node and attribute; lists unite, anything else is the most trusted one's.

        How a fallback is known is what the weakest record says that gives the fallback which counts, as of a date.
        """
        merged = self._said
        if canonical:
            merged = {}
            for node_id, said in self._said.items():
                merged.setdefault(canonical.get(node_id, node_id), []).extend(said)
        values: dict[str, Mapping[str, Value]] = {}
        evidence: dict[str, tuple[tuple[int, str], ...]] = {}
        findings: list[Finding] = []
        for node_id in sorted(merged):
            said = merged[node_id]
            if len(said) == 1:
                values[node_id] = said[0][1].attributes
            else:
                said.sort(key=_place)
                values[node_id] = with_weakest(_settle(node_id, said, findings), [one for _, one in said], as_of)
            evidence[node_id] = tuple(dict.fromkeys((run, node.record) for run, node in said))
        return Resolved(values, evidence, tuple(findings))


def _place(said: tuple[int, Node]) -> tuple[int, str, str]:
    """Return where what a record says stands among all that is said of a node."""
    run, node = said
    return run, node.record, node.id


def _settle(node_id: str, said: Sequence[tuple[int, Node]], findings: list[Finding]) -> dict[str, Value]:
    settled: dict[str, Value] = {}
    for _, node in said:
        for name, value in node.attributes.items():
            if name in OF_FALLBACK:
                continue
            kept = settled.setdefault(name, value)
            if kept == value or (isinstance(kept, str) and isinstance(value, str) and key(kept) == key(value)):
                continue
            if isinstance(kept, tuple) and isinstance(value, tuple):
                settled[name] = tuple(sorted({*kept, *value}))
            else:
                gives_way = f"{name} '{_told(value)}' gives way to '{_told(kept)}'"
                told = f"'{node_id}': {gives_way} of a source at least as trusted"
                level = Level.NOTE if name == "name" else Level.WARNING
                findings.append(Finding(level, "attribute-conflict", node.record, name, told))
    return settled


def _told(value: Value) -> str:
    """Return a value as people write it: 118000, whether a source has it as a whole number or not."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
