"""The layout of one data point a row, which no supervisor takes (rule 115): read by the ids of the variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.dora_roi.filing import Breach, Line, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importers.dora_roi.taxonomy import Template

LAYOUT: Final = "datapoint"
"""What the first column is called."""

VALUE: Final = "factValue"


def read_points(
    header: Sequence[str],
    rows: Iterator[tuple[int, list[str]]],
    template: Template,
    label: str,
    breaches: list[Breach],
) -> Table:
    """Return the table that data points make: those of the same keys are one row."""
    names = [name.strip() for name in header]
    message = "is in the layout of data points: supervisors take plain CSV, with a column for each code"
    breaches.append(Breach("115", label, "", message))
    dimensions = {column.dimension: at for at, column in enumerate(template.columns) if column.dimension}
    variables = {f"dp{column.variable}": at for at, column in enumerate(template.columns)}
    keys = {index: dimensions[name] for index, name in enumerate(names) if name in dimensions}
    value = names.index(VALUE) if VALUE in names else -1
    breaches += [
        Breach("801", f"{label}:1", name, f"is no key of {template.code}")
        for name in names[1:]
        if name not in dimensions and name != VALUE
    ]
    points: dict[tuple[str, ...], tuple[int, list[str]]] = {}
    parsed = value >= 0
    for number, row in rows:
        if len(row) != len(names) or value < 0:
            breaches.append(Breach("809", f"{label}:{number}", "", "has other cells than the header: it is not read"))
            parsed = False
            continue
        position = variables.get(row[0].strip())
        if position is None:
            breaches.append(
                Breach("801", f"{label}:{number}", LAYOUT, f"{row[0][:40]} is no variable of {template.code}")
            )
            continue
        _, cells = points.setdefault(tuple(row[index] for index in keys), (number, [""] * len(template.columns)))
        for index, key in keys.items():
            cells[key] = row[index]
        cells[position] = row[value]
    lines = tuple(Line(number, tuple(cells)) for number, cells in points.values())
    return Table(template, label, frozenset(template.at), lines, parsed=parsed)
