"""A file of GLEIF from top to bottom: of most rows nothing is read but the cells that say whom they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Facts, Finding
from importers.readers.faults import findings_of
from importers.readers.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from importers.gleif.files import Leaf
    from importers.readers.progress import Progress
    from importers.readers.remarks import Remarks

    Cells: TypeAlias = "Sequence[str]"
    Wanted: TypeAlias = "Callable[[Mapping[str, int]], Callable[[Cells], bool]]"

_STEP: Final = 1_000


def scan(
    leaf: Leaf,
    remarks: Remarks,
    wanted: Wanted,
    take: Callable[[Record], None],
    *,
    passed: Callable[[int], None],
    progress: Progress,
) -> Iterator[Facts]:
    """Read a file; yield what is wrong with rows.

    Parameters
    ----------
    wanted : callable
        Given the positions of the columns, it returns what says of the cells of a row whether it is taken.
    take : callable
        Given each row that is.
    passed : callable
        Told how many rows are not.
    progress : Progress
        Told how many bytes were read.

    """
    over = 0
    with leaf.table(remarks, progress) as table:
        is_wanted = wanted({name: at for at, name in enumerate(table.header) if name})
        for line, cells in table.lines:
            if isinstance(cells, Finding):
                yield Facts(findings=(cells,))
                continue
            if is_wanted(cells):
                named = {name: cell for name, cell in zip(table.header, cells, strict=True) if name}
                row = Record(named, f"{table.label}:{line}", remarks=remarks, cells=True)
                try:
                    take(row)
                except InputError as error:
                    yield Facts(findings=findings_of(error, row.record))
                continue
            over += 1
            if over == _STEP:
                passed(over)
                over = 0
    passed(over)
