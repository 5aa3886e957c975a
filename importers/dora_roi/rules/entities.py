"""Rules that ask GLEIF: whether an LEI is a valid one, and where its entity is.

They are checked as far as the store holds entities of the source `gleif`; of an LEI that is not among them nobody can
say, and `unseen` names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from depgraph.model import Value
    from importers.dora_roi.filing import Filing

_GONE: Final = frozenset({"ANNULLED", "DUPLICATE", "MERGED", "RETIRED", "INACTIVE"})
"""Words in the status of an entity whose LEI is not to be used any more; a lapsed one is still that of its entity."""


class _Place(NamedTuple):
    """Where LEIs stand: only in rows in which the column `kind`, if there is one, says that it is an LEI."""

    rule: str
    template: str
    column: str
    kind: str = ""


_PLACES: Final = (
    _Place("VR_2", "B_01.01", "c0010"),
    _Place("VR_12", "B_01.02", "c0010"),
    _Place("VR_23", "B_01.02", "c0060"),
    _Place("VR_71", "B_05.01", "c0010", "c0020"),
    _Place("VR_77", "B_05.01", "c0030", "c0040"),
)


def _leis(filing: Filing, place: _Place) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each LEI in a column, its record, and the cells of its row."""
    table = filing.table(place.template)
    codes = [column.code for column in table.template.columns]
    at = codes.index(place.column)
    kind = codes.index(place.kind) if place.kind else -1
    for line in table.lines:
        cell = line.cells[at].strip()
        if cell and (kind < 0 or _member(line.cells[kind]) in ("LEI", "qx2000")):
            yield cell, table.record(line), line.cells


def _member(cell: str) -> str:
    """Return a code without the prefix of its list."""
    return cell.strip().rpartition(":")[2]


def _valid(place: _Place) -> Callable[[Filing, Asked], Iterator[Breach]]:
    def check(filing: Filing, asked: Asked) -> Iterator[Breach]:
        entities = asked.entities or {}
        for lei, record, _ in _leis(filing, place) if entities else ():
            entity = entities.get(f"lei:{lei}")
            if entity is None:
                later = asked.became.get(f"lei:{lei}")
                if later:
                    yield Breach(
                        place.rule, record, place.column, f"is no valid LEI by GLEIF: its entity is {later} now"
                    )
            elif _GONE & set(str(entity.get("status", "")).split(", ")):
                yield Breach(place.rule, record, place.column, f"is no valid LEI by GLEIF: it is {entity['status']}")

    return check


def _where(filing: Filing, asked: Asked) -> Iterator[Breach]:
    place = _PLACES[1]
    table = filing.table(place.template)
    at = [column.code for column in table.template.columns].index("c0030")
    entities = asked.entities or {}
    for lei, record, cells in _leis(filing, place) if entities else ():
        there = str(entities.get(f"lei:{lei}", {}).get("country", ""))
        stated = _member(cells[at])
        if there and stated and there != stated:
            yield Breach("VR_16", record, "c0030", f"is {stated}, and by GLEIF the entity is in {there}")


def unseen(filing: Filing, entities: Mapping[str, Mapping[str, Value]], became: Mapping[str, str]) -> set[str]:
    """Return the LEIs of a filing of which the entities at hand say nothing."""
    found = {f"lei:{lei}" for place in _PLACES for lei, *_ in _leis(filing, place)}
    return found - entities.keys() - became.keys()


RULES: Final = (
    *(
        Rule(
            place.rule,
            Weight.WARNS,
            Quality.ACCURACY,
            f"{place.template} {place.column} is a valid LEI in the GLEIF database",
            _valid(place),
        )
        for place in _PLACES
    ),
    Rule("VR_16", Weight.WARNS, Quality.ACCURACY, "B_01.02 c0030 is the country in the GLEIF database", _where),
)
"""The rules that ask GLEIF."""
