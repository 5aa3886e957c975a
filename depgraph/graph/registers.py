"""Registers that several imports hold: of each the latest counts, and of an entity its own before its group's.

An import may hold many registers: a finding `REGISTER` names each, with whose it is and of which scope (``LEI.IND``
alone, ``LEI.CON`` for a group), what it is called in records, and how old it is. What counts is told from all imports
at hand, so it does not depend on their order or number. Where a group's register does not count for an entity, the
services that it alone uses go too. Asked by group, it is the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import is_unknown, kind_of, value_of
from depgraph.model import Finding, Kind, Level, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from depgraph.model import Need, Node
    from depgraph.ports import Imported

REGISTER: Final = "register"
"""Code of the finding that names a register: `record` what it is called, `field` whose it is, `message` its age."""

REPLACED: Final = "register-replaced"
OWN: Final = "own-register"
SHARED: Final = "group-register"
"""Codes of the findings that a later register counts, an entity's own, and that of its group."""

GROUP: Final = ".CON"
ALONE: Final = ".IND"


class _Held(NamedTuple):
    """A register in an import: the number of the import, its label in records, whose it is, and its age."""

    number: int
    label: str
    key: str
    age: str


@dataclass(frozen=True, slots=True)
class Counting:
    """The imports with what counts of them, and what was settled."""

    imports: tuple[Imported, ...]
    findings: tuple[Finding, ...]


def counting(imports: Sequence[Imported], *, by_group: bool = False) -> Counting:
    """Return the imports without what does not count.

    Parameters
    ----------
    by_group : bool
        Whether the register of its group counts for an entity that has one of its own too, and not that.

    """
    held = [
        _Held(number, finding.record, finding.field, finding.message)
        for number, imported in enumerate(imports)
        for finding in imported.findings
        if finding.code == REGISTER
    ]
    if not held:
        return Counting(tuple(imports), ())
    latest: dict[str, _Held] = {}
    for one in sorted(held, key=lambda one: (one.age, one.number)):
        latest[one.key] = one
    own = {key.removesuffix(ALONE) for key in latest if key.endswith(ALONE)}
    if by_group:
        imports, grouped = _told_by_groups(imports, latest.values())
        own &= grouped
    findings = []
    gone: defaultdict[int, set[str]] = defaultdict(set)
    less_so: defaultdict[int, set[str]] = defaultdict(set)
    for one in held:
        if latest[one.key] is not one:
            gone[one.number].add(one.label)
            message = f"the register of {one.key} of {one.age} does not count: there is one of {latest[one.key].age}"
            findings.append(Finding(Level.NOTE, REPLACED, one.label, one.key, message))
        elif one.key.removesuffix(ALONE) in own if by_group else one.key.endswith(GROUP):
            less_so[one.number].add(one.label)
    changed = []
    for number, imported in enumerate(imports):
        if gone[number] or (less_so[number] and own):
            less, told = _without(imported, gone[number], less_so[number], own, by_group=by_group)
            findings += told
            changed.append(less)
        else:
            changed.append(imported)
    return Counting(tuple(changed), tuple(findings))


def _told_by_groups(imports: Sequence[Imported], held: Iterable[_Held]) -> tuple[list[Imported], set[str]]:
    """Return the imports with needs that can be read again, and whose needs registers of groups tell of."""
    labels = _labels(one for one in held if one.key.endswith(GROUP))
    kept: list[Imported] = []
    told: set[str] = set()
    for number, imported in enumerate(imports):
        if not labels[number]:
            kept.append(imported)
            continue
        needs = list(imported.needs)
        told |= {_entity(need.dependent) for need in needs if _label(need.record) in labels[number]}
        kept.append(replace(imported, needs=needs))
    return kept, told


def _labels(held: Iterable[_Held]) -> defaultdict[int, set[str]]:
    """Return what registers are called, by the number of their import."""
    labels: defaultdict[int, set[str]] = defaultdict(set)
    for one in held:
        labels[one.number].add(one.label)
    return labels


def _without(
    imported: Imported, gone: set[str], others: set[str], entities: set[str], *, by_group: bool
) -> tuple[Imported, tuple[Finding, ...]]:
    """Return an import without the registers that are gone, and without what `others` say of some entities."""

    def counts(node_id: str, record: str) -> bool:
        label = _label(record)
        return label not in gone and not (label in others and _entity(node_id) in entities)

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
    silent = (need for need in needs if not counts(need.dependent, need.record))
    told = sorted({(_label(need.record), _entity(need.dependent)) for need in silent})
    code, message = OWN, "has a register of its own, which counts and not that of its group"
    if by_group:
        code, message = SHARED, "stands in the register of its group, which counts and not its own"
    return changed, tuple(Finding(Level.NOTE, code, label, entity, message) for label, entity in told)


def _stays(node: Node, gone: set[str]) -> bool:
    """Say whether a node is an entity of a register that counts: it stays, whoever tells of its functions."""
    return kind_of(node.id) == Kind.PARTY and _label(node.record) not in gone


def _entity(node_id: str) -> str:
    """Return whose function a node is, or which entity it is."""
    value = value_of(node_id)
    return value.partition("/")[0] if kind_of(node_id) == Kind.FUNCTION else value


def _label(record: str) -> str:
    """Return what a register is called in records: what stands before its folder of tables, or its sheet."""
    place = record.rpartition("/")[0]
    return "" if place == "reports" else place.removesuffix("/reports")


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
