"""What several sources say of one node, settled by trust."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.model import Finding, Level, Node, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEXTS: Final = ("name", "country", "sector", "hub", "service_type", "fallback", "hyperscaler")
NUMBERS: Final = (
    "people",
    "criticality",
    "tolerance_hours",
    "fallback_hours",
    "recovery_hours",
    "total_assets_eur",
)


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
    texts: tuple[str, ...] = TEXTS
    numbers: tuple[str, ...] = NUMBERS


class Attributes:
    """Collects what is said of nodes, the most trusted run first."""

    def __init__(self) -> None:
        self._said: dict[str, list[tuple[int, Node]]] = {}

    def add(self, node: Node, run: int) -> None:
        """Take note of what one record of a run says."""
        self._said.setdefault(node.id, []).append((run, node))

    def identifiers(self) -> dict[str, tuple[str, ...]]:
        """Return the other identifiers of each node that has any."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for node_id, said in self._said.items():
            for _, node in said:
                listed = node.attributes.get("identifiers", ())
                if listed:
                    found[node_id].update(listed)  # type: ignore[arg-type]  # a list attribute, by ATTRIBUTES
        return {node_id: tuple(sorted(listed - {node_id})) for node_id, listed in sorted(found.items())}

    def names(self) -> dict[str, str]:
        """Return what the most trusted run calls each node that it names; empty where none does."""
        return {
            node_id: next((str(node.attributes["name"]) for _, node in said if node.attributes.get("name")), "")
            for node_id, said in self._said.items()
        }

    def resolved(self, canonical: Mapping[str, str]) -> Resolved:
        """Return one value per node and attribute; lists unite, anything else is the most trusted one's."""
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
                said.sort(key=lambda item: (item[0], item[1].record, item[1].id))
                values[node_id] = _settle(node_id, said, findings)
            evidence[node_id] = tuple(dict.fromkeys((run, node.record) for run, node in said))
        return Resolved(values, evidence, tuple(findings))


def _settle(node_id: str, said: Sequence[tuple[int, Node]], findings: list[Finding]) -> dict[str, Value]:
    settled: dict[str, Value] = {}
    for _, node in said:
        for name, value in node.attributes.items():
            kept = settled.setdefault(name, value)
            if kept == value:
                continue
            if isinstance(kept, tuple) and isinstance(value, tuple):
                settled[name] = tuple(sorted({*kept, *value}))
            else:
                findings.append(
                    Finding(
                        Level.NOTE if name == "name" else Level.WARNING,
                        "attribute-conflict",
                        node.record,
                        name,
                        f"'{node_id}': {name} '{value}' gives way to '{kept}' of a source at least as trusted",
                    )
                )
    return settled
