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


class _LeiColumn(NamedTuple):
    """A column of LEIs: only in rows in which the column `kind`, if there is one, says that it is an LEI."""

    rule: str
    template: str
    code: str
    kind: str = ""


_LEI_COLUMNS: Final = (
    _LeiColumn("VR_2", "B_01.01", "c0010"),
    _LeiColumn("VR_12", "B_01.02", "c0010"),
    _LeiColumn("VR_23", "B_01.02", "c0060"),
    _LeiColumn("VR_71", "B_05.01", "c0010", "c0020"),
    _LeiColumn("VR_77", "B_05.01", "c0030", "c0040"),
)


def _leis(filing: Filing, column: _LeiColumn) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each LEI in a column, its record, and the cells of its row."""
    table = filing.table(column.template)
    codes = [each.code for each in table.template.columns]
    at = codes.index(column.code)
    kind = codes.index(column.kind) if column.kind else -1
    for line in table.lines:
        cell = line.cells[at].strip()
        if cell and (kind < 0 or _member(line.cells[kind]) in ("LEI", "qx2000")):
            yield cell, table.record(line), line.cells


def _member(cell: str) -> str:
    """Return a code without the prefix of its list."""
    return cell.strip().rpartition(":")[2]


def _valid(column: _LeiColumn) -> Callable[[Filing, Asked], Iterator[Breach]]:
    def check(filing: Filing, asked: Asked) -> Iterator[Breach]:
        entities = asked.entities or {}
        for lei, record, _ in _leis(filing, column) if entities else ():
            entity = entities.get(f"lei:{lei}")
            if entity is None:
                later = asked.became.get(f"lei:{lei}")
                if later:
                    yield Breach(
                        column.rule, record, column.code, f"is no valid LEI by GLEIF: its entity is {later} now"
                    )
            elif _GONE & set(str(entity.get("status", "")).split(", ")):
                yield Breach(column.rule, record, column.code, f"is no valid LEI by GLEIF: it is {entity['status']}")

    return check


def _where(filing: Filing, asked: Asked) -> Iterator[Breach]:
    column = _LEI_COLUMNS[1]
    table = filing.table(column.template)
    at = [each.code for each in table.template.columns].index("c0030")
    entities = asked.entities or {}
    for lei, record, cells in _leis(filing, column) if entities else ():
        there = str(entities.get(f"lei:{lei}", {}).get("country", ""))
        stated = _member(cells[at])
        if there and stated and there != stated:
            yield Breach("VR_16", record, "c0030", f"is {stated}, and by GLEIF the entity is in {there}")


def unseen(filing: Filing, entities: Mapping[str, Mapping[str, Value]], became: Mapping[str, str]) -> set[str]:
    """Return the LEIs of a filing of which the entities at hand say nothing."""
    found = {f"lei:{lei}" for column in _LEI_COLUMNS for lei, *_ in _leis(filing, column)}
    return found - entities.keys() - became.keys()


RULES: Final = (
    *(
        Rule(
            column.rule,
            Weight.WARNS,
            Quality.ACCURACY,
            f"{column.template} {column.code} is a valid LEI in the GLEIF database",
            _valid(column),
        )
        for column in _LEI_COLUMNS
    ),
    Rule("VR_16", Weight.WARNS, Quality.ACCURACY, "B_01.02 c0030 is the country in the GLEIF database", _where),
)
"""The rules that ask GLEIF."""
