"""Notices of several imports: they add up, and of each the latest counts.

An import may hold many notices, each named by a finding (`depgraph.notices`). A notice takes the place of what has its
id in an earlier version or an earlier import of the same source, and of what it names. One that modifies contracts
takes the place of what earlier ones say of the services that it speaks of, and of nothing else. What counts is told
from all imports at hand, so it does not depend on their number. One notice that two sources have counts in both: its
needs are there once, with two records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import id_key, kind_of
from depgraph.model import Finding, Kind, Level
from depgraph.notices import NOTICE, NoticeName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depgraph.model import Need
    from depgraph.ports import Imported

REPLACED: Final = "notice-replaced"
"""Code of the finding that another notice counts in place of one."""

_ENDS: Final = ("/", ":", "#")


class _Held(NamedTuple):
    """A notice in an import: the number of the import among all, its source and revision, and the notice."""

    number: int
    source: str
    revision: int
    notice: NoticeName

    @property
    def age(self) -> tuple[str, str, int]:
        """What orders notices of one id."""
        return self.notice.date, self.notice.version, self.revision


def counting_notices(imports: Sequence[Imported]) -> tuple[tuple[Imported, ...], tuple[Finding, ...]]:
    """Return the imports without what does not count, and what was settled."""
    held = [
        _Held(number, one.run.source, one.revision, NoticeName.of(finding))
        for number, one in enumerate(imports)
        for finding in one.findings
        if finding.code == NOTICE
    ]
    gone = dict(_replaced(held))
    counts = [one for one in held if one not in gone]
    if not gone and not any(one.notice.modifies for one in counts):
        return tuple(imports), ()
    places: defaultdict[int, dict[str, _Held]] = defaultdict(dict)
    for one in held:
        places[one.number][one.notice.place] = one
    # The facts of an import can be read once, and are asked for what is modified first.
    known = [_at_hand(imported) if places[number] else imported for number, imported in enumerate(imports)]
    modified = _modified(counts, places, known)
    changed = [
        _without(imported, places[number], gone, modified) if places[number] else imported
        for number, imported in enumerate(known)
    ]
    findings = [
        Finding(Level.NOTE, REPLACED, one.notice.place, one.notice.key, f"this notice does not count: {why}")
        for one, why in gone.items()
    ]
    return tuple(changed), tuple(findings)


def _replaced(held: Sequence[_Held]) -> Iterator[tuple[_Held, str]]:
    """Yield the notices that do not count, each with the reason."""
    latest: dict[tuple[str, str], _Held] = {}
    versions: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for one in sorted(held, key=lambda one: one.age):
        notice = one.notice
        latest[one.source, notice.key] = one
        versions[notice.key] = max(versions.get(notice.key, ""), notice.version)
        by_name |= {name: notice.key for name in notice.named if name not in (notice.key, notice.full)}
    for one in held:
        notice = one.notice
        other = by_name.get(notice.key) or by_name.get(notice.full)
        later = latest[one.source, notice.key]
        if other:
            yield one, f"{other} is in its place"
        elif notice.version and notice.version < versions[notice.key]:
            yield one, f"there is version {versions[notice.key]}"
        elif later is not one:
            yield one, f"there is one of {later.notice.date}, or of a later import"


def _at_hand(imported: Imported) -> Imported:
    return replace(imported, nodes=list(imported.nodes), needs=list(imported.needs), ties=list(imported.ties))


def _modified(
    counts: Iterable[_Held], places: Mapping[int, Mapping[str, _Held]], imports: Sequence[Imported]
) -> dict[str, str]:
    """Return the date of the latest modification of each service that one speaks of."""
    modifying = {one for one in counts if one.notice.modifies}
    latest: dict[str, str] = {}
    for number in {one.number for one in modifying}:
        for need in imports[number].needs:
            one = _notice_of(need.record, places[number])
            if one in modifying:
                for service in _services(need):
                    latest[service] = max(latest.get(service, ""), one.notice.date)
    return latest


def _services(need: Need) -> tuple[str, ...]:
    return tuple(id_key(end) for end in (need.dependent, need.provider) if kind_of(end) == Kind.SERVICE)


def _without(
    imported: Imported, places: Mapping[str, _Held], gone: Mapping[_Held, str], modified: Mapping[str, str]
) -> Imported:
    """Return an import without notices that are gone, and without what these say of services that later ones modify."""

    def counts(record: str, services: Iterable[str] = ()) -> bool:
        one = _notice_of(record, places)
        if one is None:
            return True
        return one not in gone and not any(modified.get(service, "") > one.notice.date for service in services)

    return replace(
        imported,
        nodes=[
            node
            for node in imported.nodes
            if counts(node.record, (id_key(node.id),) if kind_of(node.id) == Kind.SERVICE else ())
        ],
        needs=[need for need in imported.needs if counts(need.record, _services(need))],
        ties=[tie for tie in imported.ties if counts(tie.record)],
    )


def _notice_of(record: str, places: Mapping[str, _Held]) -> _Held | None:
    """Return the notice that a record is in: the longest place that it begins with."""
    if record in places:
        return places[record]
    for end in range(len(record) - 1, 0, -1):
        if record[end] in _ENDS and (found := places.get(record[:end]) or places.get(record[: end + 1])):
            return found
    return None
