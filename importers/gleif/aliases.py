"""Entities that are another one by now: merged into their successor, or registered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importers.gleif.rows import REPLACED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.gleif.records import Entity
    from importers.readers.tally import Tally


def became(entities: Mapping[str, Entity], tally: Tally) -> dict[str, str]:
    """Return which LEI each entity that is another one now is.

    Of several successors nobody can say which it is, and those in a circle are no successors.
    """
    direct: dict[str, str] = {}
    for entity in entities.values():
        replaced = entity.registration in REPLACED
        if not replaced and entity.status != "INACTIVE":
            continue
        if len(entity.successors) > 1:
            tally.add("successor-of-several", entity.record)
        elif entity.successors:
            direct[entity.lei] = entity.successors[0]
        elif replaced:
            tally.add("successor-missing", entity.record)
    later = {}
    for lei, successor in direct.items():
        seen = {lei}
        last = successor
        while last in direct and last not in seen:
            seen.add(last)
            last = direct[last]
        if last in seen:
            tally.add("successor-circle", entities[lei].record)
        else:
            later[lei] = last
    return later
