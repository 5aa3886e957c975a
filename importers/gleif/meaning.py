"""What GLEIF's records mean: parties with their names and countries, and who owns whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from depgraph.errors import UsageError
from depgraph.ids import UNKNOWN
from depgraph.model import Facts, Finding, Level, Node, TieKind, Value
from importers.gleif import columns
from importers.gleif.aliases import became
from importers.gleif.columns import Sheet
from importers.gleif.files import leaves
from importers.gleif.parents import LAST, after, steps
from importers.gleif.rows import (
    BRANCH_OF,
    DIRECT,
    READ,
    ULTIMATE,
    deleted,
    entity_of,
    exemption_of,
    lei_of,
    minted,
    national_id,
    relation_of,
)
from importers.gleif.scanning import scan
from importers.gleif.selection import Selection
from importers.gleif.sorts import SORTS
from importers.links import tie
from importers.readers.faults import facts_of_findings
from importers.readers.progress import Progress
from importers.readers.remarks import Remarks
from importers.readers.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from depgraph.ports import Given
    from importers.gleif.parents import Step
    from importers.gleif.records import Entity, Exemption, Relation
    from importers.gleif.scanning import Cells, Wanted
    from importers.readers.record import Record

NO_PARENT: Final = frozenset({"NATURAL_PERSONS", "NO_KNOWN_PERSON"})
"""Why nobody is a parent; every other reason is one not to name it, or not to know it."""

_CATEGORIES: Final = {
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": DIRECT,
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": ULTIMATE,
}
_SHOWN: Final = 5
_MISSING: Final = {
    Sheet.ENTITIES: "names, countries and successors are not known",
    Sheet.RELATIONS: "who owns whom is not known",
    Sheet.EXCEPTIONS: "why a parent is not reported is not known",
}


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each entity that is kept, and of each relation above it.

    Raises
    ------
    UsageError
        If nothing is to be kept, or changes are given without what they change.
    MissingPathError, InputError
        If a file is not there, or no table of GLEIF.

    """
    selection = Selection(given.known)
    if not selection.everything and not (selection.wanted or selection.numbers):
        raise UsageError(
            "the store knows no LEI and no number of a national register yet: import who depends on whom first,"
            " or keep everything with --all"
        )
    yield from _Reading(given, selection).facts()


class _Reading:
    """What has been read so far."""

    def __init__(self, given: Given, selection: Selection) -> None:
        self._files = leaves(given)
        self._passed = given.passed
        self._progress = Progress(given.reached)
        self._selection = selection
        self._remarks = Remarks(given.ignore)
        self._tally = Tally(SORTS)
        self._entities: dict[str, Entity] = {}
        self._relations: dict[tuple[str, str], Relation] = {}
        self._exemptions: dict[tuple[str, str], Exemption] = {}
        self._updated: dict[tuple[str, str], tuple[str, str]] = {}

    def facts(self) -> Iterator[Facts]:
        everything = self._selection.everything
        first = (Sheet.RELATIONS,) if not everything else ()
        # All that is kept is told at the end: of everything that takes as long again.
        self._progress.begin(self._bytes(*first, *Sheet), upto=0.5 if everything else 1.0)
        if not everything:
            yield from self._scanned(Sheet.RELATIONS, self._links, _nothing, counted=False)
        self._selection.close()
        yield from self._level_1()
        yield from self._scanned(Sheet.RELATIONS, self._children, self._take_relation)
        yield from self._scanned(Sheet.EXCEPTIONS, self._reporting, self._take_exemption)
        yield from self._said()

    def _level_1(self) -> Iterator[Facts]:
        """Read level 1; once more if it turns out that successors, or their parents, are wanted too."""
        yield from self._scanned(Sheet.ENTITIES, self._known_entities, self._take_entity)
        late = self._selection.close()
        if late:
            self._progress.begin(self._bytes(*Sheet))
            yield from self._scanned(
                Sheet.ENTITIES, lambda at: _among(at[columns.LEI], late), self._take_entity, counted=False
            )

    def _bytes(self, *sheets: Sheet) -> int:
        """Return how much is read when these tables are."""
        return sum(leaf.file.size for sheet in sheets for leaf in self._files if leaf.sheet is sheet)

    def _scanned(
        self, sheet: Sheet, wanted: Wanted, take: Callable[[Record], None], *, counted: bool = True
    ) -> Iterator[Facts]:
        """Read all files of a table; one that is read twice is counted and remarked on once."""
        remarks, passed = (self._remarks, self._passed) if counted else (Remarks(), _nothing)
        for leaf in self._files:
            if leaf.sheet is sheet:
                yield from scan(leaf, remarks, wanted, take, passed=passed, progress=self._progress)

    def _links(self, at: Mapping[str, int]) -> Callable[[Cells], bool]:
        """Take note of who is above whom before anybody is taken: the order of rows is no order of groups."""
        kind, child, parent = at[columns.TYPE], at[columns.CHILD], at[columns.PARENT]
        link = self._selection.link

        def look(cells: Cells) -> bool:
            if cells[kind].strip() in READ:
                link(cells[child].strip(), cells[parent].strip())
            return False

        return look

    def _known_entities(self, column_of: Mapping[str, int]) -> Callable[[Cells], bool]:
        """Take who is wanted, by LEI or national number; take note of every successor."""
        lei, chosen = column_of[columns.LEI], self._selection
        if chosen.everything:
            return lambda _: True
        later = [column_of[name] for name in columns.SUCCESSORS if name in column_of]
        numbered = bool(chosen.numbers) and columns.AUTHORITY in column_of and columns.NUMBER in column_of
        authority, number = (column_of[columns.AUTHORITY], column_of[columns.NUMBER]) if numbered else (lei, lei)

        def look(cells: Cells) -> bool:
            own = cells[lei].strip()
            for place in later:
                if cells[place]:
                    chosen.link(own, cells[place].strip())
            if own in chosen.wanted:
                return True
            if numbered and national_id(cells[authority].strip(), cells[number]) in chosen.numbers:
                chosen.wanted.add(own)
                return True
            return False

        return look

    def _children(self, at: Mapping[str, int]) -> Callable[[Cells], bool]:
        return self._wanted_by(at[columns.CHILD])

    def _reporting(self, at: Mapping[str, int]) -> Callable[[Cells], bool]:
        return self._wanted_by(at[columns.LEI])

    def _wanted_by(self, place: int) -> Callable[[Cells], bool]:
        return (lambda _: True) if self._selection.everything else _among(place, self._selection.wanted)

    def _is_latest(self, key: tuple[str, str], row: Record) -> bool:
        """Say whether a record is not older than what was read of the same thing; two in one file are told."""
        updated, file = row.maybe_text(columns.UPDATED), row.record.rpartition(":")[0]
        before, where = self._updated.get(key, ("", ""))
        if where == file:
            self._tally.add("two-records", row.record)
        if updated < before:
            return False
        self._updated[key] = (updated, file)
        return True

    def _take_entity(self, row: Record) -> None:
        entity = entity_of(row, self._tally)
        if entity and self._is_latest((entity.lei, ""), row):
            self._entities[entity.lei] = entity

    def _take_relation(self, row: Record) -> None:
        key = (lei_of(row.maybe_text(columns.CHILD)), row.maybe_text(columns.TYPE))
        if key[1] in READ and not self._is_latest(key, row):
            return
        before = self._relations.pop(key, None)
        if deleted(row):
            if before:
                self._tally.add("deleted", row.record)
            return
        if found := relation_of(row, self._tally):
            self._relations[key] = found

    def _take_exemption(self, row: Record) -> None:
        found = exemption_of(row, self._tally)
        if found is None or not self._is_latest((found.lei, found.category), row):
            return
        before = self._exemptions.pop((found.lei, found.category), None)
        if not deleted(row):
            self._exemptions[found.lei, found.category] = found
        elif before:
            self._tally.add("deleted", row.record)

    def _said(self) -> Iterator[Facts]:
        now = became(self._entities, self._tally)
        self._progress.begin(len(self._entities) - len(now))
        for party in _parties(self._entities, now, self._tally):
            yield party
            self._progress.add(1)
        relations = dict(self._current(now))
        excused = {lei: self._excuses(lei, relations) for lei, _ in self._exemptions if lei not in now}
        parentless = {lei for lei, reasons in excused.items() if reasons and NO_PARENT.issuperset(reasons)}
        chain = steps(relations, parentless, self._tally)
        for step in chain:
            yield _owned(step)
        for relation in relations.values():
            if relation.type == BRANCH_OF:
                yield from _branch(relation)
        yield from self._unnamed(chain, {lei: reasons - NO_PARENT for lei, reasons in excused.items()})
        for lei in sorted(parentless - {step.child for step in chain}):
            self._tally.add("no-parent", self._record_of(lei))
        yield from facts_of_findings((*self._tally.findings(), *self._absent(), *self._remarks.findings()))

    def _current(self, now: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], Relation]]:
        """Yield the relations of entities that are not another one by now, with who their parents are by now."""
        for key, relation in self._relations.items():
            parent = now.get(relation.parent, relation.parent)
            if relation.child in now or parent == relation.child:
                self._tally.add("ties-of-aliases", relation.record)
            else:
                yield key, relation._replace(parent=parent)

    def _excuses(self, lei: str, relations: Mapping[tuple[str, str], Relation]) -> frozenset[str]:
        """Return why an entity reports no parent, of the categories in which it reports none."""
        reasons: set[str] = set()
        for category, kind in _CATEGORIES.items():
            found = self._exemptions.get((lei, category))
            if found and (lei, kind) not in relations:
                reasons |= set(found.reasons) or {"not stated"}
        return frozenset(reasons)

    def _unnamed(self, chain: Sequence[Step], reasons: Mapping[str, frozenset[str]]) -> Iterator[Facts]:
        """Yield that a parent is there and nobody says which, from when on none is named any more."""
        last: dict[str, str] = {}
        for step in chain:
            last[step.child] = max(step.end, last.get(step.child, ""))
        for lei in sorted(lei for lei, why in reasons.items() if why):
            since = after(last[lei]) if lei in last else None
            if since is None or since <= LAST:
                record = self._record_of(lei)
                self._tally.add("parent-unknown", record)
                parent = f"{UNKNOWN}parent of {lei} (GLEIF)"
                made = tie(TieKind.OWNED_BY, f"lei:{lei}", parent, record=record, valid_from=since)
                yield Facts(ties=(made,))

    def _record_of(self, lei: str) -> str:
        return next(found.record for category in _CATEGORIES if (found := self._exemptions.get((lei, category))))

    def _absent(self) -> Iterator[Finding]:
        """Yield what the files do not have: a table, and LEIs that the store knows."""
        given = {leaf.sheet for leaf in self._files}
        for sheet, lost in _MISSING.items():
            if sheet not in given:
                message = f"no file of {sheet} is given: {lost}"
                yield Finding(Level.WARNING, "table-missing", "", "", message)
        absent = sorted(self._selection.asked - self._entities.keys()) if Sheet.ENTITIES in given else []
        if absent:
            shown = ", ".join(absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
            message = f"{len(absent):,} LEIs that the store knows are not in the files: {shown}"
            yield Finding(Level.WARNING, "lei-not-found", "", "LEI", message)


def _nothing(_: object) -> None:
    """Do nothing."""


def _among(place: int, leis: Collection[str]) -> Callable[[Cells], bool]:
    return lambda cells: cells[place].strip() in leis


def _parties(entities: Mapping[str, Entity], now: Mapping[str, str], tally: Tally) -> Iterator[Facts]:
    """Yield each entity that is not another one, with whom it replaces."""
    replaced: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in now.items():
        replaced[new].append(old)
    uses = Counter(entity.number for lei, entity in entities.items() if lei not in now)
    for lei, entity in entities.items():
        if entity.registration == "ANNULLED":
            tally.add("annulled", entity.record)
        if lei in now:
            continue
        if entity.number and uses[entity.number] > 1:
            tally.add("shared-number", entity.record)
            entity = entity._replace(number="")  # noqa: PLW2901 - the same entity, without what is not its own
        yield Facts(nodes=(_party(entity, [entities[old] for old in sorted(replaced.pop(lei, ()))]),))
    for lei, olds in sorted(replaced.items()):
        identifiers = tuple(f"lei:{one}" for one in sorted(olds))
        yield Facts(nodes=(Node(f"lei:{lei}", {"identifiers": identifiers}, entities[min(olds)].record),))


def _party(entity: Entity, replaced: Sequence[Entity]) -> Node:
    """Return the party that an entity is, known also by its other names and by those that it replaced."""
    names = dict.fromkeys((*entity.names[1:], *(name for old in replaced for name in old.names)))
    identifiers = [entity.number, *(f"lei:{old.lei}" for old in replaced)]
    identifiers += [minted("name", name) for name in names if name not in entity.names[:1]]
    regular = entity.status in ("ACTIVE", "") and entity.registration in ("ISSUED", "")
    attributes: dict[str, Value] = {
        "name": entity.names[0] if entity.names else "",
        "country": entity.country,
        "entity_type": "" if entity.category == "GENERAL" else entity.category,
        "status": "" if regular else ", ".join(filter(None, (entity.status, entity.registration))),
        "identifiers": tuple(dict.fromkeys(filter(None, identifiers))),
    }
    return Node(f"lei:{entity.lei}", {key: value for key, value in attributes.items() if value}, entity.record)


def _owned(step: Step) -> Facts:
    begin, end = step.span
    made = tie(
        TieKind.OWNED_BY,
        f"lei:{step.child}",
        f"lei:{step.parent}",
        record=step.record,
        share=step.share,
        valid_from=begin,
        valid_to=end,
    )
    return Facts(ties=(made,))


def _branch(relation: Relation) -> Iterator[Facts]:
    for begin, end in relation.spans:
        made = tie(
            TieKind.PART_OF,
            f"lei:{relation.child}",
            f"lei:{relation.parent}",
            record=relation.record,
            valid_from=begin,
            valid_to=end,
        )
        yield Facts(ties=(made,))
