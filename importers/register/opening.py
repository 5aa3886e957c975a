"""The two tables of a register, wherever they are: a folder, a zip, single files or one workbook."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from depgraph.errors import MissingPathError, UsageError
from depgraph.model import Finding, Level
from importers.readers.faults import fault
from importers.readers.files import find_files
from importers.readers.separated import read_table
from importers.readers.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from importers.readers.files import File
    from importers.readers.tables import Table
    from importers.readers.workbooks import Workbook

NAMES: Final = ("nodes", "needs")
_WORKBOOKS: Final = (".xlsx", ".xlsm")
_TABULAR: Final = (".csv", ".tsv", ".xls", ".ods", ".zip", *_WORKBOOKS)


@dataclass(frozen=True, slots=True)
class Register:
    """The tables of a register, each to be read once, and what to know about the input."""

    nodes: Table | None
    needs: Table | None
    findings: tuple[Finding, ...]


@contextmanager
def open_register(paths: Sequence[Path], ignore: Collection[str] = ()) -> Iterator[Register]:
    """Give the tables of the register that `paths` stand for.

    Parameters
    ----------
    ignore : collection of str
        Columns that are not read, trimmed and in lower case.

    Raises
    ------
    MissingPathError
        If a path is not there, or holds neither table.
    UsageError
        If there are two tables of one name.
    InputError
        If a file cannot be read safely, or has no plain header.

    """
    if any(path.suffix.lower() in _WORKBOOKS for path in paths):
        with open_workbook(_only(paths), NAMES, ignore) as workbook:
            yield _from_workbook(workbook, paths[0].name)
        return
    files = find_files(paths)
    with ExitStack() as stack:
        tables: dict[str, Table] = {}
        for name in NAMES:
            found = [file for file in files if file.name == f"{name}.csv"]
            if len(found) > 1:
                both = " and ".join(f"'{file.label}'" for file in found[:2])
                raise UsageError(f"{both} are two tables of one name: import each with its own --part")
            for file in found:
                tables[name] = read_table(stack.enter_context(file.open()), file.label, ignore)
        if not tables:
            raise _neither(paths)
        others = [file for file in files if file.name not in {f"{name}.csv" for name in NAMES}]
        yield Register(
            tables.get("nodes"), tables.get("needs"), tuple(_not_read(file) for file in others if _tabular(file))
        )


def _only(paths: Sequence[Path]) -> Path:
    if len(paths) > 1:
        raise UsageError("give one workbook, and no other path beside it")
    if not paths[0].is_file():
        raise MissingPathError(f"'{paths[0]}' is not a file")
    return paths[0]


def _from_workbook(workbook: Workbook, label: str) -> Register:
    if not workbook.tables:
        others = ", ".join(other.removeprefix(f"{label}/") for other in workbook.others[:5])
        message = f"has no sheet '{NAMES[1]}' or '{NAMES[0]}' with a header row"
        raise fault(label, "", f"{message}: rename one of {others}" if others else message, "missing-table")
    message = "is not read: the sheets of a register are needs and nodes"
    findings = tuple(Finding(Level.NOTE, "not-read", other, "", message) for other in workbook.others)
    return Register(workbook.tables.get("nodes"), workbook.tables.get("needs"), findings)


def _tabular(file: File) -> bool:
    return file.name.endswith(_TABULAR)


def _not_read(file: File) -> Finding:
    return Finding(
        Level.NOTE, "not-read", file.label, "", "is not read: the files of a register are needs.csv and nodes.csv"
    )


def _neither(paths: Sequence[Path]) -> Exception:
    path = paths[0]
    cure = "give a folder or zip with needs.csv and nodes.csv, these files, or one .xlsx"
    if path.is_file() and path.suffix.lower() == ".zip":
        return fault(path.name, "", f"holds neither needs.csv nor nodes.csv: {cure}", "missing-table")
    what = "holds neither needs.csv nor nodes.csv" if path.is_dir() else "is neither needs.csv nor nodes.csv"
    return MissingPathError(f"'{path}' {what}: {cure}")
