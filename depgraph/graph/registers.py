"""Registers that several imports hold: of each the latest counts, and of an entity its own before its group's.

An import may hold many registers: a finding `REGISTER` names each, with whose it is and of which scope (``LEI.IND``
alone, ``LEI.CON`` for a group), what it is called in records, and how old it is. What counts is told from all imports
at hand, so it does not depend on their order or number. Where a group's register does not count for an entity, the
services that it alone uses go too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Finding, Kind, Level, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.model import Need, Node
    from depgraph.ports import Imported

REGISTER: Final = "register"
"""Code of the finding that names a register: `record` what it is called, `field` whose it is, `message` its age."""

REPLACED: Final = "register-replaced"
OWN: Final = "own-register"
"""Codes of the findings that a later register, and that an entity's own, counts."""

GROUP: Final = ".CON"
ALONE: Final = ".IND"


class _Held(NamedTuple):
    """A register in an import: the place of the import, its label in records, whose it is, and its age."""

    at: int
    label: str
    key: str
    age: str


@dataclass(frozen=True, slots=True)
class Counting:
    """The imports with what counts of them, and what was settled."""

    imports: tuple[Imported, ...]
    findings: tuple[Finding, ...]


def counting(imports: Sequence[Imported]) -> Counting:
    """Return the imports without what does not count."""
    held = [
        _Held(at, finding.record, finding.field, finding.message)
        for at, imported in enumerate(imports)
        for finding in imported.findings
        if finding.code == REGISTER
    ]
    if not held:
        return Counting(tuple(imports), ())
    latest: dict[str, _Held] = {}
    for one in sorted(held, key=lambda one: (one.age, one.at)):
        latest[one.key] = one
    own = {key.removesuffix(ALONE) for key in latest if key.endswith(ALONE)}
    findings = []
    gone: defaultdict[int, set[str]] = defaultdict(set)
    shared: defaultdict[int, set[str]] = defaultdict(set)
    for one in held:
        if latest[one.key] is not one:
            gone[one.at].add(one.label)
            message = f"the register of {one.key} of {one.age} does not count: there is one of {latest[one.key].age}"
            findings.append(Finding(Level.NOTE, REPLACED, one.label, one.key, message))
        elif one.key.endswith(GROUP):
            shared[one.at].add(one.label)
    changed = []
    for at, imported in enumerate(imports):
        if gone[at] or (shared[at] and own):
            less, told = _without(imported, gone[at], shared[at], own)
            findings += told
            changed.append(less)
        else:
            changed.append(imported)
    return Counting(tuple(changed), tuple(findings))


def _without(
    imported: Imported, gone: set[str], shared: set[str], own: set[str]
) -> tuple[Imported, tuple[Finding, ...]]:
    """Return an import without the registers that are gone, and without those whom shared ones do not count for."""

    def counts(node_id: str, record: str) -> bool:
        label = _label(record)
        return label not in gone and not (label in shared and _entity(node_id) in own)

    nodes = list(imported.nodes)
    needs = [need for need in imported.needs if _label(need.record) not in gone]
    kept = [need for need in needs if counts(need.dependent, need.record)]
    lost = _unused(needs, kept)
    changed = replace(
        imported,
        nodes=[node for node in nodes if node.id not in lost and (counts(node.id, node.record) or _stays(node, gone))],
        needs=[need for need in kept if need.dependent not in lost],
        ties=[
            tie
            for tie in imported.ties
            if counts(tie.subject, tie.record) or (tie.kind != TieKind.OWNER and _label(tie.record) not in gone)
        ],
    )
    others = (need for need in needs if not counts(need.dependent, need.record))
    told = sorted({(_label(need.record), _entity(need.dependent)) for need in others})
    message = "has a register of its own, which counts and not that of its group"
    return changed, tuple(Finding(Level.NOTE, OWN, label, entity, message) for label, entity in told)


def _stays(node: Node, gone: set[str]) -> bool:
    """Say whether a node is an entity of a register that counts: it stays, whoever tells of its functions."""
    return kind_of(node.id) == Kind.PARTY and _label(node.record) not in gone


def _entity(node_id: str) -> str:
    """Return whose function a node is, or which entity it is."""
    value = value_of(node_id)
    return value.partition("/")[0] if kind_of(node_id) == Kind.FUNCTION else value


def _label(record: str) -> str:
    """Return what a register is called in records: what stands before its folder of tables."""
    return record.partition("reports/")[0].rstrip("/")


def _unused(needs: Sequence[Need], kept: Sequence[Need]) -> set[str]:
    """Return the services that somebody uses by all needs, and nobody by those that are kept; and those behind them."""
    used = {need.provider for need in kept if need.relation == Relation.USES}
    lost = {need.provider for need in needs if need.relation == Relation.USES} - used
    while lost:
        behind = {need.provider for need in kept if need.dependent in lost and not is_unknown(need.provider)}
        others = {need.provider for need in kept if need.dependent not in lost}
        more = {one for one in behind - others - lost if kind_of(one) == Kind.SERVICE}
        if not more:
            break
        lost |= more
    return lost
