"""Rules about the form of tables: their names, headers, rows and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight, as_read
from importers.dora_roi.taxonomy import KEYLESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing


def _any_data(filing: Filing, _: Asked) -> Iterator[Breach]:
    if not any(table.lines for table in filing.tables.values()):
        where = filing.label or filing.archive or filing.folder
        yield Breach("724", where, "", "no table has a row that can be read: there is nothing to take in")


def _rows_once(filing: Filing, _: Asked) -> Iterator[Breach]:
    """Yield cells of the template without keys that several rows fill: all its rows are one."""
    table = filing.table(KEYLESS)
    first: dict[int, int] = {}
    for line in table.lines:
        for at, cell in enumerate(line.cells):
            if cell.strip() and first.setdefault(at, line.number) != line.number:
                message = f"is filled in line {first[at]} already: {KEYLESS} has one row"
                yield Breach("804", table.record(line), table.template.columns[at].code, message)


def _keys_filled(filing: Filing, _: Asked) -> Iterator[Breach]:
    for table in filing.tables.values():
        template = table.template
        missing = [
            template.columns[key].code for key in template.keys if template.columns[key].code not in table.present
        ]
        for code in missing if table.present else ():
            yield Breach("805", f"{table.label}:1", code, "is a key, and the header does not have it: add the column")
        asked = [key for key in template.keys if template.columns[key].code in table.present]
        for line in table.lines:
            for key in asked:
                if not line.cells[key].strip():
                    column = template.columns[key]
                    cure = ": write eba_GA:qx2007 where it does not apply" if column.enumeration == "GA:GA5_6" else ""
                    yield Breach("805", table.record(line), column.code, f"is a key, and empty{cure}")


def _keys_once(filing: Filing, _: Asked) -> Iterator[Breach]:
    for table in filing.tables.values():
        template = table.template
        keys = template.keys
        if not keys or any(template.columns[at].code not in table.present for at in keys):
            continue
        first: dict[tuple[str, ...], int] = {}
        for line in table.lines:
            cells = line.cells
            key = tuple([cells[at] for at in keys])
            if first.setdefault(key, line.number) != line.number and all(key):
                message = f"has the key of line {first[key]}: leave the row that holds"
                yield Breach("806", table.record(line), template.columns[keys[0]].code, message)


RULES: Final = (
    Rule("720", Weight.REJECTS, Quality.UNIFORMITY, "files of tables have the names of tables", as_read("720")),
    Rule("724", Weight.REJECTS, Quality.COMPLETENESS, "there is data", _any_data),
    Rule("801", Weight.REJECTS, Quality.UNIFORMITY, "headers have the codes of columns", as_read("801")),
    Rule("802", Weight.REJECTS, Quality.CONSISTENCY, "no column is there twice", as_read("802")),
    Rule(
        "803",
        Weight.REJECTS,
        Quality.VALIDITY,
        "rows of a table without keys have no numbers of their own",
        as_read("803"),
    ),
    Rule("804", Weight.REJECTS, Quality.CONSISTENCY, "a table without keys has one row", _rows_once),
    Rule("805", Weight.REJECTS, Quality.COMPLETENESS, "keys are filled", _keys_filled),
    Rule("806", Weight.WARNS, Quality.CONSISTENCY, "no two rows have one key", _keys_once),
    Rule("809", Weight.REJECTS, Quality.INTEGRITY, "tables are CSV that can be parsed", as_read("809")),
    Rule("306", Weight.REJECTS, Quality.INTEGRITY, "files are UTF-8", as_read("306")),
)
"""The rules of this room."""
